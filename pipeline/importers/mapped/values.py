"""The values of a row by a mapping: durations in ms, moments in ms on the table's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from pipeline.importers.mapped.fields import FIELDS, Kind
from pipeline.importers.mapped.mapping import Columns
from pipeline.importers.mapped.rows import Row
from pipeline.importers.moments import ms_of, stamp_ms

ABSOLUTE = 1e8
"""A larger number is a time since 1970; a smaller one counts from the begin of the conversation."""

EMPTY = frozenset({"", "-", "null", "none", "n/a", "na", "nan"})


@dataclass(slots=True)
class Held:
    """What a row holds: field -> value; and the fields whose cells are no value."""

    values: dict[str, float]
    names: dict[str, str]
    wrong: list[str]


class Reader:
    """Reads the rows of one table; `unit`: the ms of its unit."""

    def __init__(self, columns: Columns, unit: float) -> None:
        self._cells: list[tuple[str, str, Kind, float]] = [
            (field, column.name, FIELDS[field][0], unit if column.scale is None else column.scale)
            for field, column in columns.items()
        ]

    def held(self, row: Row) -> Held:
        """The values of a row."""
        values: dict[str, float] = {}
        names: dict[str, str] = {}
        wrong: list[str] = []
        for field, column, kind, scale in self._cells:
            cell = row.get(column)
            if cell is None:
                continue
            value = None if kind == "name" else _moment(cell, scale) if kind == "moment" else _number(cell)
            if value is None and isinstance(cell, str) and cell.strip().lower() in EMPTY:
                continue
            if kind == "name":
                names[field] = str(cell)
            elif value is None or (kind == "share" and not 0 <= value <= 1):
                wrong.append(field)
            else:
                values[field] = value * scale if kind == "duration" else value
        return Held(values, names, wrong)


def _number(cell: object) -> float | None:
    if type(cell) is not str and (isinstance(cell, bool) or not isinstance(cell, int | float | str)):
        return None
    try:
        value = float(cell)
    except (ValueError, OverflowError):
        return None
    return value if isfinite(value) and abs(value) < 1e15 else None


def _moment(cell: object, scale: float) -> float | None:
    if isinstance(cell, datetime):
        return stamp_ms(cell.isoformat())
    value = _number(cell)
    if value is None:
        return stamp_ms(cell) if isinstance(cell, str) else None
    return ms_of(value) if value >= ABSOLUTE else value * scale
