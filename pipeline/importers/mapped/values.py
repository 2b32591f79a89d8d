"""The values of a row by a mapping: durations in ms, moments in ms on the table's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from pipeline.importers.mapped.fields import FIELDS
from pipeline.importers.mapped.mapping import Columns
from pipeline.importers.mapped.rows import Row
from pipeline.importers.moments import ms_of, stamp_ms

ABSOLUTE = 1e8
"""A larger number is a time since 1970; a smaller one counts from the begin of the conversation."""

EMPTY = frozenset({"", "-", "null", "none", "n/a", "na", "nan"})


@dataclass
class Held:
    """What a row holds: field -> value; and the fields whose cells are no value."""

    values: dict[str, float]
    names: dict[str, str]
    wrong: list[str]


def held(row: Row, columns: Columns, unit: float) -> Held:
    """The values of a row; `unit`: the ms of the table's unit."""
    found = Held({}, {}, [])
    for field, column in columns.items():
        cell = row.get(column.name)
        if cell is None or (isinstance(cell, str) and cell.strip().lower() in EMPTY):
            continue
        kind = FIELDS[field][0]
        if kind == "name":
            found.names[field] = str(cell)
            continue
        scale = column.scale if column.scale is not None else unit
        value = _moment(cell, scale) if kind == "moment" else _number(cell)
        if value is None or (kind == "share" and not 0 <= value <= 1):
            found.wrong.append(field)
        else:
            found.values[field] = value * scale if kind == "duration" else value
    return found


def _number(cell: object) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
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
