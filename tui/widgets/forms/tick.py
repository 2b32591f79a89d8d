"""A checkbox that shows its state by a sign, not only by colour."""

from __future__ import annotations

from textual.widgets import Checkbox


class Tick(Checkbox):
    """[x] or [ ]"""

    BUTTON_LEFT, BUTTON_INNER, BUTTON_RIGHT = "[", " ", "]"
    DEFAULT_CSS = """
    Tick > .toggle--button, Tick.-on > .toggle--button { color: $foreground; background: transparent; }
    """

    def watch_value(self) -> None:
        self.BUTTON_INNER = "x" if self.value else " "
        super().watch_value()
