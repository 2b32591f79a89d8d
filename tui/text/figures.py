"""Every figure with the range it may lie in, what it was counted on, and its limit."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from tui.i18n.phrasing import Words
from tui.text.card import SIGNS
from tuner.statistics import numbers, vocabulary
from tuner.statistics.gauge import Gauge
from tuner.statistics.intervals import GROUPS
from tuner.statistics.verdict import Verdict

STYLES = {"!": "bold red", "?": "yellow", "✓": "green"}


def named(name: str, words: Words) -> str:
    """A figure in words."""
    return words.told(vocabulary.named(name))


def figures(gauge: Gauge, words: Words) -> Table:
    """For a pane; what never happened is dim, a missed limit has a sign."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", expand=True)
    drawn.add_column("", width=1)
    drawn.add_column(words("figures.figure"), ratio=1, overflow="ellipsis", no_wrap=True)
    for heading in ("value", "range", "n", "limit"):
        drawn.add_column(words(f"figures.{heading}"), justify="right", no_wrap=True)
    for number, group in enumerate(GROUPS):
        if number:
            drawn.add_row()
        for name in group:
            one, verdict = gauge.figures[name], gauge.verdict(name)
            sign = "" if verdict is None else SIGNS[verdict.status]
            value = words.told(numbers.figure(name, one.value))
            interval = words.told(numbers.span(name, one.low, one.high))
            cells = (named(name, words), value, interval, f"{one.n:,}", _limit(verdict, words))
            style = "dim" if one.value in (None, 0) and sign != "!" else ""
            drawn.add_row(Text(sign, style=STYLES.get(sign, "")), *(Text(cell) for cell in cells), style=style)
    return drawn


def signs(words: Words) -> str:
    """What the signs say."""
    return words("figures.signs")


def _limit(verdict: Verdict | None, words: Words) -> str:
    return "" if verdict is None else words.told(verdict.limit.shown(verdict.limit.value))
