"""The parts of the response time on one axis, for typical turns and for slow ones."""

from __future__ import annotations

from rich.cells import cell_len

from tui.charts import axis
from tui.charts.fitting import first_that_fits
from tui.charts.picture import Picture, fit
from tui.i18n.translator import Translator
from tuner.diagnosis.parts import NAMES, Slice

LEAST_MS = 0.5
"""A part shorter than this in every slice is not drawn."""

EIGHTHS = " ▏▎▍▌▋▊▉█"
LABEL, NARROW_LABEL, VALUE = 21, 14, 9
CHOSEN = "▸"


def parts(slices: tuple[Slice, ...]) -> tuple[str, ...]:
    """The parts that take time in some slice."""
    return tuple(name for name in NAMES if any(one.parts[name] >= LEAST_MS for one in slices))


def waterfall(slices: tuple[Slice, ...], chosen: str, width: int, height: int, tr: Translator) -> Picture:
    """One line a slice, then the chosen slice part by part; with enough rows every slice part by part."""
    picture = Picture(width, height)
    shown, label = parts(slices), LABEL if width >= 60 else NARROW_LABEL
    if not slices or width < label + VALUE + 8:
        return picture
    all_rows = len(slices) * (len(shown) + 3) - 1
    if height >= all_rows:
        row = 0
        for one in slices:
            _heading(picture, row, one, one.name == chosen, tr)
            row = _cascade(picture, row + 1, one, shown, label, _high(slices), tr) + 1
        return picture
    row = 0
    lines = 1 + len(slices)
    if height >= len(shown) + 2 + lines:
        for one in slices:
            _line(picture, row, one, one.name == chosen, label, _high(slices), tr)
            row += 1
        row += 1
    one = next((one for one in slices if one.name == chosen), slices[0])
    high = axis_end(one.response_ms)
    _heading(picture, row, one, False, tr)
    row = _cascade(picture, row + 1, one, shown, label, high, tr)
    _axis(picture, row, label, high)
    return picture


def slice_at(slices: tuple[Slice, ...], row: int, height: int) -> str | None:
    """The slice drawn in this row; None: no single slice."""
    rows = len(parts(slices)) + 3
    if height >= len(slices) * rows - 1:
        return slices[row // rows].name if row // rows < len(slices) else None
    lines = height >= rows + len(slices)
    return slices[row].name if lines and row < len(slices) else None


def axis_end(response_ms: float) -> float:
    """A round time at or after the end of the response."""
    step = axis.round_step(max(response_ms, 1.0) / 10)
    return -(-response_ms // step) * step


def _high(slices: tuple[Slice, ...]) -> float:
    return axis_end(max(one.response_ms for one in slices))


def _heading(picture: Picture, row: int, one: Slice, chosen: bool, tr: Translator) -> None:
    text = tr(f"slice.{one.name}", n=one.turns)
    picture.paint(0, row, fit(f"{CHOSEN if chosen else ' '}{text}", picture.width), "t")


def _cascade(
    picture: Picture, row: int, one: Slice, shown: tuple[str, ...], label: int, high: float, tr: Translator
) -> int:
    """One row a part, each starting where the part before it ends, then the sum; returns the row below."""
    begin = 0.0
    for name in shown:
        _bar(picture, row, label, begin, begin + one.parts[name], high, name)
        text = first_that_fits(label - 2, tr(f"legend.{name}"), tr(f"part_short.{name}"))
        _label(picture, row, text, one.parts[name], label)
        begin += one.parts[name]
        row += 1
    _bar(picture, row, label, 0, one.response_ms, high, "sum")
    _label(picture, row, tr("slice.sum"), one.response_ms, label, "t")
    return row + 1


def _line(picture: Picture, row: int, one: Slice, chosen: bool, label: int, high: float, tr: Translator) -> None:
    """All parts of a slice in one line; each holds its name, or its first letter where the name is too long."""
    name = tr(f"slice_short.{one.name}")
    picture.paint(0, row, fit(f"{CHOSEN if chosen else ' '}{name}", label - 1), "t" if chosen else " ")
    cells = _cells(picture, label)
    begin_ms = 0.0
    for part in NAMES:
        first, last = (round(ms / high * cells) for ms in (begin_ms, begin_ms + one.parts[part]))
        begin_ms += one.parts[part]
        name = tr(f"part_short.{part}")
        text = name if cell_len(name) < last - first else fit(name[0], last - first)
        picture.paint(label + first, row, text + " " * (last - first - cell_len(text)), f"{part}/in")
    _value(picture, row, one.response_ms, "t" if chosen else " ")


def _label(picture: Picture, row: int, name: str, ms: float, label: int, role: str = " ") -> None:
    picture.paint(0, row, fit(f" {name}", label - 1), role)
    _value(picture, row, ms, role)


def _value(picture: Picture, row: int, ms: float, role: str) -> None:
    text = f"{ms:,.0f} ms"
    picture.paint(picture.width - cell_len(text), row, text, role)


def _cells(picture: Picture, label: int) -> int:
    return picture.width - label - VALUE - 1


def _bar(picture: Picture, row: int, label: int, begin: float, end: float, high: float, role: str) -> None:
    """A bar in eighths of a cell; a part that takes time is always visible."""
    cells = _cells(picture, label)
    first, eighths = round(begin / high * cells), round((end / high * cells) * 8)
    first = min(first, cells - 1)
    length = max(eighths - first * 8, 1 if end - begin >= LEAST_MS else 0)
    text = EIGHTHS[8] * (length // 8) + EIGHTHS[length % 8].strip()
    picture.paint(label + first, row, text, role)


def _axis(picture: Picture, row: int, label: int, high: float) -> None:
    if row + 1 >= picture.height:
        return
    drawn = Picture(_cells(picture, label), 2)
    axis.draw(drawn, 0, high)
    for number in range(2):
        column = label
        for text, role in drawn.runs(number):
            picture.paint(column, row + number, text, role)
            column += cell_len(text)
