"""Plots as SVG to be put into a page: text stays text, colours and fonts are the page's, the same bytes each time."""

from __future__ import annotations

import re
from typing import Any

from stages.i18n import Language
from tuner.support.report.plots.palette import colour, named

WIDTH = 760
"""Of a plot in px; the page scales it down."""

_STYLE = re.compile(r"(?<!\s)\s*+<style.*?</style>", re.DOTALL)
_SIZE = re.compile(r'<svg ([^>]*?)width="([\d.]+)" height="([\d.]+)"')
_ID = re.compile(r'\bid="(\w+)"')
_DECIMALS = re.compile(r"(?<!\d)(\d++\.\d{2})\d++")


def svg(plot: Any, name: str, label: str) -> str:
    """The plot as an SVG element; `name` keeps its ids apart from those of others, `label` is read out instead.

    The library's own styles are dropped: the page's rules for `.plot text` hold.
    """
    drawn = named(_STYLE.sub("", str(plot.to_svg())))
    for number, given in enumerate(dict.fromkeys(_ID.findall(drawn))):  # random ones
        drawn = drawn.replace(given, f"{name}-{number}")
    drawn = _DECIMALS.sub(r"\1", drawn)
    head = rf'<svg \1viewBox="0 0 \2 \3" role="img" aria-label="{_attribute(label)}"'
    return "".join(line.strip() for line in _SIZE.sub(head, drawn, count=1).splitlines())


def theme(language: Language, **more: Any) -> Any:
    """What all plots share: no frame, faint lines, no legend (the page has one).

    Chinese takes more room than the library reckons with.
    """
    import lets_plot as lp

    blank = lp.element_blank()
    line = lp.element_line(color=colour("grid"), size=0.7)
    return lp.theme_minimal() + lp.theme(
        **{
            "plot_background": blank,
            "panel_grid_minor": blank,
            "panel_grid_major_x": line,
            "panel_grid_major_y": blank,
            "axis_line": blank,
            "axis_ticks": blank,
            "legend_position": "none",
            "plot_margin": [4, 24, 4, 0 if language == "en" else 28],
        }
        | more
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace("\\", "&#92;")
