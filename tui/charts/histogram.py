"""How long users wait, as bars: now and, where there is a before, dots at its height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.cells import cell_len

from stages.arrays import Floats
from tui.charts import axis
from tui.charts.picture import Picture

EIGHTHS = " ▁▂▃▄▅▆▇█"
TAIL = 0.98
"""The share of the turns that the axis holds; the rest stands in its last column."""

NOW, BEYOND, BEFORE, MARK, LIMIT = "n", "x", "b", "m", "l"
"""Roles: bars, bars beyond the limit, dots of before, marks, and the mark of a limit."""


@dataclass(frozen=True)
class Mark:
    """A moment worth seeing, with its name; `limit`: bars beyond it are too late."""

    at_ms: float
    name: str
    limit: bool = False


@dataclass(frozen=True, eq=False)
class Distribution:
    """Response times in ms, (n,), infinite for an unanswered turn."""

    now: Floats
    before: Floats | None = None
    marks: tuple[Mark, ...] = ()
    unanswered: str = "no answer"
    """What the turns without an answer are called."""


def histogram(distribution: Distribution, width: int, height: int) -> Picture:
    """A column a bin; above them the marks' names, below them the axis."""
    picture = Picture(width, height)
    bars = height - 4
    if width < 10 or bars < 2 or not len(distribution.now):
        return picture
    high = _high(distribution)
    now, before = _shares(distribution.now, high, width), None
    top = max(now.max(), 1e-9)
    if distribution.before is not None:
        before = _shares(distribution.before, high, width)
        top = max(top, before.max())
    limit = min((mark.at_ms for mark in distribution.marks if mark.limit), default=np.inf)
    for column in range(width):
        role = BEYOND if column * high / width >= limit else NOW
        _bar(picture, column, 2, bars, now[column] / top, role)
        if before is not None and before[column] > 0:
            picture.paint(column, 2 + bars - 1 - min(bars - 1, int(before[column] / top * bars)), "•", BEFORE)
    axis.draw(picture, height - 2, high)
    for mark in sorted(distribution.marks, key=lambda mark: mark.at_ms):
        _mark(picture, mark, round(mark.at_ms / high * width), bars)
    _paint_unanswered(picture, distribution)
    return picture


def _high(distribution: Distribution) -> float:
    """Where the axis ends: a round moment that holds nearly all, and the marks if they are not far off."""
    ends = [_tail(times) for times in (distribution.now, distribution.before) if times is not None]
    most = max([*ends, 100.0])
    most = max([most, *(mark.at_ms * 1.05 for mark in distribution.marks if mark.at_ms < 1.5 * most)])
    step = axis.round_step(most / 10)
    return float((np.floor(most / step) + 1) * step)


def _tail(times: Floats) -> float:
    answered = times[np.isfinite(times)]
    return float(np.quantile(answered, TAIL)) if len(answered) else 0.0


def _shares(times: Floats, high: float, width: int) -> Floats:
    """(width,): the share of the turns in each column; what is beyond the axis stands in the last."""
    answered = np.clip(times[np.isfinite(times)], 0, np.nextafter(high, 0))
    counts: Any = np.bincount((answered * (width / high)).astype(np.int64), minlength=width)[:width]
    return np.asarray(counts / len(times), dtype=np.float64)


def _bar(picture: Picture, column: int, top: int, rows: int, share: float, role: str) -> None:
    """Up from the bottom, to an eighth of a cell; what is there at all is seen."""
    eighths = max(round(share * rows * 8), int(share > 0))
    for row in range(rows):
        filled = min(8, max(0, eighths - 8 * row))
        if filled:
            picture.paint(column, top + rows - 1 - row, EIGHTHS[filled], role)


def _mark(picture: Picture, mark: Mark, column: int, bars: int) -> None:
    """Its name in one of the rows at the top, and a line down to the axis where nothing stands in the way."""
    if not 0 <= column < picture.width:
        return
    role = LIMIT if mark.limit else MARK
    label = f"{'┊' if mark.limit else '╷'}{mark.name}"
    for row in (0, 1):
        right = column + cell_len(label) <= picture.width
        at, text = (column, label) if right else (column - cell_len(mark.name), f"{mark.name}{label[0]}")
        if picture.free(at, row, cell_len(text)):
            picture.paint(at, row, text, role)
            break
    else:
        return
    for row in range(2, 2 + bars):
        if picture.free(column, row, 1):
            picture.paint(column, row, "┊" if mark.limit else "╷", role)


def _paint_unanswered(picture: Picture, distribution: Distribution) -> None:
    """How many turns stand nowhere on the axis."""
    count = int((~np.isfinite(distribution.now)).sum())
    if count:
        text = f"{distribution.unanswered}: {count / len(distribution.now):.2%}"
        picture.paint(picture.width - cell_len(text), 2, text, LIMIT)
