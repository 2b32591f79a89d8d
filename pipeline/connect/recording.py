"""Recordings of calls, `turntempo.session/1`: one JSON object a line, what the log saw (connect model, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from pipeline.connect.logged import LoggedSession
from pipeline.connect.rules import broken
from pipeline.recordings.jsonl_writer import packed
from pipeline.recordings.open_recording import OpenRecording, lines, opened
from pipeline.recordings.problem import LeftOut, Problem
from pipeline.writing.destination import written
from stages import connect_settings
from stages.connect_settings import ConnectSettings
from stages.errors import InputError, OutputError, RecordingError, SettingsError

SUFFIXES = (".jsonl", ".jsonl.gz")
SCHEMA = "turntempo.session/1"


class _SettingsLine(msgspec.Struct):
    """Only the schema of a line."""

    schema: str | UnsetType = UNSET


@dataclass(frozen=True)
class ConnectRecording:
    """Calls as they were logged, the settings in force where the file says them, and what was left out."""

    sessions: tuple[LoggedSession, ...]
    in_force: ConnectSettings | None
    left_out: LeftOut


def is_calls(path: str | Path) -> bool:
    """Whether a file begins like a recording of calls; False where it cannot be read."""
    if not str(path).endswith(SUFFIXES):
        return False
    try:
        with opened(path) as source:
            if source.kind != "lines":
                return False
            _, line = next(lines(source), (0, b""))
            schema = None if isinstance(line, Problem) else msgspec.json.decode(line, type=_SettingsLine).schema
    except (InputError, OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return schema in (SCHEMA, connect_settings.SCHEMA)


def read(path: str | Path, skip_bad: bool = False) -> ConnectRecording:
    """The recording; a bad line is a RecordingError with its file, line and field, or left out with `skip_bad`."""
    sessions: dict[str, LoggedSession] = {}
    in_force: ConnectSettings | None = None
    left_out = LeftOut()
    with opened(path) as source:
        if source.kind != "lines":
            raise RecordingError("a recording of calls is JSON Lines: one call a line", file=source.name)
        for number, found in _parsed(source):
            if isinstance(found, LoggedSession) and found.id in sessions:
                found = Problem("duplicate id", f"is there twice: {found.id!r}; a call has one line", "id")
            match found:
                case Problem():
                    if not skip_bad:
                        raise found.at(source.name, number)
                    left_out.add(found.rule, found.at(source.name, number))
                case ConnectSettings():
                    in_force = found
                case _:
                    sessions[found.id] = found
        if not sessions:
            raise RecordingError("holds no call; `turntempo schema session` prints the form", file=source.name)
    return ConnectRecording(tuple(sessions.values()), in_force, left_out)


def _parsed(source: OpenRecording) -> Iterator[tuple[int, LoggedSession | ConnectSettings | Problem]]:
    decoder = msgspec.json.Decoder(LoggedSession)
    for number, line in lines(source):
        yield number, line if isinstance(line, Problem) else _line(line, decoder)


def _line(line: bytes, decoder: msgspec.json.Decoder[LoggedSession]) -> LoggedSession | ConnectSettings | Problem:
    try:
        session = decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return _settings(line) or _why(str(error))
    return broken(session) or session


def _settings(line: bytes) -> ConnectSettings | Problem | None:
    """The settings that a line holds; None: it is not a line of settings."""
    try:
        if msgspec.json.decode(line, type=_SettingsLine).schema != connect_settings.SCHEMA:
            return None
        return connect_settings.parse(msgspec.json.decode(line), "settings in force")
    except SettingsError as error:
        return Problem("bad settings", str(error))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _why(error: str) -> Problem:
    """msgspec's "rule - at `$.field`" as a problem with a field."""
    rule, _, place = error.partition(" - at `")
    field = place.rstrip("`").removeprefix("$").lstrip(".")
    hint = "; `turntempo schema session` prints the form"
    return Problem("wrong form", rule[:1].lower() + rule[1:] + hint, field or None)


def require_suffix(path: str | Path) -> None:
    """Raises OutputError where the name's end is not that of a recording of calls."""
    if not str(path).endswith(SUFFIXES):
        raise OutputError(f"{path}: a recording of calls ends in {' or '.join(SUFFIXES)}")


def write(
    path: str | Path, sessions: tuple[LoggedSession, ...], in_force: ConnectSettings | None, *, force: bool = False
) -> None:
    """Write a recording: a line with the settings in force, if known, then a call a line. Raises OutputError."""
    require_suffix(path)
    with written(path, force) as file, packed(file, str(path)) as stream:
        if in_force is not None:
            stream.write(msgspec.json.encode({"schema": connect_settings.SCHEMA} | in_force.json_dict()) + b"\n")
        for one in sessions:
            stream.write(msgspec.json.encode(one) + b"\n")
