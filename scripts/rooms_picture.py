"""The picture of the rooms as SVG: a box for each package and room, and an arrow for each import between its rooms.

Arrows that follow from others are left out. The rooms of a package stand in rows: each imports only rooms in lower
rows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from scripts.rooms import PACKAGES, Room, levels, reduced

COLUMNS = (("turntempo", "tui"), ("tuner", "pipeline", "stages"))
"""The packages from left to right, and from top to bottom."""

WIDTH, HEIGHT, GAP_X, GAP_Y = 190, 70, 16, 26
"""Of the box of a room, and between two of them, in px."""

PAD, TITLE, LINE, LETTERS, LINES = 16, 52, 14, 29, 3
BEND = 12.0
"""The width that an arrow takes which passes a row."""

STYLE = """
text { font-family: system-ui, sans-serif; fill: #1f2933 }
.package { fill: #f4f6f8; stroke: #b8c2cc } .room { fill: #ffffff; stroke: #6b7a89 }
.arrow { fill: none; stroke: #3867a6; stroke-width: 1.2; marker-end: url(#tip) }
.title { font-size: 15px; font-weight: 600 } .holds { font-size: 11px; fill: #52606d }
.name { font-size: 13px; font-weight: 600; font-family: ui-monospace, monospace }
"""

TIP = (
    '<marker id="tip" markerWidth="8" markerHeight="8" refX="8" refY="4" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#3867a6"/></marker>'
)

Rows = list[list[str]]
"""Names from the top row to the lowest; "a>b 2" stands for the arrow from a to b where it passes level 2."""


class Point(NamedTuple):
    x: float
    y: float


class Placed(NamedTuple):
    """A package with its rooms placed, from its own upper left corner."""

    width: float
    height: float
    middles: dict[str, Point]
    """Name in a row -> its middle."""
    paths: list[list[str]]
    """The names that an arrow goes through."""


def picture(rooms: Sequence[Room], arrows: Mapping[str, set[str]]) -> str:
    """The whole picture."""
    titles = {room.path: room for room in rooms}
    drawn, x, bottom = [], float(PAD), 0.0
    for column in COLUMNS:
        placed = {package: _placed([one.path for one in rooms if one.package == package], arrows) for package in column}
        width, y = max(one.width for one in placed.values()), float(PAD)
        for package, one in placed.items():
            note = _imported(package, arrows)
            drawn += [
                *_package(package, note, Point(x, y), width, one.height),
                *_inside(one, titles, Point(x, y), width),
            ]
            y += one.height + PAD
        x, bottom = x + width + PAD, max(bottom, y)
    size = f'width="{x:g}" height="{bottom:g}" viewBox="0 0 {x:g} {bottom:g}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f"<title>The rooms of turntempo: {' imports '.join(PACKAGES)}</title>",
        f"<style>{STYLE}</style>",
        f"<defs>{TIP}</defs>",
        f'<rect width="{x:g}" height="{bottom:g}" fill="#ffffff"/>',
    ]
    return "\n".join([*head, *drawn, "</svg>"]) + "\n"


def _placed(names: Sequence[str], arrows: Mapping[str, set[str]]) -> Placed:
    level = levels(names, arrows)
    rows: Rows = [[name for name in names if level[name] == one] for one in sorted(set(level.values()), reverse=True)]
    paths = [_path(above, below, level) for above, below in reduced(names, arrows)]
    for path in paths:
        for passed, at in zip(path[1:-1], range(level[path[0]] - 1, level[path[-1]], -1), strict=True):
            rows[len(rows) - 1 - at].append(passed)
    _sort(rows, paths)
    widths = [sum(map(_width, row)) + GAP_X * (len(row) - 1) for row in rows]
    middles: dict[str, Point] = {}
    for number, (row, wide) in enumerate(zip(rows, widths, strict=True)):
        x, y = PAD + (max(widths) - wide) / 2, TITLE + number * (HEIGHT + GAP_Y) + HEIGHT / 2
        for name in row:
            middles[name] = Point(x + _width(name) / 2, y)
            x += _width(name) + GAP_X
    return Placed(max(widths) + 2 * PAD, TITLE + len(rows) * (HEIGHT + GAP_Y) - GAP_Y + PAD, middles, paths)


def _path(above: str, below: str, level: Mapping[str, int]) -> list[str]:
    return [above, *(f"{above}>{below} {one}" for one in range(level[above] - 1, level[below], -1)), below]


def _sort(rows: Rows, paths: list[list[str]]) -> None:
    """Each row in the order of its neighbours in the row above, so that few arrows cross."""
    steps = [step for path in paths for step in pairwise(path)]
    for above, row in pairwise(rows):
        place = {name: number / max(1, len(above) - 1) for number, name in enumerate(above)}
        means = {}
        for number, name in enumerate(row):
            over = [place[one] for one, other in steps if other == name and one in place]
            means[name] = sum(over) / len(over) if over else number / max(1, len(row) - 1)
        row.sort(key=lambda name: means[name])


def _width(name: str) -> float:
    return BEND if ">" in name else WIDTH


def _imported(package: str, arrows: Mapping[str, set[str]]) -> str:
    """Which packages the rooms of one import."""
    found = {other.partition("/")[0] for room, others in arrows.items() for other in others if _is_in(room, package)}
    return "imports " + (", ".join(one for one in PACKAGES if one in found - {package}) or "none of the others")


def _is_in(room: str, package: str) -> bool:
    return room.partition("/")[0] == package


def _package(package: str, note: str, corner: Point, width: float, height: float) -> Iterator[str]:
    yield f'<rect class="package" x="{corner.x:g}" y="{corner.y:g}" width="{width:g}" height="{height:g}" rx="8"/>'
    yield f'<text class="title" x="{corner.x + PAD:g}" y="{corner.y + 22:g}">{package}</text>'
    yield f'<text class="holds" x="{corner.x + PAD:g}" y="{corner.y + 38:g}">{note}</text>'


def _inside(one: Placed, titles: Mapping[str, Room], corner: Point, width: float) -> Iterator[str]:
    inset = (width - one.width) / 2
    at = {name: Point(corner.x + inset + middle.x, corner.y + middle.y) for name, middle in one.middles.items()}
    for path in one.paths:
        yield f'<path class="arrow" d="{_line([at[name] for name in path])}"/>'
    for name, middle in at.items():
        if name in titles:
            yield from _room(titles[name], middle)


def _line(points: list[Point]) -> str:
    """From the lower edge of the first box to the upper edge of the last, upright where it passes a row."""
    half = HEIGHT / 2
    first, *passed, last = points
    line = f"M{first.x:g} {first.y + half:g}"
    for point in passed:
        line += f"L{point.x:g} {point.y - half:g}L{point.x:g} {point.y + half:g}"
    return f"{line}L{last.x:g} {last.y - half:g}"


def _room(room: Room, middle: Point) -> Iterator[str]:
    x, y = middle.x - WIDTH / 2, middle.y - HEIGHT / 2
    yield f'<rect class="room" x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="4"/>'
    yield f'<text class="name" x="{x + 8:g}" y="{y + 18:g}">{escape(room.title)}</text>'
    holds = room.holds.partition(":")[0].rstrip(".")
    for number, text in enumerate(textwrap.wrap(holds, LETTERS, max_lines=LINES, placeholder=" ...")):
        yield f'<text class="holds" x="{x + 8:g}" y="{y + 34 + number * LINE:g}">{escape(text)}</text>'
