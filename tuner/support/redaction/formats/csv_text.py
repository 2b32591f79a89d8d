"""Tables of text: each cell with its column's name."""

from __future__ import annotations

import re

from tuner.support.redaction.edits import Edit
from tuner.support.redaction.leaf import Change, Leaf


def csv_edits(text: str, change: Change) -> list[Edit]:
    """New values in the quotes that the old ones had. The first line names the columns."""
    first = text.partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    cell = re.compile(
        rf'(?P<open>"?)(?P<value>(?<=")(?:[^"]|"")*(?="|\Z)|[^"{separator}\r\n]*)"?(?P<end>{re.escape(separator)}|\r?\n|\Z)'
    )
    names: list[str] = []
    edits: list[Edit] = []
    at, row, column = 0, 0, 0
    while at < len(text) and (found := cell.match(text, at)):
        value = found["value"].replace('""', '"') if found["open"] else found["value"]
        if row == 0:
            names.append(value)
        name = (names[column],) if row and column < len(names) else ()
        new = change(Leaf(name, value), found.start("value")) if value else None
        if new is not None:
            edits.append(Edit(*found.span("value"), new.replace('"', '""') if found["open"] else new))
        row, column = (row, column + 1) if found["end"] == separator else (row + 1, 0)
        at = found.end()
        if found["end"] == "":
            break
    return edits
