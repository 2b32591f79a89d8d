"""Tables of text: each cell with its column's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tuner.formats.placed.node import Node, named


class Csv:
    """Cells between commas, semicolons, tabs or bars, whichever the first line has most of; it names the columns."""

    def nodes(self, text: str) -> Iterable[Node]:
        return _cells(text)

    def rewritten(self, text: str, node: Node, new: str) -> str | None:
        return new.replace('"', '""') if node.style else new


def _cells(text: str) -> Iterator[Node]:
    separator = max(",;\t|", key=text.partition("\n")[0].count)
    cell = re.compile(
        rf'(?:(?P<quote>")(?P<quoted>(?:[^"]|"")*+)"?|(?P<bare>[^{separator}\r\n]*+))(?P<end>{re.escape(separator)}|\r?\n|\Z)'
    )
    columns: list[str] = []
    at, row, column = 0, 0, 0
    while at < len(text) and (found := cell.match(text, at)):
        group = "quoted" if found["quote"] else "bare"
        value = found[group].replace('""', '"') if found["quote"] else found[group]
        if row == 0:
            columns.append(value)
        names = (columns[column],) if row and column < len(columns) else ()
        if value:
            yield named(names, Node(*found.span(group), value, style=found["quote"] or ""))
        row, column = (row, column + 1) if found["end"] == separator else (row + 1, 0)
        at = found.end()
        if found["end"] == "":
            break
