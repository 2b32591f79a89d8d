"""The line at the top: the screens with their keys, and what is open."""

from __future__ import annotations

from collections.abc import Container

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from tui.charts.fitting import first_that_fits
from tui.i18n.localized import Localized

SCREENS = ("open", "diagnose", "try", "tune", "export")
"""In the order of their keys, 1 to 5."""
CALL_SCREENS = ("open", "connect")
"""The same where a recording of calls is open."""


class Tab(Localized, Static):
    """The name of one screen; a click switches to it."""

    class Chosen(Message):
        def __init__(self, screen: str) -> None:
            super().__init__()
            self.screen_name = screen

    def __init__(self, place: int, name: str, here: bool) -> None:
        super().__init__(classes="here" if here else "")
        self.place, self.screen_name, self.here = place, name, here

    def render(self) -> Text:
        """3 Try; the current screen is in brackets, readable without colour."""
        left, right = ("[", "]") if self.here else (" ", " ")
        return Text(f"{left}{self.place} {self.tr(f'screen.{self.screen_name}')}{right}")

    def on_click(self) -> None:
        self.post_message(self.Chosen(self.screen_name))


class Title(Static):
    """What is open, in the longest of some texts that fits."""

    def __init__(self) -> None:
        super().__init__(id="opened", markup=False)
        self._texts: tuple[str, ...] = ("",)

    def show(self, *texts: str) -> None:
        self._texts = texts
        self.refresh()

    def render(self) -> Text:
        return Text(first_that_fits(self.content_size.width, *self._texts))


class Banner(Horizontal):
    """The tabs, and the title of the open source."""

    DEFAULT_CSS = """
    Banner { height: 1; background: $panel; }
    Banner Tab { width: auto; color: $text-muted; }
    Banner Tab.here { color: $text; text-style: bold; background: $primary-muted; }
    Banner #opened { width: 1fr; padding-left: 1; text-align: right; color: $text-muted; }
    Banner #opened { text-overflow: ellipsis; text-wrap: nowrap; }
    """

    def __init__(self, here: str) -> None:
        super().__init__()
        self._here = here

    def compose(self) -> ComposeResult:
        for names in (SCREENS, CALL_SCREENS[1:]):
            for place, name in enumerate(names, 1 + (names is not SCREENS)):
                yield Tab(place, name, name == self._here)
        yield Title()

    def on_mount(self) -> None:
        self.show_tabs(SCREENS)

    def show_tabs(self, names: Container[str]) -> None:
        """Show the tabs of these screens."""
        for tab in self.query(Tab):
            tab.display = tab.screen_name in names

    def show_opened(self, *texts: str) -> None:
        """Show what is open: the first of these texts that fits, or the last."""
        self.query_one(Title).show(*texts)
