"""One turn as SVG: lanes over time."""

from __future__ import annotations

from typing import Any

from stages.i18n import Language, say
from tuner.pages.chart_data import Timeline
from tuner.support.report.customer_words import to_customer
from tuner.support.report.plots.drawing import WIDTH, svg, theme
from tuner.support.report.plots.palette import colour

LANE_PX, AROUND_PX = 26, 40
"""Height of a lane, and of all that stands around them."""


def timeline_svg(data: Timeline, name: str, title: str, language: Language) -> str:
    """Who is heard when, and what the wait is for."""
    import lets_plot as lp

    lanes, begin, end = data.lanes, data.begin, data.end
    bars = [(-number, *bar) for number, lane in enumerate(lanes) for bar in lane.bars]
    columns: dict[str, Any] = {
        "left": [bar[1] for bar in bars],
        "right": [bar[2] for bar in bars],
        "low": [bar[0] - 0.32 for bar in bars],
        "high": [bar[0] + 0.32 for bar in bars],
        "what": [bar[3] for bar in bars],
    }
    plot = (
        lp.ggplot(columns)
        + lp.geom_rect(lp.aes(xmin="left", xmax="right", ymin="low", ymax="high", fill="what"), size=0)
        + lp.geom_vline(xintercept=0, color=colour("ink"), size=0.6, linetype="dashed")
        + lp.scale_fill_manual({what: colour(what) for what in dict.fromkeys(columns["what"])})
        + lp.scale_y_continuous(
            breaks=[-number for number in range(len(lanes))],
            labels=[to_customer(lane.label, language) for lane in lanes],
            expand=[0, 0.15],
        )
        + lp.scale_x_continuous(limits=[begin, end], expand=[0, 0], format=",.0f")
        + lp.labs(x=to_customer(say("axis.from_end"), language), y="")
        + theme(language)
        + lp.ggsize(WIDTH, LANE_PX * len(lanes) + AROUND_PX)
    )
    return svg(plot, name, to_customer(title, language))
