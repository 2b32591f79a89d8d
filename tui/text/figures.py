"""Every figure with the range it may lie in, what it was counted on, and its limit."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from tui.i18n.translator import Translator
from tui.text.card import SIGNS
from tuner.statistics import numbers, vocabulary
from tuner.statistics.gauge import Gauge
from tuner.statistics.intervals import GROUPS
from tuner.statistics.verdict import Verdict

STYLES = {"!": "bold red", "?": "yellow", "✓": "green"}


def named(name: str, tr: Translator) -> str:
    """A figure in words."""
    return tr.translate(vocabulary.named(name))


def figures(gauge: Gauge, tr: Translator) -> Table:
    """For a pane; what never happened is dim, a missed limit has a sign."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", expand=True)
    drawn.add_column("", width=1)
    drawn.add_column(tr("figures.figure"), ratio=1, overflow="ellipsis", no_wrap=True)
    for heading in ("value", "range", "n", "limit"):
        drawn.add_column(tr(f"figures.{heading}"), justify="right", no_wrap=True)
    for number, group in enumerate(GROUPS):
        if number:
            drawn.add_row()
        for name in group:
            one, verdict = gauge.figures[name], gauge.verdict(name)
            sign = "" if verdict is None else SIGNS[verdict.status]
            value = tr.translate(numbers.figure(name, one.value))
            interval = tr.translate(numbers.span(name, one.low, one.high))
            cells = (named(name, tr), value, interval, f"{one.n:,}", _limit(verdict, tr))
            style = "dim" if one.value in (None, 0) and sign != "!" else ""
            drawn.add_row(Text(sign, style=STYLES.get(sign, "")), *(Text(cell) for cell in cells), style=style)
    return drawn


def signs(tr: Translator) -> str:
    """What the signs say."""
    return tr("figures.signs")


def _limit(verdict: Verdict | None, tr: Translator) -> str:
    return "" if verdict is None else tr.translate(verdict.limit.shown(verdict.limit.value))
