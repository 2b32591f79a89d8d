"""Subspaces: axes that can be searched separately, because no other axis acts on the figures that they change.

Settings that stop the agent while it talks change no response time, and response times do not change the overlaps. So
the former are searched once, separately, and then kept while the others are searched. One rule couples them: where
`barge_in.resume_ms` is set, `min_speech_ms` also decides whether a premature reply comes back (timing model, section
4). That is rare, and every point is assessed whole, so that it costs the search no correctness.
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
"""The setting that says whether anything stops the agent; it also acts on premature replies."""

STOPPED = ("false_interrupt_rate", "missed_interrupt_rate", "hiccup_rate")
"""Figures of what happens while the agent talks, beside those of `stop_ms`."""

EVEN_MS, TIGHTEST_WEIGHT = 1_000.0, 0.001
"""A constant goal for settings without an effect on it, and its share that the limit with the least room decides."""


class Subspace:
    """A subspace: axes that move while the others stay at a point; judged by all limits, or by some of them."""

    def __init__(
        self,
        space: Space,
        judge: Assessor,
        assess: Callable[[Points], Assessment],
        axes: Places,
        held: Points,
        limits: Sequence[int] | None = None,
    ) -> None:
        """`assess` takes points of the whole `space`. `limits`: places of the limits that decide, without the goal."""
        self._assess, self._axes, self._held, self._limits = assess, axes, held, limits
        moving = (replace(space.dimensions[axis], home=int(held[axis])) for axis in axes)
        self.space = replace(space, dimensions=tuple(moving))
        self.judge = judge if limits is None else judge.by(limits)

    def whole(self, points: Points) -> Points:
        """Points of this subspace as points of the whole space."""
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
    """(m,): a goal for settings without an effect on the real one: less means more room under every limit."""
    tightest: Floats = np.minimum(judge.used(uppers), 1).max(axis=1, initial=0.0)
    return EVEN_MS * (1 + TIGHTEST_WEIGHT * tightest)


def stopping(space: Space) -> Places:
    """The axes that act while the agent talks; none where there are no other axes, or nothing may stop the agent."""
    found = np.flatnonzero([name in STOPPING for name in space.names])
    apart = len(found) < len(space) and (MODE in space.names or space.settings.barge_in.mode == INTERRUPT)
    return found if apart else found[:0]


def answering(space: Space) -> Places:
    """The axes that act on the response time, with `MODE`."""
    return np.flatnonzero([name not in STOPPING for name in space.names])


def interruptible(space: Space) -> Points:
    """The settings in force, but with `MODE` interrupt: in no other mode do the `STOPPING` settings act."""
    found = space.home.copy()
    if MODE in space.names:
        axis = space.names.index(MODE)
        values = space.dimensions[axis].values
        found[axis] = values.index(INTERRUPT) if INTERRUPT in values else found[axis]
    return found


def stopped(limits: Sequence[Limit]) -> list[int]:
    """Places of the limits on figures of what happens while the agent talks."""
    return [i for i, limit in enumerate(limits) if limit.name in STOPPED or limit.figure == "stop_ms"]
