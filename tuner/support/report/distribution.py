"""How long users wait for the answer, as a chart: response times now and under better settings."""

from __future__ import annotations

import numpy as np

from stages.i18n import Said, say
from tuner.pages.blocks import Chart, Table
from tuner.pages.chart_data import Distribution
from tuner.pages.tables import ALWAYS
from tuner.pages.waterfall import AFTER, BEFORE
from tuner.statistics.numbers import figure, share
from tuner.support.report.facts import Facts

TAIL = 0.98
"""The share of answers that is drawn; the others would squeeze it."""

DEAD_AIR_MS = 3000.0
"""Silence beyond this counts as dead air."""


def distribution(facts: Facts) -> Chart | None:
    """The response times, with the limits; None where nobody gets an answer."""
    times = tuple(one for one in facts.response_ms if one is not None)
    if not any(np.isfinite(one).any() for one in times):
        return None
    unanswered = [float((~np.isfinite(one)).mean()) for one in times]
    lost = say("distribution.unanswered", now=share(unanswered[0])) if any(unanswered) else ""
    if any(unanswered) and len(times) > 1:
        lost = say("distribution.unanswered_both", now=share(unanswered[0]), then=share(unanswered[1]))
    legend = (("before", BEFORE), ("after", AFTER))[: len(times)]
    return Chart(
        name="distribution",
        title=say("distribution.title"),
        note=say("distribution.note", n=len(facts.turns), tail=1 - TAIL, unanswered=lost),
        legend=(*legend, ("limit", say("legend.limit"))),
        data=Distribution(times, _marks(facts), TAIL),
        instead=_quantiles(facts),
    )


def _marks(facts: Facts) -> tuple[tuple[float, Said], ...]:
    """The limits on response times, and where dead air begins."""
    limits = [limit for limit in facts.limits if limit.figure == "response_ms"]
    marks = [(limit.value, say("distribution.limit", name=limit.name.partition(".")[2])) for limit in limits]
    return (*marks, (DEAD_AIR_MS, say("distribution.dead_air")))


def _quantiles(facts: Facts) -> Table:
    figures = [facts.figures] if facts.figures_after is None else [facts.figures, facts.figures_after]
    rows = tuple((name.partition(".")[2], *(figure(name, one[name].value) for one in figures)) for name in ALWAYS)
    return Table((say("table.figure"), *(BEFORE, AFTER)[: len(figures)]), rows, frozenset({1, 2}))
