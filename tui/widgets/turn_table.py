"""The turns as a table. Only visible rows are drawn, so that a million turns scroll as fast as one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.i18n.localized import Localized, key
from tui.state.turn_index import SLOWEST_FIRST, Places, SortKey, TurnIndex
from tui.text.turn_row import Cell, Column, columns, header, row

HEADER = 1
"""Rows above the turns."""


class TurnTable(Localized, ScrollView, can_focus=True):
    """The turns at these places of an index, in this order, with a cursor on one of them."""

    class Chosen(Message):
        """This turn should be opened."""

        def __init__(self, cursor: int) -> None:
            super().__init__()
            self.cursor = cursor

    class Sorted(Message):
        """The turns should be sorted in this order."""

        def __init__(self, order: tuple[SortKey, ...]) -> None:
            super().__init__()
            self.order = order

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "turns_key.open"),
        key("s", "sort(1)", "turns_key.sort"),
        key("S", "sort(-1)", "turns_key.sort_back", show=False),
        key("r", "reverse", "turns_key.reverse"),
        key("up", "move(-1)", "turns_key.up", show=False),
        key("down", "move(1)", "turns_key.down", show=False),
        key("pageup", "page(-1)", "turns_key.page_up", show=False),
        key("pagedown", "page(1)", "turns_key.page_down", show=False),
        key("home", "move(-1_000_000_000)", "turns_key.first", show=False),
        key("end", "move(1_000_000_000)", "turns_key.last", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"turn-table--{name}" for name in ("header", "plain", "muted", "bad", "biggest", "cursor")
    }
    DEFAULT_CSS = """
    TurnTable { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    TurnTable > .turn-table--header { text-style: bold; color: $text-accent; }
    TurnTable > .turn-table--muted { color: $text-muted; }
    TurnTable > .turn-table--bad { color: $text-error; }
    TurnTable > .turn-table--biggest { color: $text-warning; text-style: bold; }
    TurnTable > .turn-table--cursor { background: $surface-lighten-2; }
    TurnTable:focus > .turn-table--cursor { background: $primary-muted; text-style: bold; }
    """

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.turn_index: TurnIndex | None = None
        self.places: Places = np.zeros(0, np.int64)
        self.order: tuple[SortKey, ...] = SLOWEST_FIRST
        self.cursor = 0
        self._columns: tuple[Column, ...] = ()

    @property
    def place(self) -> int | None:
        """The place of the turn under the cursor; None: there is no turn."""
        return int(self.places[self.cursor]) if len(self.places) else None

    def show(self, turn_index: TurnIndex, places: Places, order: tuple[SortKey, ...]) -> None:
        """Show these turns, with the cursor on the first."""
        self.turn_index, self.places, self.order = turn_index, places, order
        self._lay_out()
        self.move_to(0)

    def move_to(self, cursor: int) -> None:
        """Move the cursor to this row, and scroll so that it is visible."""
        before, self.cursor = self.cursor, max(0, min(cursor, len(self.places) - 1))
        top, rows = round(self.scroll_offset.y), max(1, self.size.height - HEADER)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + rows:
            self.scroll_to(y=self.cursor - rows + 1, animate=False, force=True)
        for under in {before, self.cursor}:
            self.refresh_line(under + HEADER)

    def action_move(self, rows: int) -> None:
        self.move_to(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        self.move_to(self.cursor + pages * max(1, self.size.height - HEADER - 1))

    def action_choose(self) -> None:
        if len(self.places):
            self.post_message(self.Chosen(self.cursor))

    def action_sort(self, step: int) -> None:
        """Sort by the next column; ties keep the order before."""
        if self.turn_index is not None:
            names = self.turn_index.columns
            self._sort(names[(names.index(self.order[0].column) + step) % len(names)])

    def action_reverse(self) -> None:
        if self.turn_index is not None:
            self._sort(self.order[0].column)

    def on_resize(self, event: Resize) -> None:
        self._lay_out()
        self.move_to(self.cursor)

    def on_click(self, event: Click) -> None:
        if event.y < HEADER:
            at = 0
            for one in self._columns:
                at += one.cells + 1
                if event.x < at:
                    if self.turn_index is not None and one.name in self.turn_index.columns:
                        self._sort(one.name)
                    return
            return
        under = event.y - HEADER + round(self.scroll_offset.y)
        if under < len(self.places):
            again = under == self.cursor
            self.move_to(under)
            if again or event.chain > 1:
                self.action_choose()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self.turn_index is None:
            return Strip.blank(width, self.rich_style)
        if y < HEADER:
            return self._strip(header(self._columns, self.order), self.rich_style)
        under = y - HEADER + round(self.scroll_offset.y)
        if under >= len(self.places):
            return Strip.blank(width, self.rich_style)
        base = self.rich_style
        if under == self.cursor:
            base += self.get_component_rich_style("turn-table--cursor")
        return self._strip(row(self.turn_index, int(self.places[under]), self._columns, self.tr), base)

    def _strip(self, cells: list[Cell], base: Style) -> Strip:
        segments = []
        for cell in cells:
            style = base if cell.role == "plain" else base + self._role(cell.role)
            segments += [Segment(cell.text, style), Segment(" ", base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _role(self, role: str) -> Style:
        """The style of a role, on the background of the row."""
        style = self.get_component_rich_style(f"turn-table--{role}", partial=True)
        return Style(color=style.color, bold=style.bold)

    def _sort(self, column: str) -> None:
        """Sort by this column first; a second time, in the other direction."""
        before, names = self.order[0], ("turn", "session")
        again = before.column == column
        first = SortKey(column, not before.descending if again else column not in names)
        order = (first, *(one for one in self.order if one.column != column))
        self.post_message(self.Sorted(order))

    def _lay_out(self) -> None:
        if self.turn_index is not None and self.size.width:
            self._columns = columns(self.turn_index, self.size.width - 1, self.order[0].column, self.tr)
        self.virtual_size = Size(self.size.width, len(self.places) + HEADER)
        self.refresh()
