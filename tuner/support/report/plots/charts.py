"""A chart's data as SVG, whatever it shows."""

from __future__ import annotations

from stages.i18n import Language
from tuner.pages.blocks import Chart
from tuner.pages.chart_data import Distribution, Frontier, Timeline, Waterfall
from tuner.support.report.plots.distribution import distribution_svg
from tuner.support.report.plots.frontier import frontier_svg
from tuner.support.report.plots.timeline import timeline_svg
from tuner.support.report.plots.waterfall import waterfall_svg


def chart_svg(chart: Chart, language: Language) -> str:
    """One SVG element; labels are in the language, colours are variables of the page."""
    match chart.data:
        case Waterfall() as data:
            return waterfall_svg(data, chart.name, chart.title, language)
        case Frontier() as data:
            return frontier_svg(data, chart.name, chart.title, language)
        case Distribution() as data:
            return distribution_svg(data, chart.name, chart.title, language)
        case Timeline() as data:
            return timeline_svg(data, chart.name, chart.title, language)
