"""The mapping of a table: as options give it, or as a person agrees to it at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.importers.files import File, gathered
from pipeline.importers.mapped.fields import FIELDS
from pipeline.importers.mapped.mapping import Columns, as_options, from_text, given, proposed, require
from pipeline.importers.mapped.rows import header_of
from pipeline.recordings.text_file import file_text
from stages.errors import InputError, TurntempoError
from stages.i18n import say
from turntempo import stderr
from turntempo.show.importing.first_turn import mapping_table, timeline

LARGEST = 1 << 20
"""The most bytes of a mapping."""

WRITE = "write NAME=COLUMN after --map, or the name of a file with such lines"

TABLE = "table"
"""The format that takes a mapping."""


def mapping_text(mapped: Sequence[str], format: str = TABLE) -> str:
    """The mapping of `--map` options, each NAME=COLUMN or the name of a file, as one text. Raises InputError."""
    import json

    entries: dict[str, Any] = {}
    for one in mapped:
        if "=" in one and not Path(one).is_file():
            entries |= from_text(one)
            continue
        entries |= from_text(file_text(one, LARGEST, InputError, WRITE, WRITE))
    if format == TABLE:
        given(entries)
    return json.dumps(entries, ensure_ascii=False)


def agreed(files: Sequence[str], chosen: dict[str, Any]) -> dict[str, Any]:
    """The options with the mapping that a person at the terminal agrees to; unchanged where nobody is asked.

    The mapping is proposed from the header, and the first turn is shown as a timeline before it goes on.
    """
    if "map" in chosen or not _is_terminal():
        return chosen
    file = gathered(files)[0]
    header, columns = header_of(file), proposed(header_of(file))
    while True:
        stderr.show(mapping_table(file, columns, chosen.get("unit")))
        stderr.show(timeline(file, columns, chosen.get("unit")))
        answer = click.prompt(say("mapping.ask"), default="", show_default=False, err=True).strip()
        if answer.lower() == "q":
            raise InputError(say("mapping.stopped"))
        if not answer:
            stderr.hint(say("mapping.hint", mapping=as_options(columns)))
            return chosen | {"map": as_options(columns)}
        columns = _changed(columns, answer, header, file)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _changed(columns: Columns, answer: str, header: list[str], file: File) -> Columns:
    """The mapping with a field changed or left out; what cannot be is said, and nothing changes."""
    field, _, column = (part.strip() for part in answer.partition("="))
    if field in FIELDS and not column:
        return {name: one for name, one in columns.items() if name != field}
    try:
        changed = given({field: column})
        require(changed, header, file.path)
    except TurntempoError as error:
        stderr.warn(str(error))
        return columns
    return columns | changed
