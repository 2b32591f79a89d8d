"""Tables in a text: Markdown with bars, or lines of cells between commas, semicolons or tabs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_COLUMNS = 100

_RULE = re.compile(r"^[\s|:+=-]+$")


@dataclass(frozen=True)
class TextTable:
    """A header, and rows with their lines in the text from 1."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def text_tables(text: str) -> Iterator[TextTable]:
    """The tables of a text: neighbouring lines that are cut into as many cells."""
    block: list[tuple[int, tuple[str, ...]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if _RULE.match(line) and "-" in line:
            continue
        cells = _cells(line)
        if block and len(cells) != len(block[-1][1]):
            yield from _table(block)
            block = []
        if 2 <= len(cells) <= MOST_COLUMNS:
            block.append((number, cells))
    yield from _table(block)


def _table(block: Sequence[tuple[int, tuple[str, ...]]]) -> Iterator[TextTable]:
    if len(block) >= 2:
        yield TextTable(block[0][1], tuple(block[1:]))


def _cells(line: str) -> tuple[str, ...]:
    plain = line.strip()
    if plain.startswith("|") or plain.count("|") >= 2:
        return tuple(cell.strip() for cell in plain.strip("|").split("|"))
    for delimiter in ("\t", ";", ","):
        if delimiter in plain:
            try:
                return tuple(cell.strip() for cell in next(csv.reader([plain], delimiter=delimiter)))
            except (csv.Error, StopIteration):
                return ()
    return ()
