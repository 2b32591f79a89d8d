"""A waterfall as SVG: bars from left to right, part after part, and their sum."""

from __future__ import annotations

from typing import Any

from stages.i18n import Language, say
from tuner.pages.chart_data import Waterfall
from tuner.support.report.customer_words import to_customer
from tuner.support.report.plots.drawing import WIDTH, svg, theme
from tuner.support.report.plots.palette import colour

APART = 0.21
"""How far the bars of now and then stand from the middle of their row."""


def waterfall_svg(data: Waterfall, name: str, title: str, language: Language) -> str:
    """A row a part; where there are two settings, two bars a row."""
    import lets_plot as lp

    bars = _bars(data)
    labels = [to_customer(say(f"part.{part}"), language) for part in data.parts] + [
        to_customer(say("table.together"), language)
    ]
    longest = max(bars["right"])
    plot = (
        lp.ggplot(bars)
        + lp.geom_rect(lp.aes(xmin="left", xmax="right", ymin="low", ymax="high", fill="which"), size=0)
        + lp.geom_text(
            lp.aes(x="right", y="y", label="text"), hjust="left", nudge_x=longest / 150, size=5, color=colour("ink")
        )
        + lp.scale_fill_manual({"before": colour("before"), "after": colour("after")})
        + lp.scale_y_continuous(breaks=[-row for row in range(len(labels))], labels=labels, expand=[0, 0.1])
        + lp.scale_x_continuous(limits=[0, longest * 1.09], expand=[0, 0], format=",.0f")
        + lp.labs(x="ms", y="")
        + theme(language)
        + lp.ggsize(WIDTH, 34 * len(labels) + 40)
    )
    return svg(plot, name, to_customer(title, language))


def _bars(data: Waterfall) -> dict[str, list[Any]]:
    """The corners, the text and the colour of every bar."""
    bars: dict[str, list[Any]] = {"left": [], "right": [], "low": [], "high": [], "y": [], "text": [], "which": []}
    shown = [data.now] if data.then is None else [data.now, data.then]
    for place, one in enumerate(shown):
        at, offset = 0.0, (APART if place == 0 else -APART) if len(shown) > 1 else 0.0
        for row, part in enumerate([*data.parts, ""]):
            length = one.parts[part] if part else one.response_ms
            begin = at if part else 0.0
            values = (begin, begin + length, offset - row - 0.19, offset - row + 0.19, offset - row)
            for key, value in zip(bars, (*values, f"{length:,.0f}", ("before", "after")[place]), strict=True):
                bars[key].append(value)
            at += length
    return bars
