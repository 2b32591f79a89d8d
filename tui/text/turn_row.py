"""A turn as a row of cells: as many columns as fit, the most important first."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from tui.charts.fitting import first_that_fits, items_that_fit
from tui.i18n.translator import Translator
from tui.state.turn_index import SortKey, TurnIndex
from tuner.diagnosis.parts import NAMES

LEAST_MS = 0.5
"""A part shorter than this is shown as a dot."""

NAME, LONG_NAME, LONG = 14, 24, 100
"""Cells of a name, in a narrow and in a wide table; wide is more than `LONG` cells."""

NUMBER, HAPPENED = 8, 22
"""Cells of a time in ms, and the fewest cells for the events."""

MOST = {2: 26, 1: 16}
"""How many of the largest parts are named -> the cells that they take."""

UP, DOWN = "▲", "▼"
BIGGEST = "▸"
"""Sign before the largest part, which also has another colour."""


@dataclass(frozen=True)
class Column:
    """A column: its heading and width."""

    name: str
    label: str
    cells: int
    right: bool = False


@dataclass(frozen=True)
class Cell:
    """Text of the column's width. `role` is the last word of a component class."""

    text: str
    role: str = "plain"


def columns(turn_index: TurnIndex, width: int, by: str, tr: Translator) -> tuple[Column, ...]:
    """The columns that fit, in reading order; the events take the rest.

    Where there is room, each part of the response time has a column; else the largest parts are named in one column,
    and the column that the turns are sorted `by` is added.
    """
    longest = LONG_NAME if width >= LONG else NAME
    turn = Column("turn", tr("turns.turn"), min(turn_index.turns.ids.dtype.itemsize + 1, longest))
    session = Column("session", tr("turns.session"), min(turn_index.turns.session_names.dtype.itemsize + 1, longest))
    response = Column("response", tr("turns.response"), NUMBER + 1, right=True)
    parts = tuple(_part(name, tr) for name in turn_index.parts)
    if _cells((turn, session, response, *parts)) + HAPPENED <= width:
        shown: tuple[Column, ...] = (turn, session, response, *parts)
    else:
        sorted_by = tuple(one for one in parts if one.name == by)
        shown = (turn, *((session,) if by == "session" else ()), response, *sorted_by)
        fits = (cells for cells in MOST.values() if _cells(shown) + cells + 1 + HAPPENED <= width)
        if (cells := next(fits, None)) is not None:
            shown = (*shown, Column("most", tr("turns.most"), cells))
    return (*shown, Column("happened", tr("turns.happened"), max(8, width - _cells(shown))))


def _part(name: str, tr: Translator) -> Column:
    label = tr(f"part_short.{name}")
    return Column(name, label, max(NUMBER, cell_len(label) + 2), right=True)


def _cells(shown: tuple[Column, ...]) -> int:
    """Width of these columns, each with a blank after it."""
    return sum(one.cells + 1 for one in shown)


def header(shown: tuple[Column, ...], order: tuple[SortKey, ...]) -> list[Cell]:
    """The headings; the first column of the order has an arrow."""
    cells = []
    for one in shown:
        by = bool(order) and order[0].column == one.name
        mark = "" if not by else DOWN if order[0].descending else UP
        cells.append(Cell(_sized(f"{mark}{one.label}" if one.right else f"{one.label}{mark}", one), "header"))
    return cells


def row(turn_index: TurnIndex, place: int, shown: tuple[Column, ...], tr: Translator) -> list[Cell]:
    """The turn at this place."""
    parts = {part: ms for part in NAMES if (ms := turn_index.part_ms(place, part)) is not None and ms >= LEAST_MS}
    largest = sorted(parts, key=lambda part: -parts[part])
    return [_cell(turn_index, place, one, parts, largest, tr) for one in shown]


def _cell(
    turn_index: TurnIndex, place: int, column: Column, parts: dict[str, float], largest: list[str], tr: Translator
) -> Cell:
    match column.name:
        case "turn":
            return Cell(_sized(tr.translate(turn_index.turn(place)), column, its_end=True))
        case "session":
            return Cell(_sized(tr.translate(turn_index.session(place)), column, its_end=True), "muted")
        case "response":
            ms = turn_index.response_ms(place)
            text, role = (tr("app.no_answer"), "bad") if ms is None else (f"{ms:,.0f}", "plain")
            return Cell(_sized(text, column), role)
        case "most":
            named = [f"{tr(f'part_short.{part}')} {parts[part]:,.0f}" for part in largest]
            shown = range(_parts_shown(column), 0, -1)
            texts = (tr("turns.comma").join(named[:most]) for most in shown)
            return Cell(_sized(first_that_fits(column.cells, *texts, ""), column), "biggest")
        case "happened":
            text = items_that_fit(column.cells, happened(turn_index, place, tr), tr("turns.comma"))
            return Cell(_sized(text, column), "bad")
    if column.name not in parts:
        return Cell(_sized("·", column), "muted")
    first = column.name == largest[0]
    return Cell(_sized(f"{BIGGEST if first else ''}{parts[column.name]:,.0f}", column), "biggest" if first else "plain")


def _parts_shown(column: Column) -> int:
    return next(parts for parts, cells in MOST.items() if cells == column.cells)


def happened(turn_index: TurnIndex, place: int, tr: Translator) -> list[str]:
    """cut off; missed interrupt x2"""
    events = []
    for name, times in turn_index.events(place).items():
        what = tr(f"happened.{name}")
        events.append(what if times == 1 or name.endswith("stutter_rate") else f"{what} x{times}")
    return events


def _sized(text: str, column: Column, *, its_end: bool = False) -> str:
    """The text in the column's width; of a longer text the beginning, or the end for names, which differ there."""
    cells = cell_len(text)
    if cells > column.cells:
        kept = column.cells - 1
        text = f"…{text[-kept:]}" if its_end and cells == len(text) else f"{set_cell_size(text, kept)}…"
    missing = " " * (column.cells - cell_len(text))
    return f"{missing}{text}" if column.right else f"{text}{missing}"
