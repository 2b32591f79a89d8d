"""A checkbox that shows its state by a sign, not only by colour."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox


class Tick(Checkbox):
    """[x] or [ ]"""

    BUTTON_LEFT, BUTTON_INNER, BUTTON_RIGHT = "[", " ", "]"
    DEFAULT_CSS = """
    Tick > .toggle--button, Tick.-on > .toggle--button { color: $foreground; background: transparent; }
    """

    @property
    def _button(self) -> Content:
        """All of the box in its own colour: Textual draws the sides in that of the background, for half blocks."""
        style = self.get_visual_style("toggle--button")
        return Content.styled(f"{self.BUTTON_LEFT}{self.BUTTON_INNER}{self.BUTTON_RIGHT}", style)

    def watch_value(self) -> None:
        self.BUTTON_INNER = "x" if self.value else " "
        super().watch_value()
