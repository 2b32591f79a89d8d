"""Widgets that are pictures: drawn anew for their size and for what they show, cell by cell."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.charts.picture import PLAIN, Picture


class RoleStyles(Widget):
    """Has a component class for each role in `ROLES`; what they look like is worked out once, not for every cell."""

    ROLES: ClassVar[dict[str, str]] = {}
    _ink: dict[str, Style] | None = None

    def strip(self, picture: Picture, row: int) -> Strip:
        """A row of a picture in this widget's colours."""
        ink = self._inked()
        plain = ink[PLAIN]
        return Strip([Segment(text, ink.get(role, plain)) for text, role in picture.runs(row)], picture.width)

    def notify_style_update(self) -> None:
        """Another theme, or another state such as focus."""
        super().notify_style_update()
        self._ink = None

    def _inked(self) -> dict[str, Style]:
        if self._ink is None:
            self._ink = {role: self.get_component_rich_style(name) for role, name in self.ROLES.items()}
            self._ink[PLAIN] = self.rich_style
        return self._ink


class PictureWidget(RoleStyles):
    """Subclasses give `picture`."""

    _picture: Picture | None = None

    def picture(self, width: int, height: int) -> Picture:
        """What stands in so many cells."""
        raise NotImplementedError

    def draw(self) -> None:
        """What is shown has changed."""
        self._picture = None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self._picture is None or (self._picture.width, self._picture.height) != (width, height):
            self._picture = self.picture(width, height)
        return self.strip(self._picture, y) if y < self._picture.height else Strip.blank(width, self._inked()[PLAIN])
