"""A frontier as SVG: risk against time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stages.i18n import Language, say
from tuner.pages.chart_data import Frontier, Point
from tuner.support.report.customer_words import to_customer
from tuner.support.report.plots.drawing import WIDTH, svg, theme
from tuner.support.report.plots.palette import colour

BEYOND = 1.3
"""A limit farther out than so many times the largest risk is not drawn: it would squeeze the plot."""


def frontier_svg(data: Frontier, name: str, title: str, language: Language) -> str:
    """The curve, the limit, and the marked points with their labels."""
    import lets_plot as lp

    kind, largest = data.kind, max(one.risk for one in (*data.points, *data.marked))
    plot = lp.ggplot(_places(data.points), lp.aes("x", "y")) + lp.geom_step(color=colour("grid"), size=0.8)
    if data.limit is not None and data.limit <= largest * BEYOND:
        plot += lp.geom_vline(xintercept=data.limit * 100, color=colour("limit"), size=0.9, linetype="dashed")
    for within, shape, role in ((False, 4, "muted"), (True, 16, "after")):
        held = _places(one for one in data.points if one.within is within)
        plot += lp.geom_point(data=held, shape=shape, size=3, color=colour(role))
    labels = _places(data.marked) | {"label": [to_customer(one.label or "", language) for one in data.marked]}
    plot += lp.geom_point(data=labels, shape=1, size=5, stroke=1.4, color=colour("ink"))
    plot += lp.geom_text(
        lp.aes(label="label"), data=labels, hjust="left", nudge_x=largest * 2, size=5, color=colour("ink")
    )
    plot += lp.scale_x_continuous(format="{}%") + lp.scale_y_continuous(format=",.0f")
    plot += lp.labs(
        x=to_customer(say(f"frontier.{kind}_risk"), language), y=to_customer(say(f"frontier.{kind}_ms"), language)
    )
    plot += theme(language, panel_grid_major_y=lp.element_line(color=colour("grid"), size=0.7))
    return svg(plot + lp.ggsize(WIDTH, 300), name, to_customer(title, language))


def _places(points: Iterable[Point]) -> dict[str, list[Any]]:
    held = list(points)
    return {"x": [one.risk * 100 for one in held], "y": [one.ms for one in held]}
