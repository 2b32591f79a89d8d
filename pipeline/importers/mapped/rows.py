"""Rows of a table as dictionaries: CSV with any delimiter, JSON Lines (`a.b` for nested values), Parquet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pipeline.importers.files import File
from pipeline.importers.json_values import objects
from pipeline.importers.report import Findings
from pipeline.recordings.open_recording import PARQUET
from stages.errors import RecordingError

DELIMITERS = ",;\t|"
MARKDOWN = b"|"
"""What the lines of a table in Markdown begin with: those are of tickets."""

DEEPEST = 6
MOST_COLUMNS = 2000
LOOKED_AT = 50

Row = dict[str, Any]


def header_of(file: File) -> list[str]:
    """The names of the columns; of JSON Lines, those of the first rows. Raises RecordingError."""
    if not _is_json(file) and not file.head.startswith(PARQUET):
        return _csv_header(file)
    names: dict[str, None] = {}
    for _, row in islice(rows(file), LOOKED_AT):
        names.update(dict.fromkeys(row))
    return list(names)


def head_header(file: File) -> list[str]:
    """The same from the start of the file only; an empty list where it is no table."""
    if file.head.startswith(PARQUET) or b"\x00" in file.head or file.head.lstrip()[:1] == MARKDOWN:
        return []
    start = File(file.path, file.head.rpartition(b"\n")[0] or file.head)
    try:
        return header_of(start)
    except RecordingError:
        return []


def rows(file: File, findings: Findings | None = None) -> Iterator[tuple[int, Row]]:
    """Every row with its line. Raises RecordingError where the file is no table."""
    if file.head.startswith(PARQUET):
        yield from _parquet(file)
    elif _is_json(file):
        for line, held in objects(file, findings):
            yield line, flat(held)
    else:
        yield from _csv(file, findings)


def flat(held: dict[str, Any], before: str = "", depth: int = 0) -> Row:
    """The values of an object, those of objects in it under `a.b`."""
    found: Row = {}
    for key, value in held.items():
        name = f"{before}{key}"[:200]
        if isinstance(value, dict) and depth < DEEPEST:
            found.update(flat(value, f"{name}.", depth + 1))
        else:
            found[name] = value
        if len(found) > MOST_COLUMNS:
            break
    return found


def _is_json(file: File) -> bool:
    return file.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _csv_header(file: File) -> list[str]:
    first = file.head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].decode("utf-8", "replace")
    delimiter = _delimiter(first)
    try:
        return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])][:MOST_COLUMNS]
    except csv.Error as error:
        raise RecordingError(f"is not CSV: {error}", file=file.path, line=1) from None


def _delimiter(first: str) -> str:
    return max(DELIMITERS, key=first.count)


def _csv(file: File, findings: Findings | None) -> Iterator[tuple[int, Row]]:
    header = _csv_header(file)
    text = file.text().lstrip()
    delimiter = _delimiter(text.split("\n", 1)[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        next(reader, None)
        for cells in reader:
            if len(cells) == len(header):
                shown = cells if delimiter == "," else map(_with_point, cells)
                yield reader.line_num, dict(zip(header, shown, strict=True))
            elif cells and findings is not None:
                findings.fault("broken_line", f"{file.path}:{reader.line_num}")
    except csv.Error as error:
        raise RecordingError(f"is not CSV: {error}", file=file.path, line=reader.line_num) from None


def _with_point(cell: str) -> str:
    """A number with a decimal comma, as tables have it whose cells are not delimited by commas, with a point."""
    return cell.replace(".", "").replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell.strip()) else cell


_DECIMAL_COMMA = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})++|\d++),\d++", re.ASCII)


def _parquet(file: File) -> Iterator[tuple[int, Row]]:
    from pyarrow import ArrowException, BufferReader
    from pyarrow.parquet import ParquetFile

    try:
        table = ParquetFile(BufferReader(file.content))
        line = 0
        for batch in table.iter_batches(batch_size=4096):
            for held in batch.to_pylist():
                line += 1
                yield line, flat(held)
    except (ArrowException, OSError, ValueError) as error:
        raise RecordingError(f"is not Parquet: {str(error)[:120]}", file=file.path) from None
