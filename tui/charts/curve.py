"""A frontier as a curve in character cells, with marks for the cursor, the settings in force and the recommendation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from textual.content import Content

from stages.settings import Settings
from tui.charts.picture import Picture
from tui.charts.plane import Plane, axis, plane
from tui.charts.search_progress import (
    BEYOND,
    CHOSEN,
    CHOSEN_RECOMMENDED,
    LEAST,
    NOW,
    RECOMMENDED,
    WITHIN,
    legend_of,
    ms_label,
)
from tui.i18n.translator import Translator
from tuner.recommendation.frontier import Trade
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import share

KINDS = ("cut_off_rate", "false_interrupt_rate")


@dataclass(frozen=True)
class Curve:
    """The points of one kind by ascending risk. `now`: (risk, ms) of the settings in force, None where not known."""

    kind: str
    points: tuple[Trade, ...]
    now: tuple[float, float] | None
    chosen: tuple[float, float] | None
    """(risk, ms) of the recommended settings; None where they are those in force, or their figures are not known."""
    recommended: int | None
    """Index of the recommended point; None: there is none."""


def curve(found: Recommendation, kind: str) -> Curve:
    """The curve of a recommendation; it may have no points. The recommended settings are always one of them."""
    chosen = found.settings if found.estimate is None else found.estimate
    now, then = (_point_of(found, kind, figures) for figures in (found.tuning.before, found.tuning.after))
    then = then if chosen != found.task.settings else None
    trades = [one for one in found.frontier if one.kind == kind]
    if trades and then is not None and _index_of(trades, chosen) is None:  # simplified, they lie beside the curve
        trades.append(Trade(kind, *then, all(one.met for one in found.tuning.verdicts), chosen))
    points = tuple(sorted(trades, key=lambda one: (one.risk, one.ms)))
    return Curve(kind, points, now, then, _index_of(points, chosen))


def nearest_within(points: Sequence[Trade]) -> int:
    """Index where the cursor starts without a recommended point: the fastest within the limits, else the safest."""
    within = [place for place, one in enumerate(points) if one.within]
    return min(within, key=lambda place: points[place].ms) if within else 0


def draw(found: Curve, cursor: int, width: int, height: int) -> Picture:
    """The curve between its axes; the cursor is a full block, or the mark of the recommendation on its background."""
    if width < LEAST[0] or height < LEAST[1]:
        return Picture(width, height)
    points, plotted = found.points, _plane(found, width, height)
    risk, ms = np.array([one.risk for one in points]), np.array([one.ms for one in points])
    within = np.array([one.within for one in points])
    for which, mark in ((~within, BEYOND), (within, WITHIN)):
        plotted.mark(risk[which], ms[which], mark, mark)
    if found.now is not None:
        plotted.mark(np.array(found.now[:1]), np.array(found.now[1:]), NOW, NOW)
    if found.chosen is not None:
        plotted.mark(np.array(found.chosen[:1]), np.array(found.chosen[1:]), RECOMMENDED, RECOMMENDED)
    at_recommended = found.chosen is not None and cursor == found.recommended
    mark, role = (RECOMMENDED, CHOSEN_RECOMMENDED) if at_recommended else (CHOSEN, CHOSEN)
    plotted.mark(risk[[cursor]], ms[[cursor]], mark, role)
    return plotted.picture


def at_column(found: Curve, width: int, column: int) -> int:
    """Index of the point nearest to a column of the picture."""
    drawn = _plane(found, width, 10)
    columns = drawn.left + drawn.column(np.array([one.risk for one in found.points]))
    return int(np.abs(columns - column).argmin())


def legend(tr: Translator) -> Content:
    """What each mark means."""
    marks = ((CHOSEN, "curve.chosen"), (WITHIN, "search.within"), (BEYOND, "search.beyond"), (NOW, "search.now"))
    return legend_of(*marks, (RECOMMENDED, "curve.recommended"), tr=tr)


def _point_of(found: Recommendation, kind: str, figures: Mapping[str, Estimate]) -> tuple[float, float] | None:
    """(risk, ms) of some settings on the turns of the curve; None where not known, as for a goal that is a sum."""
    ms = figures.get(f"response_ms.{found.task.goal.text}" if kind == "cut_off_rate" else "stop_ms.p95")
    risk = figures.get(kind)
    if ms is None or risk is None or ms.value is None or risk.value is None:
        return None
    return risk.value, ms.value


def _index_of(points: Sequence[Trade], settings: Settings) -> int | None:
    return next((place for place, one in enumerate(points) if one.settings == settings), None)


def _plane(found: Curve, width: int, height: int) -> Plane:
    """The axes: they hold all points, the settings in force and the recommendation."""
    pairs = [(one.risk, one.ms) for one in found.points] + [one for one in (found.now, found.chosen) if one]
    risks, times = np.array(pairs).T
    spare = (times.max() - times.min()) * 0.05
    across = axis(0, max(float(risks.max()) * 1.05, 0.002), max(2, width // 10), share)
    up = axis(float(times.min() - spare), float(times.max() + spare), max(2, height // 4), ms_label)
    return plane(width, height, across, up)
