"""The views of a screen: their names in a line, and one of them below."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from tui.i18n.localized import Localized


class ViewName(Static, Localized):
    """The name of a view; a click shows it. The current one is in brackets, readable without colour."""

    class Chosen(Message):
        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self, view: str, phrase: str) -> None:
        super().__init__(id=f"view-{view}")
        self.view, self._phrase, self.count = view, phrase, 0

    def render(self) -> Text:
        left, right = ("[", "]") if self.has_class("here") else (" ", " ")
        number = f" {self.count}" if self.count else ""
        return Text(f"{left}{self.tr(self._phrase)}{number}{right}")

    def on_click(self) -> None:
        self.post_message(self.Chosen(self.view))


class Views(Vertical, Localized):
    """One widget a name; `phrases` are the phrase keys of the names."""

    DEFAULT_CSS = """
    Views > #names { height: 1; background: $surface; }
    Views ViewName { width: auto; color: $text-muted; }
    Views ViewName.here { color: $text; text-style: bold; }
    Views ContentSwitcher { height: 1fr; }
    """

    class Shown(Message):
        """Another view is shown."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self, views: Mapping[str, Widget], phrases: Mapping[str, str]) -> None:
        super().__init__()
        self._views, self._phrases = dict(views), phrases
        for name, widget in self._views.items():
            widget.id = name

    @property
    def shown(self) -> str:
        return self.query_one(ContentSwitcher).current or ""

    def compose(self) -> ComposeResult:
        yield Horizontal(*(ViewName(name, self._phrases[name]) for name in self._views), id="names")
        yield ContentSwitcher(*self._views.values(), initial=next(iter(self._views)))

    def on_mount(self) -> None:
        self._mark()

    def show(self, name: str) -> None:
        """Show this view, and give its first focusable widget the focus."""
        if name != self.shown:
            self.query_one(ContentSwitcher).current = name
            self._mark()
            self.post_message(self.Shown(name))
        self.focus_first()

    def focus_first(self) -> None:
        shown = self._views[self.shown]
        first = next((one for one in (shown, *shown.query("*").results(Widget)) if one.focusable), None)
        if first is not None:
            first.focus()

    def count(self, name: str, n: int) -> None:
        """Show a number beside the name of a view; 0 is not shown."""
        label = self.query_one(f"#view-{name}", ViewName)
        label.count = n
        label.refresh(layout=True)

    def turn(self, step: int) -> None:
        """Show the view so many places further, in a circle."""
        names = list(self._views)
        self.show(names[(names.index(self.shown) + step) % len(names)])

    def on_view_name_chosen(self, event: ViewName.Chosen) -> None:
        event.stop()
        self.show(event.view)

    def _mark(self) -> None:
        for name in self.query(ViewName):
            name.set_class(name.view == self.shown, "here")
            name.refresh(layout=True)
