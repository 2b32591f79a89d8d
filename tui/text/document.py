"""A document as text for a terminal: headings, paragraphs, lists and tables, in the reader's language.

The terminal app and the commands render the same way; they differ in `Look`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from tui.text.fitting_table import FittingTable, Translate
from tuner.pages.blocks import (
    Block,
    Chapter,
    Chart,
    Heading,
    Lines,
    Listed,
    Note,
    Paragraph,
    Quote,
    Table,
    Tiles,
)

Draw = Callable[[Chart, Translate], RenderableType | None]
"""A chart as a picture of characters; None: the table that says the same is shown instead."""


def no_picture(chart: Chart, translate: Translate) -> None:
    """For a surface that shows tables alone."""


@dataclass(frozen=True)
class Look:
    """`gap`: cells between the columns of a table; `draw`: what becomes of a chart."""

    gap: int = 1
    draw: Draw = no_picture


NARROW = Look()
"""For the columns of the terminal app: tables without pictures, which have views of their own."""


def document(chapters: Iterable[Chapter], translate: Translate, look: Look = NARROW) -> Group:
    """The chapters one below the other, an empty line between them."""
    parts: list[RenderableType] = []
    for chapter in chapters:
        parts += [Text()] if parts else []
        parts += [_heading(chapter.heading, translate)] if chapter.heading else []
        parts += blocks(chapter.blocks, translate, look)
    return Group(*parts)


def blocks(found: Sequence[Block], translate: Translate, look: Look = NARROW) -> list[RenderableType]:
    """The blocks one below the other."""
    return [part for block in found for part in _block(block, translate, look)]


def _block(block: Block, translate: Translate, look: Look) -> list[RenderableType]:
    match block:
        case Heading(text):
            return [Text(), _heading(text, translate)]
        case Paragraph(text):
            return [Text(translate(text), overflow="fold")]
        case Note(text):
            return [Text(translate(text), style="dim")]
        case Listed(items):
            return [listed(map(translate, items))]
        case Quote(text):
            return [Text("\n".join(f"> {line}" for line in translate(text).splitlines()))]
        case Tiles(tiles):
            return [listed(_tile(one.label, one.before, one.after, one.note, translate) for one in tiles)]
        case Table():
            return [FittingTable(block, translate, look.gap)]
        case Lines(lines):
            return [Text("\n".join(map(translate, lines)), no_wrap=True)]
        case Chart():
            return _chart(block, translate, look)


def _heading(text: str, translate: Translate) -> Text:
    return Text(translate(text), style="bold")


def listed(lines: Iterable[str]) -> RichTable:
    """One below the other, with a hanging indent."""
    grid = RichTable.grid(padding=(0, 1))
    for line in lines:
        grid.add_row("-", Text(line, overflow="fold"))
    return grid


def _tile(label: str, before: str, after: str | None, note: str, translate: Translate) -> str:
    values = translate(before) if after is None else f"{translate(before)} → {translate(after)}"
    return f"{translate(label)}: {values} ({translate(note)})"


def _chart(chart: Chart, translate: Translate, look: Look) -> list[RenderableType]:
    """The picture with its title and note; without one the title and the table."""
    picture = look.draw(chart, translate)
    shown = blocks([chart.instead], translate, look) if picture is None else [picture]
    title = [_heading(chart.title, translate)] if chart.title else []
    return [*title, *shown, Text(translate(chart.note), style="dim")]
