"""Every figure with the range it may lie in, what it was counted on, and its limit."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from tui.i18n.translator import Translator
from tui.text.card import SIGNS, label
from tuner.statistics import known, numbers, vocabulary
from tuner.statistics.gauge import Gauge
from tuner.statistics.intervals import GROUPS
from tuner.statistics.verdict import Verdict

STYLES = {"!": "bold red", "?": "yellow", "✓": "green"}


def named(name: str, tr: Translator) -> str:
    """A figure in words."""
    return tr.translate(vocabulary.named(name))


@dataclass(frozen=True)
class Figures:
    """The figures as a table for a pane; what never happened is dim, a missed limit has a sign.

    In a narrow pane a figure whose name does not fit has its short name.
    """

    gauge: Gauge
    tr: Translator

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        tr = self.tr
        headings = [tr(f"figures.{heading}") for heading in ("value", "range", "n", "limit")]
        groups = [[self._cells(name) for name in group] for group in GROUPS]
        columns = zip(headings, *(row for group in groups for row in group), strict=True)
        room = options.max_width - 2 - sum(max(map(cell_len, column)) + 1 for column in columns)
        drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", expand=True)
        drawn.add_column("", width=1)
        drawn.add_column(tr("figures.figure"), ratio=1, overflow="ellipsis", no_wrap=True)
        for heading in headings:
            drawn.add_column(heading, justify="right", no_wrap=True)
        for number, (group, rows) in enumerate(zip(GROUPS, groups, strict=True)):
            if number:
                drawn.add_row()
            for name, cells in zip(group, rows, strict=True):
                verdict, value = self.gauge.verdict(name), self.gauge.figures[name].value
                sign = "" if verdict is None else SIGNS[verdict.status]
                long = named(name, tr)
                texts = (long if cell_len(long) <= room else label(name, tr), *cells)
                style = "dim" if value in (None, 0) and sign != "!" else ""
                drawn.add_row(Text(sign, style=STYLES.get(sign, "")), *map(Text, texts), style=style)
        yield drawn

    def _cells(self, name: str) -> tuple[str, str, str, str]:
        """Value, interval, n and limit."""
        one, tr = self.gauge.figures[name], self.tr
        value, interval = known.shown(one), numbers.span(name, one.low, one.high)
        return tr.translate(value), tr.translate(interval), known.count(one), _limit(self.gauge.verdict(name), tr)


def signs(tr: Translator) -> str:
    """What the signs say."""
    return tr("figures.signs")


def _limit(verdict: Verdict | None, tr: Translator) -> str:
    return "" if verdict is None else tr.translate(verdict.limit.shown(verdict.limit.value))
