"""Which rates a turn counts towards, as bits that can be added up over turns (timing model, section 7)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.kernel.compiled import inlined
from pipeline.kernel.overlaps import Heard
from pipeline.kernel.turn import Answer

DEAD_AIR_MS = 3000.0

RATES = (
    *("cut_off_rate", "lost_rate", "failed_rate", "degraded_rate", "restarted_rate", "false_start_rate"),
    *("filler_rate", "history_lost_rate", "false_interrupt_rate", "hiccup_rate", "stutter_rate", "dead_air_rate"),
)
"""Shares of turns, in the order of their marks."""

FIELD, FULL, HALF = 10, (1 << 10) - 1, len(RATES) // 2
"""Bits of a rate's count, its greatest value, and how many rates share a number."""


@inlined
def marks(x: Answer) -> tuple[int, int]:
    """Of a turn up to its reply: a one in the field of each rate that it counts towards, for either half of them."""
    t = x.lived
    dead_air = t.lost | (x.first_sound_ms > DEAD_AIR_MS)
    few = (
        t.cut_off | t.lost << FIELD | x.failed << 2 * FIELD | x.degraded << 3 * FIELD | t.restarted << 4 * FIELD
        | t.false_start << 5 * FIELD
    )  # fmt: skip
    many = t.filler | x.history_lost << FIELD | (x.stutter_ms > 0) << 4 * FIELD | dead_air << 5 * FIELD
    return few, many


@inlined
def marks_of_talk(h: Heard) -> int:
    """The same for what happened while the agent talked, which only the other half has."""
    return h.false_interrupt << 2 * FIELD | (h.hiccups > 0) << 3 * FIELD


@inlined
def spread(few: int, many: int, counts: npt.NDArray[np.int64]) -> None:
    """Add the sums of the marks of some turns, `FULL` at most, to counts of each rate."""
    if few | many:
        for r in range(HALF):
            counts[r] += few >> FIELD * r & FULL
            counts[HALF + r] += many >> FIELD * r & FULL
