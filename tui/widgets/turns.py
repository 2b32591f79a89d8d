"""All turns: the groups to choose from, a text to search names for, and the table."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.i18n.localized import Localized, key
from tui.state.turn_index import ALL, SLOWEST_FIRST, Places, SortKey, TurnIndex
from tui.text.choices import Choice
from tui.widgets.choices import Choices
from tui.widgets.turn_table import TurnTable


class Turns(Localized, Vertical):
    """Left and right choose a group, `/` searches names, the table sorts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("right", "group(1)", "turns_key.group"),
        key("left", "group(-1)", "turns_key.group_back", show=False),
        key("slash", "find", "turns_key.find"),
        key("escape", "unfind", "turns_key.unfind", show=False),
    ]
    DEFAULT_CSS = """
    Turns #find { display: none; height: 1; border: none; padding: 0 1; }
    Turns.-finding #find { display: block; }
    Turns #none { display: none; height: 1; color: $text-muted; padding: 0 1; }
    Turns.-none #none { display: block; }
    """

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.turn_index: TurnIndex | None = None
        self.group, self.text = ALL, ""
        self.order: tuple[SortKey, ...] = SLOWEST_FIRST

    @property
    def places(self) -> Places:
        """The turns that are shown."""
        return self.query_one(TurnTable).places

    def compose(self) -> ComposeResult:
        yield Choices(id="groups")
        yield Input(placeholder=self.tr("turns.find"), id="find", compact=True)
        yield Static(self.tr("turns.none"), id="none", markup=False)
        yield TurnTable(id="table")

    def show(self, turn_index: TurnIndex) -> None:
        """Show all turns, the slowest first."""
        self.turn_index, self.group, self.text, self.order = turn_index, ALL, "", SLOWEST_FIRST
        self.query_one("#find", Input).value = ""
        self.remove_class("-finding")
        self._show()

    def choose(self, group: str) -> None:
        """Show only the turns of this group."""
        self.group = group
        self._show()

    def action_group(self, step: int) -> None:
        if self.turn_index is not None:
            self.choose(self.query_one(Choices).beside(step))

    def action_find(self) -> None:
        self.add_class("-finding")
        self.query_one("#find", Input).focus()

    def action_unfind(self) -> None:
        """Show all names again."""
        self.query_one("#find", Input).value = ""
        self.remove_class("-finding")
        self.query_one(TurnTable).focus()

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self.choose(event.name)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value.strip() != self.text:
            self.text = event.value.strip()
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(TurnTable).focus()

    def on_turn_table_sorted(self, event: TurnTable.Sorted) -> None:
        event.stop()
        self.order = event.order
        self._show()

    def _show(self) -> None:
        if self.turn_index is None:
            return
        places = self.turn_index.places(self.group, self.order, self.text)
        unknown = self.turn_index.unknown
        choices = (
            Choice(name, self.tr(f"group.{name}"), len(found), name in unknown)
            for name, found in self.turn_index.groups.items()
        )
        self.query_one(Choices).show(tuple(choices), self.group)
        self.query_one(TurnTable).show(self.turn_index, places, self.order)
        self.set_class(not len(places), "-none")
