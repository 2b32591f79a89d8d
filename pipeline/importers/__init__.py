"""Recordings of other tools: bytes in, turns and a report of what was lost or doubtful out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.importers.call_record.call_record import CallRecord
from pipeline.importers.files import File, gathered
from pipeline.importers.importer import Importer, parsed
from pipeline.importers.report import FieldOrigin, Imported, Note, Report
from pipeline.importers.sound import sound
from pipeline.importers.spurts.spurt_table import SpurtTable
from pipeline.importers.spurts.turn_table import TurnTable
from stages.errors import UnknownName

__all__ = ["IMPORTERS", "FieldOrigin", "File", "Imported", "Importer", "Note", "Report", "import_recording"]

IMPORTERS: dict[str, Importer] = {importer.name: importer for importer in (CallRecord(), SpurtTable(), TurnTable())}
"""Format -> its importer."""


def import_recording(format: str, paths: Sequence[str | Path], options: Mapping[str, Any] | None = None) -> Imported:
    """The turns in files or folders of another tool, checked by the rules of a recording, and the account.

    Raises UnknownName for a format or an option that is none, RecordingError where the source is broken.
    """
    if format not in IMPORTERS:
        raise UnknownName("import format", format, IMPORTERS)
    importer = IMPORTERS[format]
    chosen = parsed(importer, options or {})
    return sound(importer.read(gathered(paths), chosen))
