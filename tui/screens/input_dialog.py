"""A dialog with one line to type: a value or a path. An error is shown below the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from stages.errors import TurntempoError
from tui.i18n.localized import Localized, key
from tui.widgets.key_bar import KeyBar


class InputDialog(Localized, ModalScreen[str | None]):
    """Returns the text once `check` accepts it; None: cancelled."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape", "dismiss", "key.back")]
    DEFAULT_CSS = """
    InputDialog { align: center middle; }
    InputDialog > Vertical {
        width: 80%; max-width: 90; height: auto; border: round $primary; background: $surface; padding: 0 1;
    }
    InputDialog Static { color: $text-muted; }
    InputDialog #wrong { color: $text-error; }
    """

    def __init__(self, heading: str, about: str, text: str, check: Callable[[str], object]) -> None:
        """`check` raises a TurntempoError with the rule."""
        super().__init__()
        self._heading, self._about, self._text, self._check = heading, about, text, check

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._heading
            yield Static(self._about, markup=False)
            yield Input(self._text, compact=True)
            yield Static(id="wrong", markup=False)
        yield KeyBar()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            self._check(event.value)
        except TurntempoError as error:
            self.query_one("#wrong", Static).update(self.tr.translate(str(error)))
            return
        self.dismiss(event.value)
