"""Try."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from tui.screens.page import Page


class TryScreen(Page):
    NAME = "try"

    def contents(self) -> Iterable[Widget]:
        yield Static("")
