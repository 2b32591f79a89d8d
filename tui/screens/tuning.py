"""Tune."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from tui.screens.page import Page


class TuneScreen(Page):
    NAME = "tune"

    def contents(self) -> Iterable[Widget]:
        yield Static("")
