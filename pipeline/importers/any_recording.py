"""Turns from whatever a command is given: a recording of ours, or another tool's log, recognised by what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.importers import IMPORTERS, NOTHING, Imported, imported, recognised
from pipeline.importers.files import File, gathered
from pipeline.importers.json_values import first_objects
from pipeline.importers.recognition import BESIDE
from pipeline.recordings import LeftOut, Recording, read
from pipeline.recordings.open_recording import PARQUET, STDIN
from pipeline.recordings.store.form import HEADER
from stages.errors import InputError, RecordingError
from stages.schema_ids import is_schema

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class AnyRecording:
    """A recording, and the import that it comes from; None: it is one of ours."""

    recording: Recording
    imported: Imported | None = None


def read_any(
    paths: str | Path | Sequence[str | Path],
    skip_bad: bool = False,
    watch: Callable[[int], None] | None = None,
    options: Mapping[str, Any] | None = None,
    in_force: Mapping[str, Any] = NOTHING,
) -> AnyRecording:
    """The recording in these files or folders. Raises RecordingError.

    A file is another tool's where an importer knows it; all others are read as recordings of ours, with the errors of
    these. `skip_bad` and `watch` are those of `pipeline.recordings.read`, `options` those
    of the importers. A recording of ours has none. `in_force` are settings of ours that somebody states, by name: what
    a log does not tell is taken from them.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    if any(str(path) == STDIN for path in given):
        return AnyRecording(read(given, skip_bad, watch))
    files = _files(given)
    ours = [file for file in files if is_ours(file)]
    explicit = {str(path) for path in given}
    found = recognised([file for file in files if file not in ours], IMPORTERS)
    if ours and all(one.importer.name == BESIDE and one.file.path not in explicit for one in found):
        found = []
    if options and not found:
        raise InputError(
            f"{given[0]} is a recording, or no log that is known: it has no options such as {next(iter(options))}"
        )
    if not skip_bad:
        known = {one.file.path for one in found}
        _refuse_strange([file for file in files if file.path in explicit - known and not _is_sound(file)])
    if not found:
        folders = [path for path in given if Path(path).is_dir()]
        return AnyRecording(read([file.path for file in ours] if folders and ours else given, skip_bad, watch))
    if ours:
        rule = f"is a recording, and {found[0].file.path} a log of another tool; give one or the other"
        raise RecordingError(rule, file=ours[0].path)
    known = {one.file.path for one in found}
    if sound := next((file for file in files if file.path in explicit - known and _is_sound(file)), None):
        rule = f"is sound, and {found[0].file.path} a log of another tool; give one or the other"
        raise RecordingError(rule, file=sound.path)
    if unknown := next((path for path in explicit if path not in known and not Path(path).is_dir()), None):
        return AnyRecording(read([unknown], skip_bad, watch))  # it says what is wrong with it
    done = imported(files, found, options or {}, in_force)
    if watch is not None:
        watch(len(done.columns))
    return AnyRecording(Recording(done.columns, done.settings, LeftOut()), done)


def _refuse_strange(files: Sequence[File]) -> None:
    """Refuse a text that begins as no recording of ours can; what is wrong inside one its reader says."""
    for file in files:
        begin = file.head.removeprefix(BOM).lstrip()[:1]
        if begin and begin not in b"{[" and not file.head.startswith((PARQUET, HEADER)):
            rule = (
                "is no recording, and no log that is known: `turntempo import --list` names those that are, `turntempo "
                "import table` takes any table; settings are given with --settings"
            )
            raise RecordingError(rule, file=file.path)


def _is_sound(file: File) -> bool:
    return IMPORTERS[BESIDE].recognise(file) is not None


def is_ours(file: File) -> bool:
    """Whether a file is a recording of ours, by its first bytes."""
    if file.head.startswith((PARQUET, HEADER)):
        return True
    schemas = [held.get("schema") for held in first_objects(file)]
    return any(is_schema(schema, kind) for schema in schemas for kind in ("turn", "settings"))


def _files(paths: Sequence[str | Path]) -> list[File]:
    """The files there are; a path that cannot be read is left to the reader of recordings."""
    files: list[File] = []
    for path in paths:
        try:
            files += gathered([path])
        except RecordingError:
            continue
    return files
