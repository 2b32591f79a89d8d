"""What a report is made of, whatever it is written as: blocks of text, tables and pictures under headings.

All text is data: `Said` (told in the reader's language) or a customer's words. The writer of a format escapes it, in
one place, and blocks hold no markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stages.i18n import Language


@dataclass(frozen=True)
class Paragraph:
    """A sentence or some."""

    text: str


@dataclass(frozen=True)
class Listed:
    """One item below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Quote:
    """What the customer wrote, line by line."""

    text: str


@dataclass(frozen=True)
class Tile:
    """One figure before and after, large."""

    label: str
    before: str
    after: str | None
    note: str


@dataclass(frozen=True)
class Tiles:
    """The few figures that say most."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells; `numeric` columns, counted from 0, stand to the right. `strong`: rows to look at."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Chart:
    """Lines of characters that stand below each other."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A plot; `draw` gives its SVG in a language, and `instead` says the same where no picture can be shown."""

    name: str
    title: str
    note: str
    legend: tuple[tuple[str, str], ...]
    """(colour, what it stands for)."""
    draw: Callable[[Language], str]
    instead: Table | Chart


Block = Paragraph | Listed | Quote | Tiles | Table | Picture


@dataclass(frozen=True)
class Chapter:
    """Blocks under a heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """The whole report."""

    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]
