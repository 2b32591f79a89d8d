"""Charts of a running search: the best so far over evaluations, and response time against cut-offs of all points."""

from __future__ import annotations

import numpy as np
from textual.content import Content

from stages.arrays import Floats
from tui.charts.picture import Picture
from tui.charts.plane import Axis, Plane, axis, plane
from tui.i18n.translator import Translator
from tui.workers.search_worker import SearchProgress
from tuner.statistics.numbers import share

WITHIN, BEYOND, NOW, BEST, CHOSEN, RECOMMENDED, LINE = "o", "x", "N", "@", "█", "R", "l"
"""Marks; each is also its role. LINE is the role of the line in steps."""

CHOSEN_RECOMMENDED = "chosen recommended"
"""The role of the recommendation under the cursor."""

STYLES = {
    WITHIN: "$text-success",
    BEYOND: "$text-error",
    NOW: "bold $text-warning",
    BEST: "bold $text-accent",
    CHOSEN: "bold $foreground",
    RECOMMENDED: "bold $text-accent",
}
LEAST = (24, 6)
"""Smallest size of a plot, columns and rows."""


def ms_label(value: float) -> str:
    """A tick in ms: 1,500"""
    return f"{value:,.0f}"


def scatter(now: SearchProgress, width: int, height: int) -> Picture:
    """A mark for each point tried: beyond a limit, within all limits, settings in force, best so far.

    Points whose cut-offs the recording does not show are left out.
    """
    risk, ms = now.cut_off_rate, now.goal_ms
    answered = np.isfinite(ms) & np.isfinite(risk)
    if width < LEAST[0] or height < LEAST[1] or not answered.any():
        return Picture(width, height)
    within = now.within & answered
    worst = _worst(ms[answered], float(ms[0]))
    in_force = 2 * float(risk[0]) if answered[0] else 0.0
    riskiest = max(in_force, 1.25 * float(risk[within].max()) if within.any() else 0.0, 0.06)
    drawn = plane(width, height, axis(0, riskiest, max(2, width // 10), share), _times(ms[answered], worst, height))
    drawn.mark(risk[~within & answered], ms[~within & answered], BEYOND, BEYOND)
    drawn.mark(risk[within], ms[within], WITHIN, WITHIN)
    if answered[0]:
        drawn.mark(risk[:1], ms[:1], NOW, NOW)
    if now.best_ms is not None:
        best = np.flatnonzero(within & (ms == now.best_ms))[:1]
        drawn.mark(risk[best], ms[best], BEST, BEST)
    return drawn.picture


def knows_cut_offs(now: SearchProgress) -> bool:
    """Whether the recording shows the cut-offs of any point, so that there is something to draw."""
    return bool(np.isfinite(now.cut_off_rate).any())


def steps(now: SearchProgress, width: int, height: int) -> Picture:
    """The goal of the best within the limits over evaluations, as a line in steps.

    The line may rise a little: a better point may have a larger margin, or miss a limit by less.
    """
    if width < LEAST[0] or height < LEAST[1] or not now.steps:
        return Picture(width, height)
    at = np.array([one[0] for one in now.steps], dtype=np.float64)
    best = np.array([one[1] for one in now.steps])
    across = axis(0, max(now.evaluations, 2), max(2, width // 10), ms_label)
    drawn = plane(
        width, height, across, axis(float(best.min()) * 0.98, float(best.max()), max(2, height // 4), ms_label)
    )
    columns, rows = drawn.column(at), drawn.row(best)
    before = int(rows[0])
    for column in range(int(columns[0]), int(drawn.column(np.array([now.evaluations]))[0]) + 1):
        here = int(rows[np.flatnonzero(columns <= column)[-1]])
        _step(drawn, column, before, here)
        before = here
    return drawn.picture


def legend(tr: Translator) -> Content:
    """What each mark means."""
    return legend_of(
        (WITHIN, "search.within"), (BEYOND, "search.beyond"), (NOW, "search.now"), (BEST, "search.best"), tr=tr
    )


def legend_of(*marks: tuple[str, str], tr: Translator) -> Content:
    """Each mark and its meaning in one line."""
    return Content("  ").join(Content.assemble((mark, STYLES[mark]), " ", tr(phrase)) for mark, phrase in marks)


def _step(drawn: Plane, column: int, before: int, here: int) -> None:
    """Draw the line from one row to another within a column."""
    if before == here:
        drawn.cell(column, here, "─", LINE)
        return
    begin, end = ("╮", "╰") if here > before else ("╯", "╭")  # rows count from the top
    drawn.cell(column, before, begin, LINE)
    for row in range(min(before, here) + 1, max(before, here)):
        drawn.cell(column, row, "│", LINE)
    drawn.cell(column, here, end, LINE)


def _worst(answered: Floats, in_force: float) -> float:
    """The top of the time axis: the time of the settings in force, else the 0.9 quantile."""
    return in_force * 1.05 if np.isfinite(in_force) else float(np.quantile(answered, 0.9))


def _times(answered: Floats, worst: float, height: int) -> Axis:
    return axis(float(answered.min()) * 0.95, worst, max(2, height // 4), ms_label)
