"""A picture in character cells that is drawn anew when it is told something new, or has another size."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

Draw = Callable[[int, int], Content]
"""Columns and rows in, the picture out."""


class Plot(Static):
    """Empty until `show`."""

    DEFAULT_CSS = "Plot { width: 1fr; height: 1fr; min-height: 6; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._draw: Draw | None = None

    def show(self, draw: Draw | None) -> None:
        """Drawn by this from now on."""
        self._draw = draw
        self._paint()

    def on_resize(self, event: Resize) -> None:
        self._paint()

    def _paint(self) -> None:
        width, height = self.content_size
        empty = self._draw is None or not width or not height
        self.update("" if empty or self._draw is None else self._draw(width, height))
