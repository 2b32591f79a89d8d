"""A widget that is a picture: it is drawn anew for its size and for what it shows, cell by cell."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui.shapes.picture import PLAIN, Picture


class Drawn(Widget):
    """Subclasses give `picture`, and the component class of each role in `ROLES`."""

    ROLES: ClassVar[dict[str, str]] = {}
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
        if y >= self._picture.height:
            return Strip.blank(width, self.rich_style)
        styles = {role: self.get_component_rich_style(name) for role, name in self.ROLES.items()}
        styles[PLAIN] = self.rich_style
        return Strip([Segment(text, styles.get(role, self.rich_style)) for text, role in self._picture.runs(y)], width)
