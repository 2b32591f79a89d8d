"""Over the screen: a finding whole, with what it rests on, to be copied."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.i18n.localized import Spoken
from tui.i18n.phrasing import key
from tui.widgets.keys import Keys


class Whole(Spoken, ModalScreen[None]):
    """A heading and a text; c copies, Enter or Escape go back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,enter,q", "dismiss", "key.back"),
        key("c", "copy", "findings_key.copy"),
    ]
    DEFAULT_CSS = """
    Whole { align: center middle; }
    Whole > VerticalScroll {
        width: 90%; max-width: 100; height: auto; max-height: 85%;
        border: round $primary; background: $surface; padding: 1 2;
    }
    """

    def __init__(self, heading: str, text: str, copied: str) -> None:
        """`copied`: what c copies."""
        super().__init__()
        self.heading, self.text, self.copied = heading, text, copied

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self.heading
            yield Static(self.text, markup=False)
        yield Keys()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.copied)
        self.app.notify(self.words("diagnose.copied"))
