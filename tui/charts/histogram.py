"""Response times as a histogram; a second set of times is drawn as dots at the height of its bars."""

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
"""Share of the turns within the axis; the remaining turns are counted in the last column."""

NOW, BEYOND, BEFORE, MARK, LIMIT = "n", "x", "b", "m", "l"
"""Roles: bars, bars beyond the limit, dots of the second set, marks, and the mark of a limit."""


@dataclass(frozen=True)
class Mark:
    """A named time on the axis; `limit`: bars beyond it are drawn as too late."""

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
    """Label of the turns without an answer."""


def histogram(distribution: Distribution, width: int, height: int) -> Picture:
    """One bin a column; names of the marks above, the axis below."""
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
    """The end of the axis: a round time that holds nearly all turns, and the marks if they are near."""
    ends = [_tail(times) for times in (distribution.now, distribution.before) if times is not None]
    most = max([*ends, 100.0])
    most = max([most, *(mark.at_ms * 1.05 for mark in distribution.marks if mark.at_ms < 1.5 * most)])
    step = axis.round_step(most / 10)
    return float((np.floor(most / step) + 1) * step)


def _tail(times: Floats) -> float:
    answered = times[np.isfinite(times)]
    return float(np.quantile(answered, TAIL)) if len(answered) else 0.0


def _shares(times: Floats, high: float, width: int) -> Floats:
    """(width,): the share of the turns in each column; times beyond the axis are counted in the last."""
    answered = np.clip(times[np.isfinite(times)], 0, np.nextafter(high, 0))
    counts: Any = np.bincount((answered * (width / high)).astype(np.int64), minlength=width)[:width]
    return np.asarray(counts / len(times), dtype=np.float64)


def _bar(picture: Picture, column: int, top: int, rows: int, share: float, role: str) -> None:
    """A bar from the bottom up, in eighths of a cell; a share above 0 is always visible."""
    eighths = max(round(share * rows * 8), int(share > 0))
    for row in range(rows):
        filled = min(8, max(0, eighths - 8 * row))
        if filled:
            picture.paint(column, top + rows - 1 - row, EIGHTHS[filled], role)


def _mark(picture: Picture, mark: Mark, column: int, bars: int) -> None:
    """Paint the name in one of the two top rows, and a line down to the axis through empty cells."""
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
    """Paint the share of turns without an answer, which have no place on the axis."""
    count = int((~np.isfinite(distribution.now)).sum())
    if count:
        text = f"{distribution.unanswered}: {count / len(distribution.now):.2%}"
        picture.paint(picture.width - cell_len(text), 2, text, LIMIT)
