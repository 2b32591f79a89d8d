"""From a good point downhill: moves tried alone, and those of several whose effects add up to something better.

The best settings stand at several limits at once, so that hardly any single move keeps them all and is faster: what one
move takes, another must give back. Each move is tried alone once; sums of what two or three did alone tell which to try
together, for more than one step. A move is one setting, or some that do nothing without each other, or waits of which
one gives what the other takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from tuner.search.assessment import Assessment, Assessor
from tuner.search.evolution import FEW
from tuner.space.space import Points, Space

Places = npt.NDArray[np.intp]
Marks = npt.NDArray[np.bool_]

TOGETHER = 30
"""How many of the most promising pairs, and of triples, are tried."""

PAIRS = 120
"""The pairs that triples are made of."""

PATIENCE = 2
"""Times that nothing better is found before a point counts as the lowest."""

BUNDLES = ("eager", "llm", "tts")
"""Groups of settings that do nothing without each other: preemptive generation, and a late stage."""

DRAWS, CHANGED = 24, 0.5
"""Draws of a bundle; each changes this share of its settings that do something alone, and all of those that do not."""

SLIDE = {"endpointing.silence_ms": -1, "eager.silence_ms": -1, "playout.prebuffer_ms": 1}
"""An answer begun sooner and held back by as much comes when it did, and can be withdrawn until then."""

SLIDES, SLID_MS = 6, (10.0, 250.0)
"""Slides each way, from the nearest to the farthest."""


@dataclass(frozen=True)
class _Moves:
    """k moves from one point, and what each changes alone."""

    ways: Points
    """(k, d): steps on the axes."""
    goal: Floats
    uppers: Floats
    """(k, limits)."""

    @classmethod
    def tried(cls, point: Points, here: Assessment, there: Points, assessed: Assessment) -> _Moves:
        """Those that change anything, where what they change is finite."""
        with np.errstate(invalid="ignore"):  # infinite less infinite
            moves = cls(there - point, assessed.goal_ms - here.goal_ms, assessed.uppers - here.uppers)
        changes = (moves.goal != 0) | (moves.uppers != 0).any(axis=1)
        return moves.take(changes & np.isfinite(moves.goal) & np.isfinite(moves.uppers).all(axis=1))

    def take(self, which: Marks) -> _Moves:
        return _Moves(self.ways[which], self.goal[which], self.uppers[which])

    def beside(self, others: _Moves) -> _Moves:
        """These, then the others."""
        both = zip((self.ways, self.goal, self.uppers), (others.ways, others.goal, others.uppers), strict=True)
        return _Moves(*(np.concatenate(parts) for parts in both))

    def axes(self) -> Places:
        """Those that any of them moves along."""
        return np.flatnonzero(self.ways.any(axis=0))

    def clash(self) -> Marks:
        """(k, k): which move along an axis in common; each with itself."""
        along = ((self.ways != 0) << np.arange(self.ways.shape[1])).sum(axis=1)  # an axis a bit
        found: Marks = along[:, None] & along != 0
        return found


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
            near = _neighbours(space, point, awake, random)
            tried.append((near, assess(near)))
            moves = _Moves.tried(point, here, *tried[0])
            awake = moves.axes()
            drawn = np.concatenate([_drawn(space, point, awake, random), _slid(space, point, random)])
            if len(drawn):
                tried.append((drawn, assess(drawn)))
                moves = moves.beside(_Moves.tried(point, here, *tried[1]))
        if len(together := _together(assessor, here, moves)):
            tried.append((point + together, assess(point + together)))
        lowest = _lowest(tried)
        if lowest is not None and lowest[1].score[0] < here.score[0]:
            moves = moves.take(np.logical_not(moves.ways[:, lowest[0] != point].any(axis=1)))
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


def _neighbours(space: Space, point: Points, awake: Places, random: np.random.Generator) -> Points:
    """Other places on one axis each: all of few, else both ends, near and far ones both ways, any two."""
    found = []
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
    return np.array(found)


def _drawn(space: Space, point: Points, awake: Places, random: np.random.Generator) -> Points:
    """Other places on the axes of a bundle at once: on any of those that change nothing alone, and some of the others.

    A switch whose settings lay idle would else be tried with whatever they happen to be, and a hedge without requests
    to hedge.
    """
    group = np.array([name.split(".")[0] for name in space.names])
    found = [np.empty((0, len(space)), dtype=np.int64)]
    for name in BUNDLES:
        axes = np.flatnonzero(group == name)
        acting = np.isin(axes, awake)
        if len(axes) < 2 or not acting.any():
            continue
        sizes, shape = space.sizes[axes], (DRAWS, len(axes))
        changes = ~acting | (random.random(shape) < CHANGED)
        places = np.where(changes, random.integers(0, sizes, shape), point[axes])
        one, draw = random.choice(np.flatnonzero(acting), DRAWS), np.arange(DRAWS)
        places[draw, one] = (point[axes[one]] + 1 + random.integers(0, sizes[one] - 1)) % sizes[one]
        moved = np.repeat(point[None, :], DRAWS, axis=0)
        moved[:, axes] = places
        found.append(moved)
    return np.concatenate(found)


def _slid(space: Space, point: Points, random: np.random.Generator) -> Points:
    """An answer begun sooner and held back by as much, or the other way round, as far as the axes reach."""
    axes = [(space.names.index(name), sign) for name, sign in SLIDE.items() if name in space.names]
    steps = np.geomspace(*SLID_MS, SLIDES) * random.uniform(0.7, 1.4, SLIDES)
    by = np.concatenate([steps, -steps])
    moved = np.repeat(point[None, :], len(by), axis=0)
    for axis, sign in axes if len(axes) > 1 else ():
        codes = space.dimensions[axis].codes
        wanted = codes[point[axis]] + sign * by
        moved[:, axis] = np.abs(codes - wanted[:, None]).argmin(axis=1)
    found: Points = moved[(moved != point).any(axis=1)]
    return found


def _together(assessor: Assessor, here: Assessment, moves: _Moves) -> Points:
    """(m, d): steps of the pairs and triples that should be better than here; one of each leads."""
    leading, clash, k = _leading(assessor, here, moves), moves.clash(), len(moves.goal)
    uppers = np.ascontiguousarray(moves.uppers.T)  # a limit a row: what is added up lies side by side

    def scores(*which: Places) -> Floats:
        goal, table = here.goal_ms[0], here.uppers.T
        for one in which:
            goal, table = goal + moves.goal[one], table + uppers[:, one]
        return assessor.score(goal, table.T)

    first = leading[:, None] & ~clash & (~leading | (np.arange(k)[:, None] < np.arange(k)))
    one, other = np.nonzero(first)
    if not len(one):
        return moves.ways[:0]
    score = scores(one, other)
    best = np.argsort(score, kind="stable")[:PAIRS]
    one, other, score = one[best], other[best], score[best]
    pair, third = np.nonzero(~(clash[one] | clash[other]))
    triple = scores(one[pair], other[pair], third)
    chosen = np.argsort(triple, kind="stable")[:TOGETHER]
    pairs = moves.ways[one] + moves.ways[other]
    ways = np.concatenate([pairs[:TOGETHER], pairs[pair[chosen]] + moves.ways[third[chosen]]])
    promised = np.concatenate([score[:TOGETHER], triple[chosen]])
    found: Points = np.unique(ways[promised < here.score[0]], axis=0)
    return found


def _leading(assessor: Assessor, here: Assessment, moves: _Moves) -> Marks:
    """(k,): which moves are a step forward by themselves: faster or, beyond the limits, towards one that is missed.

    What that move oversteps instead is for another to give back.
    """
    if here.within[0]:
        return moves.goal < 0
    before, after = assessor.used(here.uppers), assessor.used(here.uppers + moves.uppers)
    nearer = (after < before) & (before > 1)
    return np.asarray(nearer.any(axis=1))
