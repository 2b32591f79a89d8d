"""Differential evolution: new points from good ones, with parameters that adapt to what succeeds.

After R. Tanabe and A. Fukunaga, "Success-history based parameter adaptation for differential evolution" (2013), with
the population shrunk as in their L-SHADE (2014).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from tuner.search.assessment import Assessment
from tuner.space.space import Points, Space

Places = npt.NDArray[np.intp]

FEW = 12
"""An axis with so few values is changed to any of them, not by a difference."""

LARGEST, SMALLEST = 60, 10
"""The population at the beginning and at the end."""

LEADING = 0.25
"""The leading share of the population, towards which the others move."""

MEMORY = 20
"""The parameters of so many generations are kept; each child uses one of them."""

WITHIN_GROUP = 0.5
"""The share of children that differ from their parent in one group of settings alone."""

_TOGETHER = {"asr": "endpointing", "eager": "endpointing", "vad": "endpointing", "playout": "tts", "filler": "tts"}
"""Groups of settings that act on the same part of a turn."""


def first_points(space: Space, random: np.random.Generator, n: int) -> Points:
    """The settings in force, neighbours that differ in a third of the axes, and as many random points."""
    points = random.integers(0, space.sizes, size=(n, len(space)))
    near = np.arange(n)[:, None] < n // 2
    points = np.where(near & (random.random(points.shape) < 0.65), space.home, points)
    points[0] = space.home
    return points


@dataclass(frozen=True)
class Children:
    """The children, one of each member of the population, and the parameters that made them."""

    cells: Floats
    points: Points
    scale: Floats
    share: Floats


class Evolution:
    """A population of points in the unit cube; each cell of the cube is a point of the space."""

    def __init__(self, space: Space, random: np.random.Generator, points: Points, assessed: Assessment) -> None:
        self._space, self._random, self.assessed = space, random, assessed
        names = [_TOGETHER.get(prefix, prefix) for prefix in (name.split(".")[0] for name in space.names)]
        self._group = np.unique(names, return_inverse=True)[1]
        self._cells = (points + random.random(points.shape)) / space.sizes
        self._archive = np.empty((0, len(space)))
        self._scales, self._shares, self._slot = np.full(MEMORY, 0.5), np.full(MEMORY, 0.5), 0

    @property
    def points(self) -> Points:
        return self._points(self._cells)

    def keep(self, best: Places) -> None:
        """Keep only these members of the population, best first."""
        self._cells, self.assessed = self._cells[best], self.assessed.take(best)

    def children(self) -> Children:
        """One child of each member: moved towards a leading one and along the difference of two others."""
        random, (n, d) = self._random, self._cells.shape
        lesson = random.integers(MEMORY, size=n)
        scale = np.clip(self._scales[lesson] + 0.1 * random.standard_cauchy(n), 0.05, 1)
        share = np.clip(self._shares[lesson] + 0.1 * random.standard_normal(n), 0.02, 1)
        others = np.concatenate([self._cells, self._archive])
        towards = self._cells[random.integers(max(2, int(LEADING * n)), size=n)] - self._cells
        apart = self._cells[random.integers(n, size=n)] - others[random.integers(len(others), size=n)]
        moved = _reflected(self._cells + scale[:, None] * (towards + apart))
        changes = random.random((n, d)) < share[:, None]
        one_group = self._group == random.integers(self._group.max() + 1, size=n)[:, None]
        changes &= one_group | (random.random((n, 1)) >= WITHIN_GROUP)
        changes[np.arange(n), random.integers(d, size=n)] = True
        cells = np.where(changes, moved, self._cells)
        anywhere = (self._space.sizes <= FEW) & (random.random((n, d)) < 0.5 / d)
        cells = np.where(anywhere, random.random((n, d)), cells)
        return Children(cells, self._points(cells), scale, share)

    def select(self, children: Children, assessed: Assessment, before: Floats, after: Floats) -> None:
        """Replace parents by children that are no worse; less merit is better."""
        n, gain = len(before), before - after
        if (better := gain > 0).any():
            self._learn(children, better, gain[better])
            archive = np.concatenate([self._archive, self._cells[better]])
            self._archive = self._random.permutation(archive)[:n]
        stays = (gain >= 0)[:, None]
        self._cells = np.where(stays, children.cells, self._cells)
        both = Assessment.joined([self.assessed, assessed])
        self.assessed = both.take(np.arange(n) + n * stays[:, 0])

    def _learn(self, children: Children, better: npt.NDArray[np.bool_], gain: Floats) -> None:
        """Keep the scale and share of changes that succeeded, weighted by gain (at most ten times the median gain)."""
        weight = np.minimum(gain, 10 * np.median(gain))
        scale, share = children.scale[better], children.share[better]
        self._scales[self._slot] = np.average(scale, weights=weight * scale)
        self._shares[self._slot] = np.average(share, weights=weight)
        self._slot = (self._slot + 1) % MEMORY

    def _points(self, cells: Floats) -> Points:
        found: Points = (cells * self._space.sizes).astype(np.int64)
        return found


def _reflected(cells: Floats) -> Floats:
    """Reflect at the walls of the cube."""
    back = np.abs(cells)
    found: Floats = np.clip(np.where(back > 1, 2 - back, back), 0, 1 - 1e-9)
    return found
