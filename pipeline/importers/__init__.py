"""Recordings of other tools: from bytes to turns, with a report of what was lost or is doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.importers.call_record.call_record import CallRecord
from pipeline.importers.files import File, gathered
from pipeline.importers.final_check import checked
from pipeline.importers.importer import Importer, parsed
from pipeline.importers.report import FieldOrigin, Imported, ImportReport, Note
from pipeline.importers.spurts.spurt_table import SpurtTable
from pipeline.importers.spurts.turn_table import TurnTable
from stages.errors import UnknownName

__all__ = ["IMPORTERS", "FieldOrigin", "File", "ImportReport", "Imported", "Importer", "Note", "import_recording"]

IMPORTERS: dict[str, Importer] = {importer.name: importer for importer in (CallRecord(), SpurtTable(), TurnTable())}
"""Format -> its importer."""


def import_recording(format: str, paths: Sequence[str | Path], options: Mapping[str, Any] | None = None) -> Imported:
    """The turns in files or folders of another tool, checked by the rules of a recording, and a report of the import.

    Raises UnknownName for an unknown format or option, RecordingError where the source is broken.
    """
    if format not in IMPORTERS:
        raise UnknownName("import format", format, IMPORTERS)
    importer = IMPORTERS[format]
    chosen = parsed(importer, options or {})
    return checked(importer.read(gathered(paths), chosen))
