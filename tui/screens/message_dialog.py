"""A message over the screen, until it is read: what went wrong, and the next step."""

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


class Told(Spoken, ModalScreen[None]):
    """A heading and a text; Enter or Escape go back."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape,enter,q", "dismiss", "key.back")]
    DEFAULT_CSS = """
    Told { align: center middle; }
    Told > VerticalScroll {
        width: 80%; max-width: 100; height: auto; max-height: 80%;
        border: round $warning; border-title-color: $warning; background: $surface; padding: 1 2;
    }
    """

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self._heading, self.text = heading, text

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self._heading
            yield Static(self.text, markup=False)
        yield Keys()
