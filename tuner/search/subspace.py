"""Parts of a search: axes that can be searched by themselves, because what they change nothing else depends on.

What stops the agent while it talks changes no response time, and no response time changes what is said over the agent.
So those settings are searched once by themselves and then held, and the others are searched beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from stages.settings import SETTINGS
from tuner.search.assessment import Assessment, Assessor
from tuner.space.space import Points, Space
from tuner.statistics.limits import Limit

Places = npt.NDArray[np.intp]

STOPPING = frozenset(name for name, one in SETTINGS.items() if one.while_talking)
"""Settings that act while the agent talks and never before (timing model, section 5)."""

MODE, INTERRUPT = "barge_in.mode", "interrupt"
"""Whether anything stops the agent, and what becomes of premature replies."""

STOPPED = ("false_interrupt_rate", "missed_interrupt_rate", "hiccup_rate")
"""Figures of what happens there; so are all of `stop_ms`."""

EVEN_MS, TIGHTEST_WEIGHT = 1_000.0, 0.001
"""The goal of settings that do not differ in it, and the part of it that the limit with the least room may decide."""


class Part:
    """Axes that move, while the others are held at a point; judged by all limits, or by some of them alone."""

    def __init__(
        self,
        space: Space,
        judge: Assessor,
        assess: Callable[[Points], Assessment],
        axes: Places,
        held: Points,
        limits: Sequence[int] | None = None,
    ) -> None:
        """`assess` takes points of the whole `space`. `limits`: places of those that count; the goal then does not."""
        self._assess, self._axes, self._held, self._limits = assess, axes, held, limits
        moving = (replace(space.dimensions[axis], home=int(held[axis])) for axis in axes)
        self.space = replace(space, dimensions=tuple(moving))
        self.judge = judge if limits is None else judge.by(limits)

    def whole(self, points: Points) -> Points:
        """Points of this part as points of the whole space."""
        found = np.repeat(self._held[None, :], len(points), axis=0)
        found[:, self._axes] = points
        return found

    def __call__(self, points: Points) -> Assessment:
        found = self._assess(self.whole(points))
        if self._limits is None:
            return found
        uppers = found.uppers[:, self._limits]
        goal = room_ms(self.judge, uppers)
        return replace(found, goal_ms=goal, uppers=uppers, score=self.judge.score(goal, uppers))


def room_ms(judge: Assessor, uppers: Floats) -> Floats:
    """(m,): a goal for what has none of its own: the less, the more room is left under every limit."""
    tightest: Floats = np.minimum(judge.used(uppers), 1).max(axis=1, initial=0.0)
    return EVEN_MS * (1 + TIGHTEST_WEIGHT * tightest)


def stopping(space: Space) -> Places:
    """The axes that act while the agent talks; none where nothing else is to be searched, or nothing may stop it."""
    found = np.flatnonzero([name in STOPPING for name in space.names])
    apart = len(found) < len(space) and (MODE in space.names or space.settings.barge_in.mode == INTERRUPT)
    return found if apart else found[:0]


def answering(space: Space) -> Places:
    """The axes that decide when the answer comes, `MODE` among them."""
    return np.flatnonzero([name not in STOPPING for name in space.names])


def interruptible(space: Space) -> Points:
    """The settings in force with an agent that can be stopped: in no other mode do `STOPPING` settings act."""
    found = space.home.copy()
    if MODE in space.names:
        axis = space.names.index(MODE)
        values = space.dimensions[axis].values
        found[axis] = values.index(INTERRUPT) if INTERRUPT in values else found[axis]
    return found


def stopped(limits: Sequence[Limit]) -> list[int]:
    """Places of the limits on what happens while the agent talks."""
    return [i for i, limit in enumerate(limits) if limit.name in STOPPED or limit.figure == "stop_ms"]
