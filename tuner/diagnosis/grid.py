"""The points to try around the settings in force: one axis, or several together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from tuner.search.assessment import Assessment
from tuner.space.space import Points, Space

THINNED = 24
"""Values tried of each setting where several change together."""


@dataclass(frozen=True)
class Tried:
    """Points in groups, each group one question, and what came of them."""

    points: Points
    group: npt.NDArray[np.int64]
    """(m,) the group of each point."""
    assessed: Assessment


def groups_of(groups: Sequence[Points]) -> npt.NDArray[np.int64]:
    """The group of each point of all groups together."""
    return np.repeat(np.arange(len(groups)), [len(group) for group in groups])


def singles(space: Space) -> list[Points]:
    """Each axis tried alone, every value of it."""
    return [combinations(space, [name]) for name in space.names]


def sets(space: Space, names: Iterable[tuple[str, ...]]) -> list[Points]:
    """The combinations of each set of which at least two settings may move."""
    free = ([name for name in wanted if name in space.names] for wanted in names)
    return [combinations(space, wanted, THINNED) for wanted in free if len(wanted) > 1]


def combinations(space: Space, names: Sequence[str], most: int | None = None) -> Points:
    """Every combination of the values of these axes (at most so many of each), the others at home."""
    axes = [space.names.index(name) for name in names]
    tried = [_places(int(space.sizes[axis]), int(space.home[axis]), most) for axis in axes]
    every = np.array(list(product(*tried)), dtype=np.int64)
    points = np.repeat(space.home[None, :], len(every), axis=0)
    points[:, axes] = every
    return points


def distance(space: Space, points: Points) -> npt.NDArray[np.float64]:
    """(m,) how far from the settings in force: fewer settings first, then shorter ways along their axes."""
    away = points != space.home
    found: npt.NDArray[np.float64] = away.sum(axis=1) + (np.abs(points - space.home) / space.sizes).sum(axis=1)
    return found


def _places(size: int, home: int, most: int | None) -> list[int]:
    """All places of an axis, or some of them with both ends and the one in force."""
    if most is None or size <= most:
        return list(range(size))
    return sorted({home, *np.linspace(0, size - 1, most).round().astype(int).tolist()})
