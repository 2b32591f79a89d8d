"""A figure on a card: its value, interval and limit, and how it differs from the value compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from tui.charts.picture import Picture, fit
from tui.i18n.translator import Translator
from tuner.statistics import numbers
from tuner.statistics.gauge import Gauge
from tuner.statistics.intervals import Estimate
from tuner.statistics.verdict import Verdict

SHOWN = (
    *("response_ms.p50", "response_ms.p95", "response_ms.p99", "cut_off_rate", "missed_interrupt_rate"),
    *("false_interrupt_rate", "dead_air_rate", "false_start_rate", "llm_starts_per_turn", "stutter_rate"),
    *("failed_rate", "degraded_rate", "restarted_rate", "hiccup_rate", "lost_rate", "stop_ms.p95"),
    *("talked_over_ms", "filler_rate", "history_lost_rate"),
)
"""The figures that have a card, in this order."""

Sign = Literal["✓", "!", "?", " "]
"""Limit met; missed; met by the estimate but not proven with so few turns; no limit."""

SIGNS: dict[str, Sign] = {"met": "✓", "missed": "!", "not shown": "?", "not judged": "✓"}
ROLE: dict[Sign, str] = {"✓": "k", "!": "x", "?": "?", " ": " "}

WIDE, TALL = 27, 4
"""Columns and rows of a card; in a narrow pane a card is one line."""


@dataclass(frozen=True)
class Card:
    """A figure as text."""

    name: str
    label: str
    sign: Sign
    value: str
    span: str
    n: int
    limit: str
    change: str
    """▼ 630 ms; "" where there is nothing to compare with."""
    better: bool | None
    """Better than the value compared with; None: as good."""


def cards(now: Gauge, base: Gauge | None, tr: Translator) -> tuple[Card, ...]:
    """The figures of SHOWN, and any other with a limit."""
    limited = [one.limit.name for one in now.verdicts if one.limit.name in now.figures]
    return tuple(_card(now, base, name, tr) for name in dict.fromkeys((*SHOWN, *limited)))


def _card(now: Gauge, base: Gauge | None, name: str, tr: Translator) -> Card:
    one, verdict = now.figures[name], now.verdict(name)
    change, better = ("", None) if base is None else _change(base.figures[name], one)
    value = tr.translate(numbers.figure(name, one.value))
    span = "" if one.low is None else tr.translate(numbers.span(name, one.low, one.high))
    return Card(name, label(name, tr), _sign(verdict), value, span, one.n, _limit(verdict), change, better)


def label(name: str, tr: Translator) -> str:
    """A figure's short name."""
    return tr(f"card.{name.replace('.', '_')}")


def _sign(verdict: Verdict | None) -> Sign:
    return " " if verdict is None else SIGNS[verdict.status]


def _limit(verdict: Verdict | None) -> str:
    return "" if verdict is None else f"≤{verdict.limit.shown(verdict.limit.value)}".replace(" ms", "")


def _change(before: Estimate, now: Estimate) -> tuple[str, bool | None]:
    if before.value is None or now.value is None or before.value == now.value:
        return ("=", None) if before.value == now.value else ("", None)
    less = now.value < before.value
    size = numbers.figure(now.name, abs(now.value - before.value)).removesuffix(" ms")
    if not size.strip("0.%"):
        return "≈", None
    return f"{'▼' if less else '▲'} {size}", less


def table(shown: tuple[Card, ...], width: int) -> Picture:
    """Cards side by side, or one line each in a narrow pane."""
    columns = width // WIDE
    if columns < 2:
        picture = Picture(width, len(shown))
        for row, one in enumerate(shown):
            _narrow(picture, row, one)
        return picture
    picture = Picture(width, -(-len(shown) // columns) * TALL)
    for place, one in enumerate(shown):
        _wide(picture, place % columns * (width // columns), place // columns * TALL, one, width // columns - 1)
    return picture


def _narrow(picture: Picture, row: int, one: Card) -> None:
    label_columns = max(10, picture.width - 26)
    picture.paint(0, row, one.sign, ROLE[one.sign])
    picture.paint(1, row, fit(one.label, label_columns), ROLE[one.sign])
    value = one.value.removesuffix(" ms")
    column = label_columns + 1
    picture.paint(column + 7 - cell_len(value), row, value, "x" if one.sign == "!" else "v")
    picture.paint(column + 7, row, one.change[:1], _shade(one))
    picture.paint(column + 9, row, one.span.removesuffix(" ms").replace(" - ", "-")[:11], "s")
    if picture.free(picture.width - len(one.limit), row, len(one.limit)):
        picture.paint(picture.width - len(one.limit), row, one.limit, "s")


def _wide(picture: Picture, column: int, row: int, one: Card, width: int) -> None:
    picture.paint(column, row, one.sign, ROLE[one.sign])
    picture.paint(column + 2, row, fit(one.label, width - 2), ROLE[one.sign])
    picture.paint(column + 2, row + 1, one.value, "x" if one.sign == "!" else "v")
    picture.paint(column + 3 + cell_len(one.value), row + 1, f" {one.change}", _shade(one))
    picture.paint(column + width - len(one.limit), row + 1, one.limit, "s")
    picture.paint(column + 2, row + 2, fit("  ".join(_proof(one)), width - 2), "s")


def _proof(one: Card) -> Iterator[str]:
    if one.span:
        yield one.span
    yield f"n {one.n:,}"


def _shade(one: Card) -> str:
    return "s" if one.better is None else "k" if one.better else "w"
