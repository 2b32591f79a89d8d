"""Upper bounds of every limited figure, for many settings at once (about 1 µs each, little beside the kernel)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.kernel.measured import Tally
from stages.arrays import Floats
from stages.vector import CHOICES, PLACE
from tuner.statistics.confidence import CONFIDENCE, count_upper, excess_design_effect, rate_design_effect, rate_upper
from tuner.statistics.limits import Limit

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Bound:
    """A figure under m settings: estimate and upper bound; n trials equal `n_effective` independent ones; each (m,)."""

    estimate: Floats
    upper: Floats
    n: Floats
    n_effective: Floats


def tally_bound(limit: Limit, tally: Tally, sessions: int, confidence: float = CONFIDENCE) -> Bound:
    """The bound of a rate, or of a count that is at least one a trial. NaN without trials."""
    if limit.is_count:
        effective = tally.trials / excess_design_effect(tally, sessions)
        excess = np.maximum(tally.rate - 1, 0)
        return Bound(tally.rate, 1 + count_upper(excess, effective, confidence), tally.trials, effective)
    effective = tally.trials / rate_design_effect(tally, sessions)
    return Bound(tally.rate, rate_upper(tally.rate, effective, confidence), tally.trials, effective)


def ruled_out(name: str, rows: Floats) -> Bools:
    """(m,): whether the figure is always 0 under these settings (timing model, sections 3 to 5)."""

    def unset(setting: str) -> Bools:
        return np.isnan(rows[:, PLACE[setting]])

    def mode(choice: str) -> Bools:
        found: Bools = rows[:, PLACE["barge_in.mode"]] == CHOICES["barge_in.mode"].index(choice)
        return found

    never = {
        "lost_rate": lambda: ~mode("ignore"),
        "restarted_rate": lambda: ~mode("interrupt") | unset("asr.late_final_ms"),
        "false_interrupt_rate": lambda: ~mode("interrupt"),
        "hiccup_rate": lambda: ~mode("interrupt") | unset("barge_in.resume_ms"),
        "history_lost_rate": lambda: unset("llm.max_history"),
        "filler_rate": lambda: unset("filler.after_ms"),
    }
    return never[name]() if name in never else np.zeros(len(rows), dtype=np.bool_)


def tally_uppers(limit: Limit, tally: Tally, rows: Floats, sessions: int, confidence: float | None) -> Floats:
    """(m,): the bound of a rate or count (without a confidence its estimate); 0 for what cannot or did not happen."""
    bound = tally.rate if confidence is None else tally_bound(limit, tally, sessions, confidence).upper
    return np.where(ruled_out(limit.name, rows) | np.isnan(bound), 0.0, bound)
