"""A dialog with a message: an error with its next step, or a finding with its evidence."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.i18n.localized import Localized, key
from tui.widgets.key_bar import KeyBar


class MessageDialog(Localized, ModalScreen[None]):
    """A heading and a text; Enter or Escape closes it, c copies where there is something to copy."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("escape,enter,q", "dismiss", "key.back"),
        key("c", "copy", "findings_key.copy"),
    ]
    DEFAULT_CSS = """
    MessageDialog { align: center middle; }
    MessageDialog > VerticalScroll {
        width: 90%; max-width: 100; height: auto; max-height: 85%;
        border: round $primary; background: $surface; padding: 1 2;
    }
    MessageDialog.-error > VerticalScroll {
        width: 80%; max-height: 80%; border: round $warning; border-title-color: $warning;
    }
    """

    def __init__(self, heading: str, text: str, copied: str = "") -> None:
        """`copied`: what c copies. Without it the message is an error."""
        super().__init__(classes="" if copied else "-error")
        self.heading, self.text, self.copied = heading, text, copied

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self.heading
            yield Static(self.text, markup=False)
        yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """c works only where there is something to copy."""
        return bool(self.copied) if action == "copy" else super().check_action(action, parameters)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.copied)
        self.app.notify(self.tr("diagnose.copied"))
