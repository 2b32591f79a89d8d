"""How far each part of the mean answer is from what was promised for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from pipeline.figures.outcome import Parts
from pipeline.kernel.batch import Outcomes
from pipeline.kernel.tally import response_times
from pipeline.turns.columns import Columns
from stages.arrays import Floats
from tuner.statistics.intervals import Estimate, mean_of

OTHER = "other"
PARTS = tuple(name for name in Parts.model_fields if name != OTHER)
MODEL = "model"

AT_ONCE = float(special.ndtri(1 - 0.025 / (len(PARTS) + 1)) / special.ndtri(0.975))
"""So much wider are intervals that hold for all parts and the model at once (Bonferroni)."""

Means = Mapping[str, Estimate]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Off:
    """How far one part of the mean response time is from the promise, in ms: positive is later.

    The interval holds for all parts at once with 95 %: of so many, one lies beyond its own by chance alone.
    """

    part: str
    """Of the response time, or `MODEL`: measured less what the stages explain of the same turns."""
    promised_ms: float | None
    found_ms: float | None
    off_ms: float
    low: float | None
    high: float | None
    n: int

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def json_dict(self) -> dict[str, Any]:
        values = {
            name: getattr(self, name) for name in ("part", "promised_ms", "found_ms", "off_ms", "low", "high", "n")
        }
        return values | {"beyond_chance": self.beyond_chance}


def means(outcomes: Outcomes, turns: Columns, among: Flags | None = None) -> Means:
    """The mean of each part over the turns answered, of those in `among` (n,); none where none was."""
    answered = np.isfinite(response_times(outcomes))
    if among is not None:
        answered &= among
    if not answered.any():
        return {}
    session = turns.session[answered]
    return {part: mean_of(part, getattr(outcomes, part)[answered], session) for part in (*PARTS, OTHER)}


def offsets(promised: Means, replayed: Outcomes, turns: Columns) -> tuple[Off, ...]:
    """Part by part how far the mean is off; last what the model itself got wrong on the new turns.

    `promised`: the means that were. Where response times were measured, only the turns that have one count, so that
    all adds up.
    """
    judged = measured(replayed, turns)
    now = means(replayed, turns, judged if judged.any() else None)
    if not promised or not now:
        return ()
    found = [_off(part, promised[part], now[part]) for part in PARTS]
    if judged.any():
        mean = mean_of(MODEL, _unexplained(replayed, turns, judged), turns.session[judged])
        found.append(_off(MODEL, promised[OTHER], mean))
    return tuple(found)


def _unexplained(replayed: Outcomes, turns: Columns, judged: Flags) -> Floats:
    """What the stages do not explain of these turns, in ms: `other_ms`, and what the model still gets wrong."""
    rest: Floats = turns.response_ms[judged] - replayed.response_ms[judged] + replayed.other[judged]
    return rest


def accuracy(replayed: Outcomes, turns: Columns) -> tuple[float, float] | None:
    """To within how many ms half of the measured turns are replayed, and 95 % of them; None: none was measured."""
    judged = measured(replayed, turns)
    if not judged.any():
        return None
    wrong = np.abs(_unexplained(replayed, turns, judged))
    half, most = np.quantile(wrong, [0.5, 0.95], method="inverted_cdf")
    return float(half), float(most)


def measured(replayed: Outcomes, turns: Columns) -> Flags:
    """(n,) which turns have a measured response time, and one by the replay."""
    return ~np.isnan(turns.response_ms) & np.isfinite(response_times(replayed))


def _off(part: str, promised: Estimate, found: Estimate) -> Off:
    """The difference of two means of different turns: their half widths add in quadrature."""
    then, now, halves = promised.value or 0.0, found.value or 0.0, (_half(promised), _half(found))
    half = None if None in halves else hypot(*(one or 0.0 for one in halves))
    return _with_interval(part, then, now, now - then, half, found.n)


def _half(one: Estimate) -> float | None:
    """Half the width of a mean's 95 % interval."""
    return None if one.high is None or one.value is None else one.high - one.value


def _with_interval(part: str, then: float | None, now: float | None, off: float, half: float | None, n: int) -> Off:
    if half is None:
        return Off(part, then, now, off, None, None, n)
    return Off(part, then, now, off, off - half * AT_ONCE, off + half * AT_ONCE, n)
