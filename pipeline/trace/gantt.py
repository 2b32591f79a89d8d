"""A chart of bars over one time axis, as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

LABEL = 13
"""Columns before the bars."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of time in ms, drawn as this character; a moment where begin and end are equal."""

    begin_ms: float
    end_ms: float
    mark: str

    def earlier(self, ms: float) -> Bar:
        """The same bar, earlier by this much."""
        return Bar(self.begin_ms - ms, self.end_ms - ms, self.mark)


@dataclass(frozen=True, slots=True)
class Row:
    """Bars with a name before them; where two share a column the later one is shown."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The span of time that a chart shows, in this many columns."""

    begin_ms: float
    end_ms: float
    columns: int

    def column(self, at_ms: float) -> int:
        """The column of a moment; a moment outside the span is at its edge."""
        share = (at_ms - self.begin_ms) / (self.end_ms - self.begin_ms)
        return min(self.columns, max(0, floor(share * self.columns)))

    def moment(self, column: int) -> float:
        """When a column begins, in ms."""
        return self.begin_ms + column * (self.end_ms - self.begin_ms) / self.columns

    def shows(self, bar: Bar) -> bool:
        """Whether a part of the bar lies in the span."""
        return bar.end_ms >= self.begin_ms and bar.begin_ms <= self.end_ms


def chart(rows: list[Row], begin_ms: float, end_ms: float, width: int, line_ms: float | None = None) -> list[str]:
    """The rows that have a bar from `begin_ms` to `end_ms`, `width` columns wide, above a time axis."""
    span = Span(begin_ms, max(end_ms, begin_ms + 1), width - LABEL)
    line = [] if line_ms is None else [Bar(line_ms, line_ms, "│")]
    shown = [row for row in rows if any(map(span.shows, row.bars))]
    lines = [_labelled(row.label, cells((*line, *row.bars), span)) for row in shown]
    ticks, names = axis(span)
    return [*lines, _labelled("", ticks), _labelled("ms", names)]


def cells(bars: Iterable[Bar], span: Span) -> str:
    """The bars as a line, one character a column of the span."""
    drawn = [" "] * span.columns
    for bar in filter(span.shows, bars):
        first, last = min(span.column(bar.begin_ms), span.columns - 1), span.column(bar.end_ms)
        for column in range(first, max(first + 1, last)):
            drawn[column] = bar.mark
    return "".join(drawn)


def axis(span: Span) -> tuple[str, str]:
    """Ticks at round moments, and their names below them."""
    step = _round_step((span.end_ms - span.begin_ms) / span.columns * 9)
    ticks, names = ["─"] * span.columns, [" "] * span.columns
    for number in range(ceil(span.begin_ms / step), ceil(span.end_ms / step)):
        column, name = min(span.column(number * step), span.columns - 1), f"{number * step:g}"
        ticks[column] = "┬"
        if column + len(name) <= span.columns:
            names[column : column + len(name)] = name
    return "".join(ticks), "".join(names)


def _round_step(at_least_ms: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50, ... that is at least this long."""
    power: float = 10.0 ** floor(log10(at_least_ms))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= at_least_ms)


def _labelled(label: str, text: str) -> str:
    return f"{label:<{LABEL}.{LABEL - 1}}{text}".rstrip()
