"""What makes some turns slower than others: the first of a session, those with tools, those with a tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.figures.figures import known
from pipeline.turns.columns import Columns
from stages.arrays import Flags, Floats
from tuner.statistics.bootstrap import Interval, Resample, interval
from tuner.statistics.objective import Goal, parse_goal

FEWEST = 20
"""A group of fewer turns is not compared."""

WORTH_MS, WORTH_SHARE = 50.0, 0.05
"""A difference is worth a finding where all of its interval is over so many ms, or over this share of the median."""

MEDIAN: Goal = parse_goal("p50")


@dataclass(frozen=True)
class Difference:
    """The median response time of a group of turns, and of the other turns; `later` is theirs less the others'.

    Times in ms; the interval is 95 % over sessions.
    """

    group: str
    turns: int
    others: int
    median_ms: float
    others_ms: float
    later: Interval

    @property
    def shown(self) -> bool:
        """The difference is no chance, and large enough to matter."""
        low, high = self.later.low, self.later.high
        if low is None or high is None:
            return False
        least = max(WORTH_MS, WORTH_SHARE * self.others_ms)
        return low > least or high < -least

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values, in ms."""
        return {
            "group": self.group,
            "turns": self.turns,
            "others": self.others,
            "median_ms": known(self.median_ms),
            "others_ms": known(self.others_ms),
            "later_ms": self.later.json_dict(),
        }


def session_starts(turns: Columns) -> Flags:
    """(n,) whether a turn is the first that its session has in the recording."""
    starts = np.zeros(len(turns), dtype=np.bool_)
    first = turns.session_start[:-1]
    starts[first[first < len(turns)]] = True
    return starts


def differences(response_ms: Floats, turns: Columns, groups: Mapping[str, Flags], seed: int) -> tuple[Difference, ...]:
    """Each group of turns, a name and (n,) who is in it, against the others; the largest difference first.

    `response_ms` (n,) is infinite for an unanswered turn. Groups of too few turns are left out.
    """
    resample = Resample(len(turns.session_names), seed)
    found = [
        _difference(resample, response_ms, turns, name, inside)
        for name, inside in groups.items()
        if min(inside.sum(), (~inside).sum()) >= FEWEST
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.later.estimate or 0.0)))


def _difference(resample: Resample, response_ms: Floats, turns: Columns, name: str, inside: Flags) -> Difference:
    parts = [(response_ms[part], turns.session[part]) for part in (inside, ~inside)]
    medians = [MEDIAN.of_turns(times) for times, _ in parts]
    drawn = [resample.figure(MEDIAN, times, session) for times, session in parts]
    with np.errstate(invalid="ignore"):
        later = interval(medians[0] - medians[1], [drawn[0] - drawn[1]], len(turns.session_names))
    return Difference(name, int(inside.sum()), int((~inside).sum()), float(medians[0]), float(medians[1]), later)
