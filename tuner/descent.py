"""From a good point downhill: moves along one axis, and those of several whose effects add up to something better.

The best settings stand at several limits at once, so that hardly any single move keeps them all and is faster: what one
move takes, another must give back. Each move is tried alone once; sums of what two or three did alone tell which to try
together, for more than one step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuner.assessment import Assessment, Assessor
from tuner.evolution import FEW
from tuner.space import Points, Space

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

TOGETHER = 30
"""How many of the most promising pairs, and of triples, are tried."""

PAIRS = 120
"""The pairs that triples are made of."""

PATIENCE = 2
"""Times that nothing better is found before a point counts as the lowest."""


@dataclass(frozen=True)
class _Moves:
    """k moves of one axis each, from one point, and what they change alone."""

    ways: Points
    """(k, d): steps on the axes."""
    axis: Places
    goal: Floats
    uppers: Floats
    """(k, limits)."""

    def take(self, places: Places) -> _Moves:
        return _Moves(self.ways[places], self.axis[places], self.goal[places], self.uppers[places])


def descend(
    assessor: Assessor,
    space: Space,
    point: Points,
    assess: Callable[[Points], Assessment],
    random: np.random.Generator,
    over: Callable[[], bool],
) -> Points:
    """Where moves from the point, and from the best of them again, end: none leads further down, or it is `over`.

    Moves are tried alone anew where sums of the last ones lead no further, and until then taken to do what they did.
    Axes on which none changed anything rest until the way down seems to end.
    """
    every = np.arange(len(space))
    here, stuck, awake = assess(point[None, :]), 0, every
    moves: _Moves | None = None
    while stuck < PATIENCE and not over():
        tried = []
        if fresh := moves is None:
            near, axis = _neighbours(space, point, awake, random)
            tried.append((near, assess(near)))
            moves = _moves(point, here, near, axis, tried[0][1])
            awake = np.unique(moves.axis)
        if len(together := _together(assessor, here, moves)):
            tried.append((point + together, assess(point + together)))
        lowest = _lowest(tried)
        if lowest is not None and lowest[1].score[0] < here.score[0]:
            moves = moves.take(np.flatnonzero(lowest[0][moves.axis] == point[moves.axis]))
            (point, here), stuck = lowest, 0
        else:
            moves = None
            if fresh:
                stuck, awake = stuck + 1, every
    return point


def _lowest(tried: list[tuple[Points, Assessment]]) -> tuple[Points, Assessment] | None:
    """The best point of all that were tried, and what came of it."""
    if not tried:
        return None
    points, found = min(tried, key=lambda one: float(one[1].score.min()))
    best = np.array([int(np.argmin(found.score))])
    return points[best[0]], found.take(best)


def _neighbours(space: Space, point: Points, awake: Places, random: np.random.Generator) -> tuple[Points, Places]:
    """Other places on one axis each, and which: all of few, else both ends, near and far ones both ways, any two."""
    found, axes = [], []
    for axis in awake.tolist():
        size, here = int(space.sizes[axis]), int(point[axis])
        places = set(range(size))
        if size > FEW:
            ways = np.geomspace(1, size / 2, 6) * random.uniform(0.7, 1.4, 6)
            steps = np.maximum(1, np.round(ways)).astype(int)
            near = {*(here + steps).tolist(), *(here - steps).tolist()}
            places = {
                0,
                size - 1,
                *random.integers(0, size, 2).tolist(),
                *(place for place in near if 0 <= place < size),
            }
        for place in sorted(places - {here}):
            moved = point.copy()
            moved[axis] = place
            found.append(moved)
            axes.append(axis)
    return np.array(found), np.array(axes)


def _moves(point: Points, here: Assessment, near: Points, axis: Places, assessed: Assessment) -> _Moves:
    """The moves that change anything, where what they change is finite."""
    with np.errstate(invalid="ignore"):  # infinite less infinite
        moves = _Moves(near - point, axis, assessed.goal_ms - here.goal_ms, assessed.uppers - here.uppers)
    changes = (moves.goal != 0) | (moves.uppers != 0).any(axis=1)
    finite = np.isfinite(moves.goal) & np.isfinite(moves.uppers).all(axis=1)
    return moves.take(np.flatnonzero(changes & finite))


def _together(assessor: Assessor, here: Assessment, moves: _Moves) -> Points:
    """(m, d): steps of the pairs and triples that should be better than here; one of each leads."""
    leading = _leading(assessor, here, moves)
    if not leading.any():
        return moves.ways[:0]

    def scores(goal: Floats, uppers: Floats) -> Floats:
        return assessor.score(here.goal_ms[0] + goal, here.uppers[0] + uppers)

    every = np.arange(len(moves.axis))
    one, other = (places.ravel() for places in np.meshgrid(every[leading], every, indexing="ij"))
    apart = (moves.axis[one] != moves.axis[other]) & (~leading[other] | (one < other))
    one, other = one[apart], other[apart]
    goal, uppers = moves.goal[one] + moves.goal[other], moves.uppers[one] + moves.uppers[other]
    score = scores(goal, uppers)
    best = np.argsort(score, kind="stable")[:PAIRS]
    one, other, goal, uppers = one[best], other[best], goal[best], uppers[best]
    pairs = moves.ways[one] + moves.ways[other]
    pair, third = (places.ravel() for places in np.indices((len(pairs), len(moves.axis))))
    apart = (moves.axis[third] != moves.axis[one[pair]]) & (moves.axis[third] != moves.axis[other[pair]])
    pair, third = pair[apart], third[apart]
    triple = scores(goal[pair] + moves.goal[third], uppers[pair] + moves.uppers[third])
    chosen = np.argsort(triple, kind="stable")[:TOGETHER]
    ways = np.concatenate([pairs[:TOGETHER], pairs[pair[chosen]] + moves.ways[third[chosen]]])
    promised = np.concatenate([score[best][:TOGETHER], triple[chosen]])
    found: Points = np.unique(ways[promised < here.score[0]], axis=0)
    return found


def _leading(assessor: Assessor, here: Assessment, moves: _Moves) -> npt.NDArray[np.bool_]:
    """(k,): which moves are a step forward by themselves: towards the limits until they are kept, then faster."""
    if here.within[0]:
        return moves.goal < 0
    nearer: npt.NDArray[np.bool_] = assessor.overstepped(here.uppers + moves.uppers) < assessor.overstepped(here.uppers)
    return nearer
