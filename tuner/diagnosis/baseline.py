"""A recording under the settings in force, ready for the question what another value would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.kernel.batch import Batch, Outcomes
from pipeline.kernel.tally import response_times
from pipeline.turns.columns import Columns
from pipeline.turns.draws import keys, uniforms
from stages.arrays import Floats
from stages.settings import Settings
from stages.vector import encode
from tuner.diagnosis.grid import Tried, groups_of, singles
from tuner.search.assessment import Assessment, Assessor
from tuner.space.space import Points, Space
from tuner.statistics.bootstrap import Interval, Resample, interval
from tuner.statistics.confidence import CONFIDENCE
from tuner.statistics.gauge import Gauge, gauge
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal, parse_goal
from tuner.statistics.verdict import Verdict

MOST_TURNS = 10_000
"""A diagnosis looks at whole sessions of about so many turns: more would not change what it says."""

MEAN = parse_goal("mean")
"""What changes are judged by where a quantile cannot tell: an unanswered turn counts as one of 10 s."""

WORSE = 0.02
"""A bound beyond its limit gets worse when it rises by more than this part of itself: less is a turn or two."""


def sampled(turns: Columns, seed: int, most: int = MOST_TURNS) -> npt.NDArray[np.int64]:
    """The sessions to look at, ascending: all, or as many as hold about `most` turns, drawn by (seed, name)."""
    sessions = np.arange(len(turns.session_names))
    if len(turns) <= most:
        return sessions
    order = np.argsort(uniforms(seed, keys(turns.session_names), "diagnosis"), kind="stable")
    reached = np.cumsum(np.diff(turns.session_start)[order])
    return np.sort(order[: int(np.searchsorted(reached, most)) + 1])


@dataclass(frozen=True)
class Baseline:
    """Complete turns, the settings in force, and what they are judged by."""

    batch: Batch
    space: Space
    goal: Goal
    limits: tuple[Limit, ...]
    seed: int
    confidence: float | None = CONFIDENCE
    """Of the bounds that decide; None: the estimates decide."""
    as_measured: bool = False
    """Whether the settings were in force while the turns were recorded: then what was measured comes first."""

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self.space.settings

    @cached_property
    def outcomes(self) -> Outcomes:
        """Under the settings in force."""
        return self.batch.outcomes(self.settings)

    @cached_property
    def response_ms(self) -> Floats:
        """(n,) under the settings in force, infinite without an answer."""
        return response_times(self.outcomes)

    @property
    def sessions(self) -> int:
        return len(self.batch.columns.session_names)

    @cached_property
    def judged_by(self) -> Goal:
        """What changes are compared by: the goal, or the mean where it cannot tell."""
        return self.steady(self.goal)

    def steady(self, goal: Goal) -> Goal:
        """The goal, or the mean where some redraw of the sessions finds it, as things are, at an unanswered turn.

        Next to such turns a quantile leaps by seconds with one turn more or less that is answered.
        """
        return goal if self.tells(goal) else MEAN

    def tells(self, goal: Goal) -> bool:
        """Does every redraw of the sessions have an answer there now?"""
        drawn = self._resample.figure(goal, self.response_ms, self.batch.columns.session)
        return bool(np.isfinite(drawn).all())

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What the settings in force keep."""
        return self.gauge.verdicts

    @cached_property
    def gauge(self) -> Gauge:
        """Their figures, by what was measured where anything was."""
        return gauge(self.batch, self.settings, self.limits, in_force=self.as_measured)

    @cached_property
    def now(self) -> Assessment:
        """The settings in force, judged: one row."""
        return self.assess(encode(self.settings)[None, :])

    def assess(self, rows: Floats, goal: Goal | None = None) -> Assessment:
        """Rows of settings judged by `judged_by`, or by another goal."""
        return Assessor(self.batch, goal or self.judged_by, self.limits, self.confidence)(rows)

    @cached_property
    def bounds(self) -> Floats:
        """(limits,) what each upper bound may be: the limit, or what it is now (give or take) where that is more.

        A limit that was raised to what is in force is as much of a now.
        """
        most = np.array([limit.value for limit in self.limits], dtype=np.float64)
        now = np.array([limit.origin == "in force" for limit in self.limits]) | (self.now.uppers[0] > most)
        return np.where(now, np.maximum(most, self.now.uppers[0]) * (1 + WORSE), most)

    def tried(self, groups: Sequence[Points], goal: Goal | None = None) -> Tried:
        """The points of these groups, judged by `judged_by` or by another goal."""
        if not groups:
            none = np.empty(0, dtype=np.int64)
            return Tried(self.space.home[None, :][none], none, self.now.take(none))
        points = np.concatenate(groups)
        return Tried(points, groups_of(groups), self.assess(self.space.rows(points), goal))

    @cached_property
    def singles(self) -> Tried:
        """Every value of every setting that may move, the others as they are."""
        return self.tried(singles(self.space))

    def allowed(self, assessed: Assessment) -> npt.NDArray[np.bool_]:
        """(m,) no limit is newly missed, and none that is missed gets worse."""
        kept: npt.NDArray[np.bool_] = np.all(assessed.uppers <= self.bounds, axis=1)
        return kept

    def gain(self, settings: Settings, goal: Goal | None = None) -> Interval:
        """How many ms sooner others answer on the same turns: 95 % by drawing whole sessions anew."""
        wanted, session = goal or self.judged_by, self.batch.columns.session
        other = response_times(self.batch.outcomes(settings))
        drawn = [self._resample.figure(wanted, times, session) for times in (self.response_ms, other)]
        with np.errstate(invalid="ignore"):
            difference = drawn[0] - drawn[1]
            estimate = wanted.of_turns(self.response_ms) - wanted.of_turns(other)
            return interval(estimate, [difference], self.sessions)

    @cached_property
    def _resample(self) -> Resample:
        return Resample(self.sessions, self.seed)
