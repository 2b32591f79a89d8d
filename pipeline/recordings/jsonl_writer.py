"""Turns to JSON Lines, gzipped where the name says so."""

from __future__ import annotations

import gzip
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO, cast

from pydantic_core import to_json

from pipeline.turns.columns import Columns
from pipeline.turns.rows import rows
from pipeline.writing.destination import written
from stages import settings
from stages.settings import Settings


def write_jsonl(path: str | Path, columns: Columns, in_force: Settings | None = None, *, force: bool = False) -> None:
    """Write a recording: a line with the settings in force, then one turn a line in recorded order.

    A file whose name ends in .gz is compressed. The same turns give the same bytes. Raises OutputError.
    """
    with written(path, force) as file, packed(file, str(path)) as stream:
        if in_force is not None:
            stream.write(to_json({"schema": settings.SCHEMA} | in_force.json_dict()) + b"\n")
        for row in rows(columns, columns.in_recorded_order()):
            stream.write(to_json(row) + b"\n")


def packed(file: BinaryIO, path: str) -> nullcontext[BinaryIO]:
    """The stream itself, or one that compresses into it where the name ends in .gz."""
    if not path.endswith(".gz"):
        return nullcontext(file)
    return cast(nullcontext[BinaryIO], gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6))
