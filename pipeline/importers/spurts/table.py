"""A CSV table whose columns the options name: every cell is checked, every error names file, line and column."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite

from pipeline.importers.files import File
from stages.brief import brief
from stages.errors import RecordingError, UnknownName

YES, NO = ("1", "true", "yes", "t", "y"), ("0", "false", "no", "f", "n", "")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    file: str
    line: int
    cells: dict[str, str]

    def has(self, column: str | None) -> bool:
        """Whether there is such a column."""
        return column in self.cells

    def text(self, column: str) -> str:
        """The cell, which must not be empty."""
        if value := self.cells[column].strip():
            return value
        raise self.error("must not be empty", column)

    def number(self, column: str) -> float:
        """The cell as a finite number."""
        return self._parsed(column, self.cells[column], "a number")

    def count(self, column: str) -> int:
        """The cell as a whole number that is not negative."""
        value = self._parsed(column, self.cells[column], "a whole number")
        if value != int(value) or not 0 <= value < 1 << 24:
            raise self.error(f"must be a whole number, not negative, got {brief(self.cells[column])}", column)
        return int(value)

    def numbers(self, column: str) -> list[float]:
        """The cell as numbers between blanks or semicolons."""
        parts = self.cells[column].replace(";", " ").split()
        return [self._parsed(column, part, "numbers between blanks") for part in parts]

    def flag(self, column: str) -> bool:
        """The cell as yes or no."""
        value = self.cells[column].strip().lower()
        if value in YES or value in NO:
            return value in YES
        raise self.error(f"must be 1 or 0, got {brief(self.cells[column])}", column)

    def error(self, rule: str, column: str) -> RecordingError:
        """The error of this line at a column."""
        return RecordingError(rule, file=self.file, line=self.line, field=column)

    def _parsed(self, column: str, text: str, what: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not isfinite(value):
            raise self.error(f"must be {what}, got {brief(text)}", column)
        return value


def rows(file: File, delimiter: str, columns: dict[str, str], optional: frozenset[str]) -> Iterator[Row]:
    """The rows of a table; `columns`: option -> the column's name, `optional`: options whose column may be missing.

    Raises RecordingError where the file is not such a table or lacks a column.
    """
    reader = csv.reader(io.StringIO(file.text(), newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _require(file, header, columns, optional, delimiter)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                rule = f"must have {len(header)} columns as the header, got {len(cells)}"
                raise RecordingError(rule, file=file.path, line=reader.line_num)
            yield Row(file.path, reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise RecordingError(f"is not CSV: {error}", file=file.path, line=reader.line_num) from None


def has_columns(file: File, names: Iterable[str], delimiter: str = ",") -> bool:
    """Whether the first line names all of these columns."""
    first = file.head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    header = {name.strip() for name in first.split(delimiter)}
    return header.issuperset(names)


def _require(file: File, header: list[str], columns: dict[str, str], optional: frozenset[str], delimiter: str) -> None:
    if not header:
        raise RecordingError("is empty; the first line of a table names its columns", file=file.path)
    if repeated := [name for name in header if header.count(name) > 1]:
        what = f"the column {repeated[0]!r}" if repeated[0] in columns.values() else "the name of a column"
        raise RecordingError(f"{what} is there twice", file=file.path, line=1)
    for option, column in columns.items():
        if column not in header and option not in optional:
            other = f"; is {delimiter!r} the delimiter?" if len(header) == 1 else ""
            unknown = _unknown(column, header, columns.values())
            raise RecordingError(f"{unknown}; name another with the option {option}{other}", file=file.path, line=1)


_COLUMN = re.compile(r"[A-Za-z_][\w.-]{0,39}")
"""What the name of a column looks like."""


def _unknown(column: str, header: list[str], wanted: Iterable[str]) -> str:
    """That there is no such column. The names that are there are shown only where the line is surely a header.

    A log without one begins with what somebody said, and that is not for a terminal or a build server.
    """
    named = all(_COLUMN.fullmatch(name) for name in header)
    if named and any(difflib.get_close_matches(one, header, n=1) for one in wanted):
        return str(UnknownName("column", column, header))
    return f"the first line, which names a table's columns, has {len(header)} and none is {column!r}"
