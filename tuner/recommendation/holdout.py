"""Two sets of settings on the same turns: every figure before and after, the gain, and what becomes of the limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.kernel.batch import Batch
from pipeline.kernel.tally import response_times
from stages.arrays import Floats
from stages.settings import Settings
from tuner.statistics.bootstrap import Interval, Resample, interval, replicates_for
from tuner.statistics.intervals import Estimate, estimates
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal
from tuner.statistics.verdict import Verdict, verdicts


@dataclass(frozen=True)
class Judgement:
    """n turns before and after; `gain` in ms of the goal, 95 % over sessions and over completions."""

    turns: int
    sessions: int
    before: dict[str, Estimate]
    after: dict[str, Estimate]
    gain: Interval
    verdicts: tuple[Verdict, ...]
    """The limits under the settings after."""
    completions: int
    """How many times the missing values were drawn for the gain."""

    @property
    def missed(self) -> tuple[Verdict, ...]:
        """The limits that these turns miss."""
        return tuple(one for one in self.verdicts if one.status == "missed")

    def json_dict(self) -> dict[str, Any]:
        return {
            "turns": self.turns,
            "sessions": self.sessions,
            "before": {name: one.json_dict() for name, one in self.before.items()},
            "after": {name: one.json_dict() for name, one in self.after.items()},
            "gain_ms": self.gain.json_dict() | {"n": self.turns, "completions": self.completions},
            "limits": [one.json_dict() for one in self.verdicts],
        }


def judge(
    batches: Sequence[Batch], before: Settings, after: Settings, goal: Goal, limits: Sequence[Limit], seed: int
) -> Judgement:
    """The judgement on the first batch; the gain also on the others: the same turns, completed with other luck."""
    first = batches[0]
    session, sessions = first.columns.session, len(first.columns.session_names)
    was, now = first.outcomes(before), first.outcomes(after)
    gains, draws = [], []
    resample = Resample(sessions, seed, replicates_for(sessions))
    for place, batch in enumerate(batches):
        times = [
            response_times(found)
            for found in ((was, now) if place == 0 else (batch.outcomes(before), batch.outcomes(after)))
        ]
        gains.append(_difference(*(np.array(goal.of_turns(one)) for one in times)))
        draws.append(_difference(*(resample.figure(goal, one, session) for one in times)))
    gain = interval(float(np.mean(gains)), draws, sessions)
    found = verdicts(first, after, limits)
    return Judgement(len(first), sessions, estimates(was, session), estimates(now, session), gain, found, len(batches))


def _difference(before: Floats, after: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return before - after
