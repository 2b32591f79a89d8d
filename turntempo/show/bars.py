"""A waterfall in the terminal: its table, with a bar a part."""

from __future__ import annotations

from stages.i18n import say
from tui.text.fitting_table import FittingTable, Translate
from tuner.pages.blocks import Chart, Table
from tuner.pages.chart_data import Waterfall

CELLS = 16
"""Of the longest bar."""


def bars(chart: Chart, data: Waterfall, translate: Translate) -> FittingTable | None:
    """The table with one column more; None where the chart has no table."""
    if not isinstance(chart.instead, Table):
        return None
    longest = max(data.now.parts[part] for part in data.parts)
    drawn = [bar(data.now.parts[part], longest) for part in data.parts]
    rows = tuple((*row, cell) for row, cell in zip(chart.instead.rows, [*drawn, ""], strict=True))
    headers = (*chart.instead.headers, say("page.bars", name=data.now.name))
    return FittingTable(Table(headers, rows, chart.instead.numeric, chart.instead.strong), translate, gap=2)


def bar(value: float, longest: float, cells: int = CELLS) -> str:
    """Blocks to an eighth of a cell; the longest fills all cells."""
    eighths = round(value / longest * cells * 8) if longest > 0 else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
