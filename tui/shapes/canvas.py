"""A plot in character cells: marks on a plane between two axes with ticks at round values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

import numpy as np
import numpy.typing as npt
from textual.content import Content

Floats = npt.NDArray[np.float64]

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
FAINT = "$text-muted"


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, the ticks on it and how their values are shown."""

    low: float
    high: float
    ticks: tuple[float, ...]
    shown: Callable[[float], str]

    def place(self, values: Floats, cells: int) -> npt.NDArray[np.int64]:
        """The cell of each value, 0 at `low`; outside of 0..cells-1 where the axis does not reach."""
        spread = (np.asarray(values, dtype=np.float64) - self.low) / (self.high - self.low)
        placed = np.floor(np.clip(np.nan_to_num(spread, nan=-1.0, posinf=2.0), -1.0, 2.0) * (cells - 1) + 0.5)
        found: npt.NDArray[np.int64] = placed.astype(np.int64)
        return found


def axis(low: float, high: float, wanted: int, shown: Callable[[float], str]) -> Axis:
    """From `low` to `high`, with about so many ticks at round values."""
    if not high > low:
        low, high = low - (abs(low) or 1) * 0.05, high + (abs(high) or 1) * 0.05
    step = round_step((high - low) / max(1, wanted))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return Axis(low, high, tuple(round(place * step, 10) for place in range(first, last + 1)), shown)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is no less."""
    power = 10.0 ** floor(log10(least))
    return next(power * step for step in STEPS if power * step >= least * (1 - 1e-9))


@dataclass
class Canvas:
    """Cells of a character and a style each; the row 0 is at the top."""

    width: int
    height: int
    cells: list[list[tuple[str, str]]] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = [[(" ", "")] * self.width for _ in range(self.height)]

    def put(self, x: int, y: int, text: str, style: str = "") -> None:
        """Text from a cell on; what would stand outside is left out."""
        for place, char in enumerate(text, start=x):
            if 0 <= y < self.height and 0 <= place < self.width:
                self.cells[y][place] = (char, style)

    def content(self) -> Content:
        """The rows, one below the other."""
        return Content("\n").join(_row(row) for row in self.cells)


def _row(cells: Sequence[tuple[str, str]]) -> Content:
    """Neighbours of one style together."""
    parts: list[tuple[str, str]] = []
    for char, style in cells:
        if parts and parts[-1][1] == style:
            parts[-1] = (parts[-1][0] + char, style)
        else:
            parts.append((char, style))
    return Content.assemble(*(text if not style else (text, style) for text, style in parts))


@dataclass
class Plane:
    """A canvas with its axes drawn: what is put on it goes by values."""

    canvas: Canvas
    x: Axis
    y: Axis
    left: int

    @property
    def columns(self) -> int:
        return self.canvas.width - self.left

    @property
    def rows(self) -> int:
        return self.canvas.height - 2

    def column(self, values: Floats) -> npt.NDArray[np.int64]:
        """Within the plane, from its left."""
        return self.x.place(values, self.columns)

    def row(self, values: Floats) -> npt.NDArray[np.int64]:
        """From the top."""
        found: npt.NDArray[np.int64] = self.rows - 1 - self.y.place(values, self.rows)
        return found

    def mark(self, xs: Floats, ys: Floats, char: str, style: str) -> None:
        """The same mark at each of these points; what is outside of the plane is not drawn."""
        cells = np.unique(self.row(ys) * 10_000 + self.column(xs))  # each once
        for row, column in zip(*np.divmod(cells, 10_000), strict=True):
            self.cell(int(column), int(row), char, style)

    def cell(self, column: int, row: int, char: str, style: str) -> None:
        if 0 <= column < self.columns and 0 <= row < self.rows:
            self.canvas.put(self.left + column, row, char, style)


def plane(width: int, height: int, x: Axis, y: Axis) -> Plane:
    """An empty plane of this size, labels and axes in it."""
    canvas = Canvas(width, height)
    labels = [y.shown(tick) for tick in y.ticks]
    found = Plane(canvas, x, y, max(map(len, labels)) + 1)
    for row in range(found.rows):
        canvas.put(found.left - 1, row, "│", FAINT)
    for tick, label in zip(y.ticks, labels, strict=True):
        row = int(found.row(np.array([tick]))[0])
        canvas.put(found.left - 1 - len(label), row, label, FAINT)
        canvas.put(found.left - 1, row, "┤", FAINT)
    canvas.put(found.left - 1, found.rows, "└" + "─" * found.columns, FAINT)
    end = 0
    for tick in x.ticks:
        label, column = x.shown(tick), found.left + int(found.column(np.array([tick]))[0])
        begin = min(max(column - len(label) // 2, end), width - len(label))
        if begin >= end:
            canvas.put(column, found.rows, "┴", FAINT)
            canvas.put(begin, found.rows + 1, label, FAINT)
            end = begin + len(label) + 1
    return found
