"""Widgets that draw a picture cell by cell, again for each size and each change."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.charts.picture import PLAIN, Picture


class RoleStyles(Widget):
    """Has a component class for each role in `ROLES`; their styles are computed once, not for every cell."""

    ROLES: ClassVar[dict[str, str]] = {}
    _ink: dict[str, Style] | None = None

    def strip(self, picture: Picture, row: int) -> Strip:
        """A row of a picture in this widget's styles."""
        ink = self._inked()
        plain = ink[PLAIN]
        return Strip([Segment(text, ink.get(role, plain)) for text, role in picture.runs(row)], picture.width)

    def notify_style_update(self) -> None:
        """The theme or a state such as focus changed."""
        super().notify_style_update()
        self._ink = None

    def _inked(self) -> dict[str, Style]:
        if self._ink is None:
            self._ink = {role: self.get_component_rich_style(name) for role, name in self.ROLES.items()}
            self._ink[PLAIN] = self.rich_style
        return self._ink


class PictureWidget(RoleStyles):
    """Subclasses define `picture`."""

    _picture: Picture | None = None

    def picture(self, width: int, height: int) -> Picture:
        """The picture in this size."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw again after a change."""
        self._picture = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self._picture is None or (self._picture.width, self._picture.height) != (width, height):
            self._picture = self.picture(width, height)
        return self.strip(self._picture, y) if y < self._picture.height else Strip.blank(width, self._inked()[PLAIN])
