"""Pages of the guide for the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.markdown import Markdown, TableElement
from rich.table import Table
from rich.text import Text


def listing(pages: Iterable[tuple[str, str]]) -> Group:
    """Name and first sentence of each page."""
    drawn = Table.grid(padding=(0, 2))
    for name, says in pages:
        drawn.add_row(Text(name, style="bold"), Text(says))
    return Group(drawn, Text(), Text("turntempo guide NAME prints one."))


class _WholeCells(TableElement):
    """A table whose cells are folded where they are too wide, never cut."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in super().__rich_console__(console, options):
            for column in part.columns if isinstance(part, Table) else ():
                column.overflow = "fold"
            yield part


class _Page(Markdown):
    elements: ClassVar = {**Markdown.elements, "table_open": _WholeCells}


def rendered(text: str) -> Markdown:
    """The Markdown of a page as the terminal shows it; links show where they lead."""
    return _Page(text, code_theme="bw", hyperlinks=False)
