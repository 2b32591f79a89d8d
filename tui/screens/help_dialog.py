"""The keys that work now with what they do, and what the field under the cursor is: for narrow terminals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from tui.i18n.localized import Localized, key
from tui.widgets.key_bar import KeyBar


class HelpDialog(Localized, ModalScreen[None]):
    """Covers the screen, which has no room beside it; arrow keys scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [key("escape,question_mark,enter,q", "dismiss", "key.back")]
    DEFAULT_CSS = """
    HelpDialog { align: center middle; }
    HelpDialog > VerticalScroll {
        width: 90%; max-width: 90; height: auto; max-height: 85%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    HelpDialog Markdown { height: auto; padding: 0; margin-bottom: 1; background: transparent; }
    """

    def __init__(self, about: str, keys: Sequence[tuple[str, str]]) -> None:
        """`about`: Markdown, "" for none; `keys`: (keys, what they do)."""
        super().__init__()
        self._about, self._keys = about, keys

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self.tr("key.help")
            if self._about:
                yield Markdown(self._about)
            yield Static(self._table())
        yield KeyBar()

    def _table(self) -> Table:
        drawn = Table.grid(padding=(0, 1))
        drawn.add_column(justify="right", style="bold", no_wrap=True)
        drawn.add_column(overflow="fold")
        for shown, does in self._keys:
            drawn.add_row(Text(shown), Text(does))
        return drawn
