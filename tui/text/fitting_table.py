"""A table of a document at any width: no figure is broken or cut; names and words give way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from tuner.pages.blocks import Table

INDENT = 2
"""Cells before the figures that stand below their row's name."""

SCRIPT = 10
"""Least width of a column of words in a script that breaks anywhere, as Chinese does."""

Translate = Callable[[str], str]
"""Text of ours put into the reader's language, text of others with its control characters shown."""


@dataclass(frozen=True)
class FittingTable:
    """The first of these that fits: `gap` cells between columns; one; each row below its name; a line a value."""

    found: Table
    translate: Translate
    gap: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        least = self._least()
        for gap in (self.gap, 1):
            if sum(least) + gap * (len(least) - 1) <= options.max_width:
                yield self._columns(gap)
                return
        if INDENT + sum(least[1:]) + len(least) - 1 <= options.max_width:
            yield from self._below_names(least[1:], options.max_width)
        else:
            yield from self._lines(options.max_width)

    def _least(self) -> list[int]:
        """The least width of each column: figures and headers of figures whole, words as long as the longest."""
        columns = zip(self._headers, *self._rows, strict=True)
        return [
            max(map(cell_len if place in self.found.numeric else _longest_word, cells))
            for place, cells in enumerate(columns)
        ]

    def _columns(self, gap: int) -> RichTable:
        """All columns side by side."""
        drawn = _table(gap)
        for place, header in enumerate(self._headers):
            self._add_column(drawn, place, header)
        for place, row in enumerate(self._rows):
            drawn.add_row(*map(Text, row), style=self._style(place))
        return drawn

    def _below_names(self, least: list[int], width: int) -> Iterator[RenderableType]:
        """A row's name on a line of its own, its other cells in columns below; `least`: their widths."""
        words = [place - 1 for place in range(1, len(self._headers)) if place not in self.found.numeric]
        left = width - INDENT - sum(least) - len(least)
        widths = [one + (left // len(words) if place in words else 0) for place, one in enumerate(least)]
        first, *others = self._headers
        yield Text(first, "dim", overflow="fold")
        yield self._strip(others, widths, "dim")
        for place, (name, *cells) in enumerate(self._rows):
            style = self._style(place) or ""
            yield Text(name, style, overflow="fold")
            yield self._strip(cells, widths, style)

    def _strip(self, cells: list[str], widths: list[int], style: str) -> RenderableType:
        """One row below its name."""
        drawn = _table(1)
        drawn.show_header = False
        for place, width in enumerate(widths, start=1):
            self._add_column(drawn, place, "", width)
        drawn.add_row(*map(Text, cells), style=style)
        return Padding(drawn, (0, 0, 0, INDENT))

    def _lines(self, width: int) -> Iterator[RenderableType]:
        """A row's name, then a line a value that there is: header and value, in two lines where one is too short."""
        _, *headers = self._headers
        for place, (name, *cells) in enumerate(self._rows):
            yield Text(name, self._style(place) or "", overflow="fold")
            for header, cell in zip(headers, cells, strict=True):
                if cell:
                    gap = " " if INDENT + cell_len(f"{header}: {cell}") <= width else "\n  "
                    text = f"{header}:{gap}{cell}" if header else cell
                    yield Padding(Text(text, overflow="fold"), (0, 0, 0, INDENT))

    def _add_column(self, drawn: RichTable, place: int, header: str, width: int | None = None) -> None:
        numeric = place in self.found.numeric
        drawn.add_column(
            Text(header), justify="right" if numeric else "left", no_wrap=numeric, overflow="fold", width=width
        )

    @property
    def _headers(self) -> list[str]:
        return [self.translate(header) for header in self.found.headers]

    @property
    def _rows(self) -> list[list[str]]:
        return [[self.translate(cell) for cell in row] for row in self.found.rows]

    def _style(self, place: int) -> str | None:
        return "bold" if place in self.found.strong else None


def _table(gap: int) -> RichTable:
    return RichTable(box=None, pad_edge=False, header_style="dim", padding=(0, gap, 0, 0))


def _longest_word(cell: str) -> int:
    """Of a script without spaces some characters."""
    return max((cell_len(word) if word.isascii() else min(cell_len(word), SCRIPT) for word in cell.split()), default=0)
