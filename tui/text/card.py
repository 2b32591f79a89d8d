"""A figure on a card: its value, interval and limit, and how it differs from the value compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from pipeline.connect.figures import HIGHER_IS_BETTER
from tui.charts.picture import Picture, fit
from tui.i18n.translator import Translator
from tuner.connect.gauge import ConnectGauge
from tuner.statistics import known, numbers
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

SHOWN_OF_CALLS = (
    *("connected_rate", "within_1s_rate", "within_3s_rate", "within_5s_rate", "connect_ms.p50", "connect_ms.p95"),
    *("wasted_attempts", "good_turned_away_rate", "turned_away_rate", "bad_let_through_rate"),
)
"""Of connecting."""

Sign = Literal["✓", "!", "?", " "]
"""Limit met; missed; met by the estimate but not proven with so few turns; no limit."""

SIGNS: dict[str, Sign] = {"met": "✓", "missed": "!", "not shown": "?", "not judged": "✓"}
ROLE: dict[Sign, str] = {"✓": "k", "!": "x", "?": "?", " ": " "}

WIDE, TALL = 27, 4
"""Columns and rows of a card; in a narrow pane a card is one line."""


LABEL = 10
"""The fewest cells of a label beside an interval."""


@dataclass(frozen=True)
class Card:
    """A figure as text."""

    name: str
    label: str
    sign: Sign
    value: str
    span: str
    n: int | None
    """None: the recording does not show the figure."""
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
    verdict, before = now.verdict(name), None if base is None else base.figures[name]
    return _of(now.figures[name], before, _sign(verdict), _limit(verdict), tr)


def connect_cards(now: ConnectGauge, base: ConnectGauge | None, tr: Translator) -> tuple[Card, ...]:
    """The figures of connecting, and any other with a limit."""
    verdicts = {one.limit.name: one for one in now.verdicts}
    found = []
    for name in dict.fromkeys((*SHOWN_OF_CALLS, *verdicts)):
        verdict, before = verdicts.get(name), None if base is None else base.figures[name]
        sign: Sign = " " if verdict is None else SIGNS[verdict.status]
        limit = "" if verdict is None else f"{'≥' if verdict.limit.at_least else '≤'}{verdict.limit.shown}"
        found.append(_of(now.figures[name], before, sign, limit.replace(" ms", ""), tr, name in HIGHER_IS_BETTER))
    return tuple(found)


def _of(
    one: Estimate, before: Estimate | None, sign: Sign, limit: str, tr: Translator, more_is_better: bool = False
) -> Card:
    change, less = ("", None) if before is None else _change(before, one)
    better = None if less is None else less != more_is_better
    value = tr.translate(known.shown(one))
    span = "" if one.low is None else tr.translate(numbers.span(one.name, one.low, one.high))
    n = None if one.unknown else one.n
    return Card(one.name, label(one.name, tr), sign, value, span, n, limit, change, better)


def label(name: str, tr: Translator) -> str:
    """A figure's short name."""
    return tr(f"card.{name.replace('.', '_')}")


def _sign(verdict: Verdict | None) -> Sign:
    return " " if verdict is None else SIGNS[verdict.status]


def _limit(verdict: Verdict | None) -> str:
    return "" if verdict is None else f"≤{verdict.limit.shown(verdict.limit.value)}".replace(" ms", "")


def _change(before: Estimate, now: Estimate) -> tuple[str, bool | None]:
    """How it differs, and whether it is less; None: nothing to see."""
    if before.value is None or now.value is None:
        return "", None
    if before.value == now.value:
        return "=", None
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
        fitting = _columns(shown, width)
        for row, one in enumerate(shown):
            _narrow(picture, row, one, fitting)
        return picture
    picture = Picture(width, -(-len(shown) // columns) * TALL)
    for place, one in enumerate(shown):
        _wide(picture, place % columns * (width // columns), place // columns * TALL, one, width // columns - 1)
    return picture


@dataclass(frozen=True)
class _Columns:
    """Cells of each column where every card is one line; 0: left out. A limit stands where a row has room."""

    label: int
    value: int
    span: int


def _columns(shown: tuple[Card, ...], width: int) -> _Columns:
    """In a narrow pane the limits are left out first, then the intervals; what stands there is never cut."""
    value, span, limit = (
        max((cell_len(text(one)) for one in shown), default=0) for text in (_value, _span, lambda one: one.limit)
    )
    bare = width - 3 - value
    for spans, limits in ((span, limit), (span, 0)):
        label = bare - (spans + 1) - (limits + 1 if limits else 0)
        if label >= LABEL:
            return _Columns(label, value, spans)
    return _Columns(max(0, bare), value, 0)


def _narrow(picture: Picture, row: int, one: Card, columns: _Columns) -> None:
    picture.paint(0, row, one.sign, ROLE[one.sign])
    picture.paint(1, row, fit(one.label, columns.label), ROLE[one.sign])
    changed = 2 + columns.label + columns.value
    picture.paint(changed - cell_len(_value(one)), row, _value(one), "x" if one.sign == "!" else "v")
    picture.paint(changed, row, one.change[:1], _shade(one))
    if columns.span:
        picture.paint(changed + 2, row, _span(one), "s")
    begin = picture.width - cell_len(one.limit)
    if picture.free(begin - 1, row, cell_len(one.limit) + 1):
        picture.paint(begin, row, one.limit, "s")


def _value(one: Card) -> str:
    return one.value.removesuffix(" ms")


def _span(one: Card) -> str:
    return one.span.removesuffix(" ms").replace(" - ", "-")


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
    if one.n is not None:
        yield f"n {one.n:,}"


def _shade(one: Card) -> str:
    return "s" if one.better is None else "k" if one.better else "w"
