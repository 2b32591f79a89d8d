"""What it costs to be faster, as a chart: the settings that nothing beats, those in force, and those recommended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stages.i18n import say
from tuner.pages.blocks import Chart, Table
from tuner.pages.chart_data import Frontier, Point
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import ms, share
from tuner.statistics.objective import Goal

FEWEST = 3
"""Points that make a curve."""

ROWS = 8
"""Points of it that the table shows."""


def frontier(found: Recommendation, kind: str) -> Chart | None:
    """Risk against time, for `cut_off_rate` or `false_interrupt_rate`; None where there are too few points."""
    points = [Point(one.risk, one.ms, one.within) for one in found.frontier if one.kind == kind]
    if len(points) < FEWEST:
        return None
    points.sort(key=lambda one: (one.risk, -one.ms))
    marked = _marked(found, kind)
    limit = next((one.value for one in found.limits if one.name == kind), None)
    return Chart(
        name=f"frontier-{kind}",
        title=say(f"frontier.{kind}"),
        note=say("frontier.note", points=len(points), turns=found.tuning.turns),
        legend=(("after", say("legend.within")), ("muted", say("legend.beyond")), ("limit", say("legend.limit"))),
        data=Frontier(kind, tuple(points), tuple(marked), limit),
        instead=_table(points, marked, kind),
    )


def _table(points: Sequence[Point], marked: Sequence[Point], kind: str) -> Table:
    """Some of the points, evenly over the curve, and those marked."""
    picked = sorted({round(step * (len(points) - 1) / (ROWS - 1)) for step in range(ROWS)})
    rows = sorted([*(points[place] for place in picked), *marked], key=lambda one: one.risk)
    return Table(
        (say(f"frontier.{kind}_risk"), say(f"frontier.{kind}_ms"), say("table.within"), ""),
        tuple(_row(one) for one in rows),
        frozenset({0, 1}),
        frozenset(row for row, one in enumerate(rows) if one.label),
    )


def _row(point: Point) -> tuple[str, ...]:
    within = "" if point.label else say("value.yes" if point.within else "value.no")
    return share(point.risk), ms(point.ms), within, point.label or ""


def _marked(found: Recommendation, kind: str) -> list[Point]:
    """The settings in force and those found, on the turns the others were estimated on."""
    settings = [(found.tuning.before, say("frontier.now"))]
    if found.changes:
        settings.append((found.tuning.after, say("frontier.chosen")))
    points = []
    for figures, label in settings:
        risk, at = figures[kind].value, _ms(found.task.goal, figures, kind)
        if risk is not None and at is not None and (kind == "cut_off_rate" or at > 0):
            points.append(Point(risk, at, True, label))
    return points


def _ms(goal: Goal, figures: Mapping[str, Estimate], kind: str) -> float | None:
    """The goal, where it is made of known figures, or the stop time."""
    if kind != "cut_off_rate":
        return figures["stop_ms.p95"].value
    parts = [(figures.get(f"response_ms.p{100 * level:g}"), weight) for level, weight in goal.quantiles]
    if goal.mean_weight or any(one is None or one.value is None for one, _ in parts):
        return None
    return sum(weight * (one.value or 0.0) for one, weight in parts if one is not None)
