"""A document for the terminal: as the terminal app renders it, in English, with its charts drawn in characters."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from rich.console import Group, RenderableType
from rich.text import Text

from stages.escaping import visible
from stages.i18n import Language, translate
from tui.text.document import Look, document
from tui.text.fitting_table import Translate
from tuner.pages.blocks import Chapter, Chart
from tuner.pages.chart_data import Frontier, Waterfall
from tuner.pages.wording import Wording, misses_name, short_verdict
from turntempo.show.bars import bars
from turntempo.show.frontier import plot

TERMINAL = Wording(figure=str, verdict=short_verdict, part=str, misses=misses_name)
"""Figures and parts by the names that options, files and JSON use; short verdicts."""

WIDTH = 80


def shown(chapters: Iterable[Chapter], width: int = WIDTH, language: Language = "en") -> Group:
    """The chapters one below the other; charts are at most `width` wide."""
    look = Look(gap=2, draw=partial(_drawn, width=width))
    return document(chapters, lambda text: translate(text, language, visible), look)


def _drawn(chart: Chart, translate: Translate, width: int) -> RenderableType | None:
    match chart.data:
        case Frontier() as data:
            return Text(plot(data, translate, width), no_wrap=True)
        case Waterfall() as data:
            return bars(chart, data, translate)
        case _:
            return None
