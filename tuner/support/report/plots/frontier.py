"""What it costs to be faster, as a plot: the settings that nothing beats, those in force, and those chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stages.i18n import Language, Said, say, translate
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import ms, share
from tuner.statistics.objective import Goal
from tuner.support.report.blocks import Picture, Table
from tuner.support.report.plots.drawing import WIDTH, svg, theme
from tuner.support.report.plots.palette import colour

FEWEST, TOLD = 3, 8
"""Points that make a curve, and points of it that a table tells."""

BEYOND = 1.3
"""A limit further out than so many times the riskiest point would squeeze the plot."""


@dataclass(frozen=True)
class Point:
    """Settings by what they risk (a share) and how soon they are (ms); `label` says which they are."""

    risk: float
    ms: float
    within: bool
    label: Said | None = None


def frontier(found: Recommendation, kind: str) -> Picture | None:
    """Risk against time, for `cut_off_rate` or `false_interrupt_rate`; None where there are too few points."""
    trades = [Point(one.risk, one.ms, one.within) for one in found.frontier if one.kind == kind]
    if len(trades) < FEWEST:
        return None
    trades.sort(key=lambda one: (one.risk, -one.ms))
    marked = _marked(found, kind)
    limit = next((one.value for one in found.limits if one.name == kind), None)
    legend = (("after", say("legend.within")), ("muted", say("legend.beyond")), ("limit", say("legend.limit")))
    picked = sorted({round(step * (len(trades) - 1) / (TOLD - 1)) for step in range(TOLD)})
    rows = sorted([*(trades[place] for place in picked), *marked], key=lambda one: one.risk)
    return Picture(
        name=f"frontier-{kind}",
        title=say(f"frontier.{kind}"),
        note=say("frontier.note", points=len(trades), turns=found.tuning.turns),
        legend=legend,
        draw=lambda language: _drawn(trades, marked, limit, kind, language),
        instead=Table(
            (say(f"frontier.{kind}_risk"), say(f"frontier.{kind}_ms"), say("table.within"), ""),
            tuple(_told(one) for one in rows),
            frozenset({0, 1}),
            frozenset(row for row, one in enumerate(rows) if one.label),
        ),
    )


def _told(point: Point) -> tuple[str, ...]:
    within = "" if point.label else say("value.yes" if point.within else "value.no")
    return share(point.risk), ms(point.ms), within, point.label or ""


def _marked(found: Recommendation, kind: str) -> list[Point]:
    """The settings in force and those found, on the turns the others were estimated on."""
    told = [(found.tuning.before, say("frontier.now"))]
    if found.changes:
        told.append((found.tuning.after, say("frontier.chosen")))
    points = []
    for figures, label in told:
        risk, at = figures[kind].value, _ms(found.task.goal, figures, kind)
        if risk is not None and at is not None and (kind == "cut_off_rate" or at > 0):
            points.append(Point(risk, at, True, label))
    return points


def _ms(goal: Goal, figures: Mapping[str, Estimate], kind: str) -> float | None:
    """The goal, where figures tell it, or the stop time."""
    if kind != "cut_off_rate":
        return figures["stop_ms.p95"].value
    told = [(figures.get(f"response_ms.p{100 * level:g}"), weight) for level, weight in goal.quantiles]
    if goal.mean_weight or any(one is None or one.value is None for one, _ in told):
        return None
    return sum(weight * (one.value or 0.0) for one, weight in told if one is not None)


def _drawn(trades: Sequence[Point], marked: Sequence[Point], limit: float | None, kind: str, language: Language) -> str:
    import lets_plot as lp

    riskiest = max(one.risk for one in (*trades, *marked))
    plot = lp.ggplot(_places(trades), lp.aes("x", "y")) + lp.geom_step(color=colour("grid"), size=0.8)
    if limit is not None and limit <= riskiest * BEYOND:
        plot += lp.geom_vline(xintercept=limit * 100, color=colour("limit"), size=0.9, linetype="dashed")
    for within, shape, name in ((False, 4, "muted"), (True, 16, "after")):
        held = _places(one for one in trades if one.within is within)
        plot += lp.geom_point(data=held, shape=shape, size=3, color=colour(name))
    labels = _places(marked) | {"label": [translate(one.label or "", language) for one in marked]}
    plot += lp.geom_point(data=labels, shape=1, size=5, stroke=1.4, color=colour("ink"))
    plot += lp.geom_text(
        lp.aes(label="label"), data=labels, hjust="left", nudge_x=riskiest * 2, size=5, color=colour("ink")
    )
    plot += lp.scale_x_continuous(format="{}%") + lp.scale_y_continuous(format=",.0f")
    plot += lp.labs(
        x=translate(say(f"frontier.{kind}_risk"), language), y=translate(say(f"frontier.{kind}_ms"), language)
    )
    plot += theme(language, panel_grid_major_y=lp.element_line(color=colour("grid"), size=0.7))
    return svg(plot + lp.ggsize(WIDTH, 300), f"frontier-{kind}", translate(say(f"frontier.{kind}"), language))


def _places(points: Iterable[Point]) -> dict[str, list[Any]]:
    held = list(points)
    return {"x": [one.risk * 100 for one in held], "y": [one.ms for one in held]}
