"""A figure under two sets of settings, on the same turns: whole sessions are drawn anew for the interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from pipeline.figures.figures import known
from pipeline.turns.evidence import family
from tuner.comparison.replay import Replay, apart
from tuner.statistics.bootstrap import interval
from tuner.statistics.intervals import GROUPS

Status = Literal["better", "worse", "not shown", "same", "unknown"]

FIGURES: tuple[str, ...] = tuple(name for group in GROUPS for name in group if name != "response_ms.max")
"""Every figure but the slowest answer, of which no interval can be given."""

FEWEST_SESSIONS = 6
"""Sessions that must differ for an interval: with fewer a sign test never reaches 95 %."""


@dataclass(frozen=True)
class Difference:
    """A figure before and after, and after less before with its 95 % interval (None: it cannot be said).

    `n`: the turns or interrupts of the figure; `turns` and `sessions`: those that come out otherwise. Of a quantile
    they are those whose value is another one, so the quantile itself may be the same. All figures are better when
    they are lower. `unknown`: the recording does not show it; `assumed`: it rests on pauses or overlaps of a profile.
    """

    name: str
    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None
    n: int
    turns: int
    sessions: int
    unknown: bool = False
    assumed: bool = False

    @property
    def status(self) -> Status:
        """By the interval: whether after is better, worse, the same on all turns, or neither is shown."""
        if self.unknown:
            return "unknown"
        if not self.turns:
            return "same"
        if self.low is None or self.high is None:
            return "not shown"
        return "better" if self.high < 0 else "worse" if self.low > 0 else "not shown"

    @property
    def shown(self) -> bool:
        """Whether there is a difference beyond chance."""
        return self.status in ("better", "worse")

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values; `unknown` and `assumed` stand there where they are true."""
        names = ("before", "after", "change", "low", "high", "n", "turns", "sessions", "status")
        marks = {name: True for name in ("unknown", "assumed") if getattr(self, name)}
        return {name: getattr(self, name) for name in names} | marks


def differences(before: Replay, after: Replay, names: Iterable[str] = FIGURES) -> dict[str, Difference]:
    """Each of these figures under both, in this order."""
    unknown = before.outcomes.unknown | after.outcomes.unknown
    return {
        name: Difference(name, None, None, None, None, None, 0, 0, 0, unknown=True)
        if family(name) in unknown
        else _difference(name, before, after)
        for name in names
    }


def _difference(name: str, before: Replay, after: Replay) -> Difference:
    was, now = known(before.figure(name)), known(after.figure(name))
    moved = apart(before.values(name), after.values(name))
    change = None if was is None or now is None else now - was
    low = high = None
    sessions = len(np.unique(before.columns.session[moved]))
    if change is not None and sessions >= FEWEST_SESSIONS:
        with np.errstate(invalid="ignore"):
            drawn = after.replicates(name) - before.replicates(name)
        range_ = interval(change, [drawn], before.sessions)
        low, high = range_.low, range_.high
    n = max(before.count(name), after.count(name))
    assumed = family(name) in before.outcomes.assumed | after.outcomes.assumed
    return Difference(name, was, now, change, low, high, n, int(moved.sum()), sessions, assumed=assumed)
