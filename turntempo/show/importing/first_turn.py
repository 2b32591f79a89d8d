"""What a mapping makes of a table: its fields, and the first turn as a timeline."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.importers.files import File
from pipeline.importers.mapped.fields import FIELDS
from pipeline.importers.mapped.mapped import MappedOptions, observed, unit_of
from pipeline.importers.mapped.mapping import Columns
from pipeline.importers.mapped.rows import rows
from pipeline.importers.mapped.values import Reader
from pipeline.importers.observed.exchange import Observed
from stages.i18n import say

WIDTH = 40
"""Cells of the longest bar."""

UNITS = {1.0: "ms", 1000.0: "s", 1e-3: "us", 1e-6: "ns"}

PARTS = ("final_ms", "lead_ms", "ttft_ms", "ttfb_ms")


@dataclass(frozen=True)
class Bar:
    """A part of the response: from where, how long, in ms."""

    name: str
    start: float
    ms: float


def mapping_table(file: File, columns: Columns, unit: Any) -> RenderableType:
    """A row a field: its column, unit, the value of the first row, what it means."""
    first: dict[str, Any] = next((row for _, row in rows(file)), {})
    table = Table(box=None, title=say("mapping.proposed", file=file.path), title_justify="left", pad_edge=False)
    for name in ("field", "column", "unit", "first", "meaning"):
        table.add_column(say(f"mapping.{name}"))
    for field, column in columns.items():
        scale = UNITS.get(column.scale or 0.0, unit or say("mapping.unit_of_table"))
        shown = scale if FIELDS[field][0] in ("duration", "moment") else ""
        cells = (field, column.name, shown, str(first.get(column.name, ""))[:24], FIELDS[field][1])
        table.add_row(*(Text(cell) for cell in cells))
    return table


def timeline(file: File, columns: Columns, unit: Any) -> RenderableType:
    """The first turn with a duration, a bar a part."""
    scale = unit_of(file, columns, MappedOptions(unit=unit))
    reader = Reader(columns, scale)
    found = (observed(reader.held(row), "", "") for _, row in islice(rows(file), 200))
    drawn = next((bars for one in found if (bars := bars_of(one))), [])
    if not drawn:
        return Text(say("mapping.nothing"))
    longest = max(bar.start + bar.ms for bar in drawn) or 1.0
    table = Table(box=None, title=say("mapping.first_turn"), title_justify="left", pad_edge=False, show_header=False)
    for bar in drawn:
        before, cells = round(bar.start / longest * WIDTH), max(round(bar.ms / longest * WIDTH), 1)
        table.add_row(bar.name, f"{bar.ms:,.0f}", Text(" " * before + "█" * cells))
    return table


def bars_of(one: Observed) -> list[Bar]:
    """The parts one after the other, what no column explains, and the whole."""
    bars: list[Bar] = []
    at = 0.0
    for name in PARTS:
        value = getattr(one, name)
        value = value[0] if isinstance(value, tuple) and value else value or None
        if value is not None and value.ms > 0:
            bars.append(Bar(name, at, value.ms))
            at += value.ms
    if one.response_ms is not None and one.response_ms.ms > 0:
        if one.response_ms.ms > at:
            bars.append(Bar(say("mapping.unexplained"), at, one.response_ms.ms - at))
        bars.append(Bar(say("mapping.whole"), 0.0, one.response_ms.ms))
    return bars
