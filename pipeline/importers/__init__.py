"""Recordings of other tools: from files to turns, with a report of what was lost or is doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipeline.importers.agora.agora import Agora
from pipeline.importers.audio.audio import Audio
from pipeline.importers.call_record.call_record import CallRecord
from pipeline.importers.combined import combined
from pipeline.importers.deepgram.deepgram import Deepgram
from pipeline.importers.fault import Fault
from pipeline.importers.files import File, gathered
from pipeline.importers.final_check import checked
from pipeline.importers.hosted.elevenlabs import ElevenLabs
from pipeline.importers.hosted.home_assistant import HomeAssistant
from pipeline.importers.hosted.retell import Retell
from pipeline.importers.hosted.tencent import Tencent
from pipeline.importers.hosted.vapi import Vapi
from pipeline.importers.importer import Importer, parsed, said_by
from pipeline.importers.livekit.livekit import LiveKit
from pipeline.importers.mapped.mapped import Mapped
from pipeline.importers.openai_realtime.openai_realtime import OpenAIRealtime
from pipeline.importers.otlp.otlp import Otlp
from pipeline.importers.pipecat.pipecat import Pipecat
from pipeline.importers.recognition import AUTO, Recognised, by_importer, recognised, unknown
from pipeline.importers.report import FieldOrigin, Imported, ImportReport, Note, SoundPlaces, VendorSettings
from pipeline.importers.spurts.spurt_table import SpurtTable
from pipeline.importers.spurts.turn_table import TurnTable
from pipeline.importers.typed.typed import Typed
from pipeline.importers.xiaozhi.xiaozhi import Xiaozhi
from stages.errors import RecordingError, UnknownName

__all__ = [
    "AUTO",
    "IMPORTERS",
    "Fault",
    "FieldOrigin",
    "File",
    "ImportReport",
    "Imported",
    "Importer",
    "Note",
    "SoundPlaces",
    "VendorSettings",
    "import_recording",
    "imported",
    "recognised",
]

NOTHING: Mapping[str, Any] = MappingProxyType({})

IMPORTERS: dict[str, Importer] = {
    importer.name: importer
    for importer in (
        Audio(),
        CallRecord(),
        LiveKit(),
        Pipecat(),
        Vapi(),
        Retell(),
        ElevenLabs(),
        OpenAIRealtime(),
        Deepgram(),
        Agora(),
        Tencent(),
        HomeAssistant(),
        Otlp(),
        SpurtTable(),
        TurnTable(),
        Xiaozhi(),
        Mapped(),
        Typed(),
    )
}
"""Format -> its importer; a file that several know is read by the first."""


def import_recording(
    format: str, paths: Sequence[str | Path], options: Mapping[str, Any] | None = None, strict: bool = False
) -> Imported:
    """The turns in files or folders of another tool, checked by the rules of a recording, and a report of the import.

    `format`: a name of `IMPORTERS`, or `auto`: by what the files hold. With `strict` a source with known faults is
    refused. Raises UnknownName for an unknown format or option, RecordingError where the source is broken.
    """
    if format not in IMPORTERS and format != AUTO:
        raise UnknownName("import format", format, (AUTO, *IMPORTERS))
    if format == AUTO:
        files = gathered(paths)
        return _refused(imported(files, recognised(files, IMPORTERS), options or {}), strict)
    importer = IMPORTERS[format]
    chosen = parsed(importer, options or {})
    return _refused(checked(importer.read(gathered(paths), chosen)), strict)


def imported(
    files: Sequence[File],
    found: Sequence[Recognised],
    options: Mapping[str, Any],
    in_force: Mapping[str, Any] = NOTHING,
) -> Imported:
    """The turns of the files that were recognised, all formats together; the others are noted.

    `in_force`: settings of ours that somebody states, for what a log does not say; `options` go before.
    """
    if not found:
        raise unknown(files, IMPORTERS)
    parts = []
    for name, group in by_importer(found).items():
        importer = IMPORTERS[name]
        chosen = {key: value for key, value in options.items() if key in importer.options.model_fields}
        chosen = said_by(importer, in_force) | chosen
        reading = importer.read([one.file for one in group], parsed(importer, chosen))
        parts.append(checked(reading))
    known = {option for name in by_importer(found) for option in IMPORTERS[name].options.model_fields}
    for option in options:
        if option not in known:
            raise UnknownName("option", option, known)
    read = {one.file.path for one in found}
    left = tuple(file.path for file in files if file.path not in read)
    return combined(parts, tuple(one.sentence() for one in found), left)


def _refused(done: Imported, strict: bool) -> Imported:
    """The import; with `strict` a RecordingError where the source has faults."""
    if strict and done.report.faults:
        found = "; ".join(fault.sentence() for fault in done.report.faults)
        rule = f"has known faults, and --strict refuses them: {found}. Leave --strict out to import without them"
        raise RecordingError(rule, file=", ".join(done.report.files[:3]))
    return done
