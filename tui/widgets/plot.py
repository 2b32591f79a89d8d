"""A plot that is drawn again for each change and each size."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from tui.charts.picture import Picture
from tui.charts.plane import AXIS
from tui.charts.search_progress import BEST, BEYOND, CHOSEN, CHOSEN_RECOMMENDED, LINE, NOW, RECOMMENDED, WITHIN
from tui.widgets.picture_widget import PictureWidget

Draw = Callable[[int, int], Picture]
"""From columns and rows to the picture."""


class Plot(PictureWidget):
    """Empty until `show`."""

    ROLES: ClassVar[dict[str, str]] = {
        AXIS: "plot--axis",
        WITHIN: "plot--within",
        BEYOND: "plot--beyond",
        NOW: "plot--now",
        BEST: "plot--best",
        RECOMMENDED: "plot--best",
        CHOSEN: "plot--chosen",
        CHOSEN_RECOMMENDED: "plot--chosen-recommended",
        LINE: "plot--within",
    }
    COMPONENT_CLASSES: ClassVar[set[str]] = set(ROLES.values())
    DEFAULT_CSS = """
    Plot { width: 1fr; height: 1fr; min-height: 6; }
    Plot > .plot--axis { color: $text-muted; }
    Plot > .plot--within { color: $text-success; }
    Plot > .plot--beyond { color: $text-error; }
    Plot > .plot--now { color: $text-warning; text-style: bold; }
    Plot > .plot--best { color: $text-accent; text-style: bold; }
    Plot > .plot--chosen { color: $foreground; text-style: bold; }
    Plot > .plot--chosen-recommended { color: $foreground; text-style: bold reverse; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._draw: Draw | None = None

    def show(self, draw: Draw | None) -> None:
        """Draw with this function from now on; None: draw nothing."""
        self._draw = draw
        self.draw()

    def picture(self, width: int, height: int) -> Picture:
        return Picture(width, height) if self._draw is None else self._draw(width, height)
