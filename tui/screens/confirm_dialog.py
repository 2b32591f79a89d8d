"""A dialog that asks before something is lost, replaced or used without proof."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tui.i18n.localized import Localized, key
from tui.widgets.key_bar import KeyBar


class ConfirmDialog(ModalScreen[bool], Localized):
    """A question with two answers; "no" has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,n", "answer(False)", "answer.no"),
        key("y", "answer(True)", "answer.yes"),
        key("left,right", "app.focus_next", show=False),
    ]
    DEFAULT_CSS = """
    ConfirmDialog { align: center middle; }
    ConfirmDialog > Vertical {
        width: 80%; max-width: 80; height: auto; border: round $warning; background: $surface; padding: 1 2;
    }
    ConfirmDialog Horizontal { height: auto; margin-top: 1; }
    ConfirmDialog Button { margin-right: 2; }
    """

    def __init__(self, question: str, answers: str = "confirm") -> None:
        """`answers`: the group of phrases with `yes` and `no`."""
        super().__init__()
        self.question, self._answers = question, answers

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(self.question, markup=False)
            with Horizontal():
                yield Button(self.tr(f"{self._answers}.no"), id="no", compact=True)
                yield Button(self.tr(f"{self._answers}.yes"), id="yes", variant="warning", compact=True)
        yield KeyBar()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)
