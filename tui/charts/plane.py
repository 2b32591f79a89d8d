"""A scatter plot in character cells: two axes with ticks at round values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from tui.charts.axis import round_step
from tui.charts.picture import Picture

Cells = npt.NDArray[np.int64]

AXIS = "a"
"""The role of axes, ticks and their labels."""


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, with ticks; `shown` formats the value of a tick."""

    low: float
    high: float
    ticks: tuple[float, ...]
    shown: Callable[[float], str]

    def place(self, values: Floats, cells: int) -> Cells:
        """The cell of each value, 0 at `low`; outside of 0..cells-1 for values beyond the axis."""
        spread = (np.asarray(values, dtype=np.float64) - self.low) / (self.high - self.low)
        placed = np.floor(np.clip(np.nan_to_num(spread, nan=-1.0, posinf=2.0), -1.0, 2.0) * (cells - 1) + 0.5)
        found: Cells = placed.astype(np.int64)
        return found


def axis(low: float, high: float, wanted: int, shown: Callable[[float], str]) -> Axis:
    """An axis from `low` to `high` with about `wanted` ticks at round values."""
    if not high > low:
        low, high = low - (abs(low) or 1) * 0.05, high + (abs(high) or 1) * 0.05
    step = round_step((high - low) / max(1, wanted))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return Axis(low, high, tuple(round(place * step, 10) for place in range(first, last + 1)), shown)


@dataclass
class Plane:
    """A picture with its axes; marks are placed by value."""

    picture: Picture
    x: Axis
    y: Axis
    left: int

    @property
    def columns(self) -> int:
        return self.picture.width - self.left

    @property
    def rows(self) -> int:
        return self.picture.height - 2

    def column(self, values: Floats) -> Cells:
        """Columns, counted from the left end of the plane."""
        return self.x.place(values, self.columns)

    def row(self, values: Floats) -> Cells:
        """Rows, counted from the top."""
        found: Cells = self.rows - 1 - self.y.place(values, self.rows)
        return found

    def mark(self, xs: Floats, ys: Floats, char: str, role: str) -> None:
        """Draw the same mark at each of these points; points outside of the plane are left out."""
        cells = np.unique(self.row(ys) * 10_000 + self.column(xs))  # each cell once
        for row, column in zip(*np.divmod(cells, 10_000), strict=True):
            self.cell(int(column), int(row), char, role)

    def cell(self, column: int, row: int, char: str, role: str) -> None:
        if 0 <= column < self.columns and 0 <= row < self.rows:
            self.picture.paint(self.left + column, row, char, role)


def plane(width: int, height: int, x: Axis, y: Axis) -> Plane:
    """An empty plane of this size, with axes and labels."""
    picture, labels = Picture(width, height), [y.shown(tick) for tick in y.ticks]
    found = Plane(picture, x, y, max(map(len, labels), default=0) + 1)
    for row in range(found.rows):
        picture.paint(found.left - 1, row, "│", AXIS)
    for tick, label in zip(y.ticks, labels, strict=True):
        row = int(found.row(np.array([tick]))[0])
        picture.paint(found.left - 1 - len(label), row, f"{label}┤", AXIS)
    picture.paint(found.left - 1, found.rows, "└" + "─" * found.columns, AXIS)
    for tick in x.ticks:
        label, column = x.shown(tick), found.left + int(found.column(np.array([tick]))[0])
        begin = min(max(column - len(label) // 2, 0), width - len(label))
        if picture.free(max(begin - 1, 0), found.rows + 1, len(label)):
            picture.paint(column, found.rows, "┴", AXIS)
            picture.paint(begin, found.rows + 1, label, AXIS)
    return found
