"""What a document is made of: sentences, lists, tables and charts under headings.

All text is data: `Said` (put into the reader's language by the renderer) or text of others, such as a customer's
words. A renderer escapes the latter in one place, and blocks hold no markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tuner.pages.chart_data import ChartData


@dataclass(frozen=True)
class Heading:
    """A heading inside a chapter."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """One sentence or several."""

    text: str


@dataclass(frozen=True)
class Note:
    """Small print: how to read what stands above it."""

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
    """The most important figures."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells; `numeric` columns, counted from 0, are aligned to the right. `strong`: rows to look at."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Lines:
    """Lines of characters that stand below each other in a font of one width."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """A picture of `data`; `instead` says the same where no picture can be drawn."""

    name: str
    title: str
    note: str
    legend: tuple[tuple[str, str], ...]
    """(colour, what it means)."""
    data: ChartData
    instead: Table | Lines


Block = Heading | Paragraph | Note | Listed | Quote | Tiles | Table | Lines | Chart


@dataclass(frozen=True)
class Chapter:
    """Blocks under a heading; without a heading where it is "". `name` is for whoever picks chapters."""

    heading: str
    blocks: tuple[Block, ...]
    name: str = ""


@dataclass(frozen=True)
class Page:
    """The whole document."""

    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]

    def only(self, *names: str) -> tuple[Chapter, ...]:
        """The chapters of these names, in this order; names that the page does not have are passed over."""
        return tuple(one for name in names for one in self.chapters if one.name == name)

    def without(self, *names: str) -> Page:
        """The same page less the chapters of these names."""
        return Page(self.title, self.subtitle, tuple(one for one in self.chapters if one.name not in names))


def blocks_of(chapters: Iterable[Chapter]) -> tuple[Block, ...]:
    """What stands in the chapters, without their headings."""
    return tuple(block for one in chapters for block in one.blocks)


def nested(chapters: Iterable[Chapter]) -> tuple[Block, ...]:
    """The chapters as blocks of another one: their headings become headings inside it."""
    return tuple(block for one in chapters for block in ((Heading(one.heading),) if one.heading else ()) + one.blocks)
