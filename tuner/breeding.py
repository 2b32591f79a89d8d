"""New points from good ones: whole groups of settings change hands, some settings move along their axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tuner.space import Points, Space

FEW = 12
"""An axis of so few values has no near and far: a change of it may go anywhere."""

_TOGETHER = {"asr": "endpointing", "eager": "endpointing", "vad": "endpointing", "playout": "tts", "filler": "tts"}
"""Groups of settings that act on the same part of a turn."""


@dataclass(frozen=True)
class Breeder:
    """Children for one space."""

    space: Space
    group: npt.NDArray[np.int64]
    """(d,) the group of each axis."""

    @classmethod
    def of(cls, space: Space) -> Breeder:
        names = [_TOGETHER.get(prefix, prefix) for prefix in (name.split(".")[0] for name in space.names)]
        return cls(space, np.unique(names, return_inverse=True)[1])

    def first(self, random: np.random.Generator, n: int) -> Points:
        """The settings in force, neighbours of them that differ in a third of the axes, and as many points at large."""
        points = random.integers(0, self.space.sizes, size=(n, len(self.space)))
        near = np.arange(n)[:, None] < n // 2
        points = np.where(near & (random.random(points.shape) < 0.65), self.space.home, points)
        points[0] = self.space.home
        return points

    def children(self, random: np.random.Generator, parents: Points, n: int) -> Points:
        """n children; `parents` the best first, which are picked more often."""
        sizes, d, groups = self.space.sizes, len(self.space), int(self.group.max()) + 1

        def some() -> Points:
            return parents[np.minimum(random.geometric(0.05, n) - 1, len(parents) - 1)]

        def chance(share: float, *shape: int) -> npt.NDArray[np.bool_]:
            return random.random((n, *shape)) < share

        child = np.where((chance(0.25, groups) & chance(0.7, 1))[:, self.group], some(), some())
        here = self.group == random.integers(0, groups, n)[:, None]
        child = np.where(here & chance(0.3, d) & chance(0.4, 1), parents[random.integers(0, len(parents), n)], child)
        apart = parents[random.integers(0, len(parents), n)] - parents[random.integers(0, len(parents), n)]
        along = here & chance(0.5, 1) & (sizes > FEW)
        child = np.where(along, child + np.round(random.uniform(0.3, 0.9, (n, 1)) * apart).astype(np.int64), child)
        moved = (here & chance(0.35, d)) | chance(0.4 / d, d)
        child = np.where(moved, np.where(sizes > FEW, child + self._steps(random, n), self._anywhere(random, n)), child)
        return self._inside(child)

    def _steps(self, random: np.random.Generator, n: int) -> Points:
        """Short ways mostly, long ones at times, never none."""
        ways = np.round(random.standard_cauchy((n, len(self.space))) * np.maximum(self.space.sizes * 0.03, 0.6))
        return np.where(ways == 0, np.where(random.random(ways.shape) < 0.5, 1, -1), ways.clip(-1e6, 1e6)).astype(
            np.int64
        )

    def _anywhere(self, random: np.random.Generator, n: int) -> Points:
        return random.integers(0, self.space.sizes, size=(n, len(self.space)))

    def _inside(self, points: Points) -> Points:
        """Reflected at the ends of an axis."""
        last = self.space.sizes - 1
        back = np.abs(points)
        found: Points = np.clip(np.where(back > last, 2 * last - back, back), 0, last)
        return found
