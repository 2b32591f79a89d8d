"""A time axis in character cells: ticks at round times, with labels."""

from __future__ import annotations

from math import ceil, floor, log10

from tui.charts.picture import Picture


def round_step(at_least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50, ... that is at least `at_least`."""
    power: float = 10.0 ** floor(log10(max(at_least, 1e-9)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= at_least * (1 - 1e-9))


def draw(picture: Picture, row: int, high_ms: float, unit: str = "ms") -> None:
    """Paint ticks in this row and their labels in the next, from 0 to `high_ms` over the whole width."""
    width = picture.width
    picture.paint(0, row, "─" * width, "a")
    step = round_step(high_ms / max(1, width) * 9)
    for number in range(ceil(high_ms / step) + 1):
        column = round(number * step / high_ms * width)
        name = f"{number * step:,.0f}"
        if column < width:
            picture.paint(column, row, "┬", "a")
        if picture.free(column, row + 1, len(name) + len(unit) + 1):
            picture.paint(column, row + 1, name, "a")
    picture.paint(width - len(unit), row + 1, unit, "a")
