"""One setting as a slider on one line: name, value, and the position of the value on its axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui.charts.picture import Picture
from tui.state.slider_model import SliderModel, value_text

NAME, VALUE = 18, 9
"""Columns of the name, after a sign, and of the value."""

CHANGED, NOTED, CURSOR = "*", "?", "›"
HANDLE, IN_FORCE = "●", "┃"


@dataclass(frozen=True)
class Line:
    """What a line shows. Without a model it is the heading of a group."""

    name: str
    model: SliderModel | None = None
    now: Any = None
    base: Any = None
    cursor: bool = False


def track(width: int) -> tuple[int, int]:
    """First column of the track, and its length in columns."""
    begin = NAME + VALUE + 4
    return begin, max(3, width - begin - 1)


def line(shown: Line, width: int) -> Picture:
    """The line in `width` columns. `*`: changed; `?`: these turns do not judge it; `┃`: the value compared with."""
    picture, model = Picture(width, 1), shown.model
    if model is None:
        picture.paint(0, 0, shown.name, "g")
        return picture
    changed = shown.now != shown.base
    sign = CHANGED if changed else NOTED if model.note else " "
    picture.paint(0, 0, CURSOR if shown.cursor else " ")
    picture.paint(1, 0, sign, "c" if changed else "q")
    name = model.name.partition(".")[2]
    picture.paint(2, 0, name[:NAME], "c" if changed else "q" if model.note else " ")
    value = value_text(model.name, shown.now)[:VALUE]
    picture.paint(2 + NAME + VALUE - len(value), 0, value, "c" if changed else " ")
    begin, length = track(width)
    picture.paint(begin, 0, "─" * length, "t")
    for value, mark, role in ((shown.base, IN_FORCE, "f"), (shown.now, HANDLE, "h")):
        picture.paint(begin + round(model.position(value) * (length - 1)), 0, mark, role)
    return picture
