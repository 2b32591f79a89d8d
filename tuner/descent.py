"""From a good point downhill: one axis at a time, and the best of several together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from tuner.breeding import FEW
from tuner.space import Points, Space

Scores = npt.NDArray[np.float64]

AXES_AT_ONCE = 5


def descend(
    space: Space,
    point: Points,
    score: Callable[[Points], Scores],
    random: np.random.Generator,
    over: Callable[[], bool],
) -> Points:
    """The point from which no single step of any axis leads further down, or where one is when it is `over`."""
    best = float(score(point[None, :])[0])
    stuck = False
    while not stuck and not over():
        stuck = True
        for axes in _parts(random.permutation(len(space))):
            found, value = _step(space, point, best, axes, score, random)
            if value < best:
                point, best, stuck = found, value, False
            if over():
                break
    return point


def _step(
    space: Space,
    point: Points,
    best: float,
    axes: npt.NDArray[np.int64],
    score: Callable[[Points], Scores],
    random: np.random.Generator,
) -> tuple[Points, float]:
    """The best single move on these axes, or the best moves of several axes together."""
    moved = np.concatenate([_moves(space, point, int(axis), random) for axis in axes])
    owner = np.array([int(np.flatnonzero(one != point)[0]) for one in moved])
    values = score(moved)
    together, tries = point.copy(), []
    for place in np.argsort(values, kind="stable"):
        if values[place] >= best:
            break
        if together[owner[place]] == point[owner[place]]:
            together[owner[place]] = moved[place, owner[place]]
            tries.append(together.copy())
    if not tries:
        return point, best
    joint = score(np.array(tries))
    chosen = int(np.argmin(joint))
    return tries[chosen], float(joint[chosen])


def _moves(space: Space, point: Points, axis: int, random: np.random.Generator) -> Points:
    """Other places on one axis: all of few, else near and far ones both ways."""
    size, here = int(space.sizes[axis]), int(point[axis])
    if size <= FEW:
        places = set(range(size))
    else:
        ways = np.unique(np.round(np.geomspace(1, size / 2, 6)).astype(int)).tolist()
        places = {here + way for way in ways} | {here - way for way in ways} | set(random.integers(0, size, 2).tolist())
    others = sorted(place for place in places if 0 <= place < size and place != here)
    found = np.repeat(point[None, :], len(others), axis=0)
    found[:, axis] = others
    return found


def _parts(axes: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    for first in range(0, len(axes), AXES_AT_ONCE):
        yield axes[first : first + AXES_AT_ONCE]
