"""A distribution of response times as SVG: two rows of bars over one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from stages.i18n import Language, say
from tuner.pages.chart_data import Distribution
from tuner.support.report.customer_words import to_customer
from tuner.support.report.plots.drawing import WIDTH, svg, theme
from tuner.support.report.plots.palette import colour

BARS = 60
"""Of each row."""

ROW = 1.25
"""Height of a row with its labels; the tallest bar has 0.9."""


def distribution_svg(data: Distribution, name: str, title: str, language: Language) -> str:
    """Two rows of bars over one axis: easier to translate apart than bars over each other, on paper too."""
    import lets_plot as lp

    top = _top(data)
    bars, quantiles = _bars(data, top), _quantiles(data, top)
    lines = {
        "x": [value for value, _ in data.marks if value <= top],
        "text": [to_customer(text, language) for value, text in data.marks if value <= top],
    }
    lowest = -ROW * (len(data.times) - 1)
    plot = (
        lp.ggplot()
        + lp.geom_rect(
            lp.aes(xmin="left", xmax="right", ymin="low", ymax="high", fill="which"), data=bars, size=0, alpha=0.9
        )
        + lp.geom_segment(
            lp.aes(x="x", xend="x", y="low", yend="high"), data=quantiles, color=colour("ink"), size=0.7
        )
        + lp.geom_text(lp.aes(x="x", y="y", label="text"), data=quantiles, size=4.5, color=colour("ink"))
        + lp.geom_vline(lp.aes(xintercept="x"), data=lines, color=colour("limit"), size=0.9, linetype="dashed")
        + lp.geom_text(
            lp.aes(x="x", label="text"), y=1.22, data=lines, size=4.5, hjust="right", nudge_x=-top / 120,
            color=colour("limit"),
        )
        + lp.scale_fill_manual({"before": colour("before"), "after": colour("after")})
        + lp.scale_x_continuous(limits=[0, top], expand=[0, 0, 0.01, 0], format=",.0f")
        + lp.scale_y_continuous(limits=[lowest, 1.3], expand=[0, 0], breaks=[])
        + lp.labs(x=to_customer(say("axis.response"), language), y="")
        + theme(language)
        + lp.ggsize(WIDTH, 70 + 110 * len(data.times))
    )  # fmt: skip
    return svg(plot, name, to_customer(title, language))


def _top(data: Distribution) -> float:
    """The end of the axis: all but the slowest answers, and marks that are not much farther."""
    answered = [one[np.isfinite(one)] for one in data.times]
    top = max(float(np.quantile(one, data.tail)) for one in answered if len(one))
    return max([top, *(value * 1.05 for value, _ in data.marks if value < top * 1.6)])


def _bars(data: Distribution, top: float) -> dict[str, list[Any]]:
    """The corners and the colour of every bar; of each row the tallest is as high."""
    edges = np.linspace(0, top, BARS + 1)
    bars: dict[str, list[Any]] = {"left": [], "right": [], "low": [], "high": [], "which": []}
    for place, times in enumerate(data.times):
        base, which = -ROW * place, ("before", "after")[place]
        heights = np.histogram(times[np.isfinite(times)], edges)[0] / max(len(times), 1)
        for left, right, height in zip(edges[:-1], edges[1:], heights / max(heights.max(), 1e-9), strict=True):
            if height > 0:
                corners = (float(left), float(right), float(base), float(base + height * 0.9))
                for key, value in zip(bars, (*corners, which), strict=True):
                    bars[key].append(value)
    return bars


def _quantiles(data: Distribution, top: float) -> dict[str, list[Any]]:
    """A line and a label at the median and at p95 of each row."""
    found: dict[str, list[Any]] = {"x": [], "low": [], "high": [], "text": [], "y": []}
    for place, times in enumerate(data.times):
        base = -ROW * place
        for label, level in (("p50", 0.5), ("p95", 0.95)):
            at = float(np.quantile(times, level, method="inverted_cdf"))
            if at <= top:
                for key, value in zip(found, (at, base, base + 0.96, label, base + 1.04), strict=True):
                    found[key].append(value)
    return found
