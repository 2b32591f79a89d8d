"""The descent from a good point: single moves, and combinations whose effects add up to an improvement.

The best settings are at several limits at once, so hardly any single move is faster and keeps all limits: a move that
uses more of a limit needs another that uses less of it. Each move is tried alone once; the sums of the effects of two
or three moves show which to try together, for more than one step. A move changes one setting, or several that have no
effect without each other, or two waits in opposite directions.
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
"""After so many steps without an improvement a point counts as the lowest."""

BUNDLES = ("eager", "llm", "tts")
"""Groups of settings that have no effect without each other: preemptive generation, and a slow stage."""

DRAWS, CHANGED = 24, 0.5
"""Draws of a bundle; each changes all settings without an effect alone, and this share of the others."""

SLIDE = {"endpointing.silence_ms": -1, "eager.silence_ms": -1, "playout.prebuffer_ms": 1}
"""A reply that begins sooner and is held back by as much comes at the same time, but can be withdrawn until then."""

SLIDES, SLID_MS = 6, (10.0, 250.0)
"""Slides in each direction, from the nearest to the farthest."""


@dataclass(frozen=True)
class _Moves:
    """k moves from one point, and the effect of each alone."""

    ways: Points
    """(k, d): steps on the axes."""
    goal: Floats
    uppers: Floats
    """(k, limits)."""

    @classmethod
    def tried(cls, point: Points, here: Assessment, there: Points, assessed: Assessment) -> _Moves:
        """The moves that change anything, and by finite amounts."""
        with np.errstate(invalid="ignore"):  # infinite less infinite
            moves = cls(there - point, assessed.goal_ms - here.goal_ms, assessed.uppers - here.uppers)
        changes = (moves.goal != 0) | (moves.uppers != 0).any(axis=1)
        return moves.take(changes & np.isfinite(moves.goal) & np.isfinite(moves.uppers).all(axis=1))

    def take(self, which: Marks) -> _Moves:
        return _Moves(self.ways[which], self.goal[which], self.uppers[which])

    def beside(self, others: _Moves) -> _Moves:
        """These moves, then the others."""
        both = zip((self.ways, self.goal, self.uppers), (others.ways, others.goal, others.uppers), strict=True)
        return _Moves(*(np.concatenate(parts) for parts in both))

    def axes(self) -> Places:
        """The axes that any of the moves changes."""
        return np.flatnonzero(self.ways.any(axis=0))

    def clash(self) -> Marks:
        """(k, k): which moves share an axis; each with itself."""
        along = ((self.ways != 0) << np.arange(self.ways.shape[1])).sum(axis=1)  # one bit an axis
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
    """The point where repeated moves to the best end: no move improves it, or the budget is `over`.

    The effects of single moves are kept until no sum of them improves the point; then they are measured again. Axes on
    which no move had an effect are idle. Idle axes are skipped until no move improves.
    """
    every = np.arange(len(space))
    here, stuck, active = assess(point[None, :]), 0, every
    moves: _Moves | None = None
    while stuck < PATIENCE and not over():
        tried = []
        if fresh := moves is None:
            near = _axis_moves(space, point, active if len(active) else every, random)
            tried.append((near, assess(near)))
            moves = _Moves.tried(point, here, *tried[0])
            active = moves.axes()
            drawn = np.concatenate([_bundle_moves(space, point, active, random), _slide_moves(space, point, random)])
            if len(drawn):
                tried.append((drawn, assess(drawn)))
                moves = moves.beside(_Moves.tried(point, here, *tried[1]))
        if len(together := _combinations(assessor, here, moves)):
            tried.append((point + together, assess(point + together)))
        lowest = _lowest(tried)
        if lowest is not None and lowest[1].score[0] < here.score[0]:
            moves = moves.take(np.logical_not(moves.ways[:, lowest[0] != point].any(axis=1)))
            (point, here), stuck = lowest, 0
        else:
            moves = None
            if fresh:
                stuck, active = stuck + 1, every
    return point


def _lowest(tried: list[tuple[Points, Assessment]]) -> tuple[Points, Assessment] | None:
    """The best point of all that were tried, and its assessment."""
    if not tried:
        return None
    points, found = min(tried, key=lambda one: float(one[1].score.min()))
    best = np.array([int(np.argmin(found.score))])
    return points[best[0]], found.take(best)


def _axis_moves(space: Space, point: Points, active: Places, random: np.random.Generator) -> Points:
    """Moves along one axis: to each place of a short axis, else to both ends, some near and far, and two at random."""
    found = []
    for axis in active.tolist():
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


def _bundle_moves(space: Space, point: Points, active: Places, random: np.random.Generator) -> Points:
    """Moves along several axes of a bundle at once: all those without an effect alone, and some of the others.

    Otherwise a switch would be tried only with the present values of its idle settings, and a hedge without further
    attempts.
    """
    group = np.array([name.split(".")[0] for name in space.names])
    found = [np.empty((0, len(space)), dtype=np.int64)]
    for name in BUNDLES:
        axes = np.flatnonzero(group == name)
        acting = np.isin(axes, active)
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


def _slide_moves(space: Space, point: Points, random: np.random.Generator) -> Points:
    """Moves that begin a reply sooner and hold it back by as much, or the reverse, as far as the axes reach."""
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


def _combinations(assessor: Assessor, here: Assessment, moves: _Moves) -> Points:
    """(m, d): steps of the pairs and triples whose sums improve the point; each contains a leading move."""
    leading, clash, k = _leading(assessor, here, moves), moves.clash(), len(moves.goal)
    uppers = np.ascontiguousarray(moves.uppers.T)  # one row a limit: values that are added are contiguous in memory

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
    """(k,): the leading moves, which improve something alone: faster or, outside of the limits, nearer to one.

    Where such a move exceeds a limit, another move of the combination must compensate.
    """
    if here.within[0]:
        return moves.goal < 0
    before, after = assessor.used(here.uppers), assessor.used(here.uppers + moves.uppers)
    nearer = (after < before) & (before > 1)
    return np.asarray(nearer.any(axis=1))
