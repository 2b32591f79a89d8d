"""The customer's files in a case: copied as received, under safe names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.connect.recording import ConnectRecording
from pipeline.connect.recording import write as write_calls
from pipeline.recordings import write, write_settings
from pipeline.recordings.regular_file import open_regular
from pipeline.turns.columns import Columns
from pipeline.writing import make_folder, remove, staged, written
from stages.errors import InputError, OutputError
from stages.settings import Settings
from tuner.support.case.folder import AFTER, CALLS, CONFIG, RECORDING, SETTINGS, SUFFIXES, Case

LONGEST = 120
"""The most bytes of a name with its suffix: every system allows 255, some only with the folders above it."""

LARGEST = 1 << 30
"""The most bytes of one attachment; larger data belong into a recording."""

MANY_TURNS, TABLE = 100_000, ".parquet"
"""From so many turns on a recording is kept as Parquet, which is ten times as fast to read as JSON Lines."""

_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that are not allowed for files on some systems."""


@dataclass(frozen=True)
class Kept:
    """A file in the case: its name there, and what it was made of."""

    name: str
    """Relative to the case's folder."""
    sha256: str
    bytes: int


def safe_name(name: str) -> str:
    """The name without folders, leading dots, and characters with a meaning to a shell, a page or a file system."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = re.sub(r"[^\w.+-]+", "_", last).lstrip(".-")
    stem, dot, suffix = clean.rpartition(".")
    if dot and 0 < len(suffix) <= 10:
        clean = f"{_cut(stem, LONGEST - 1 - len(suffix.encode()))}.{suffix}"
    clean = _cut(clean, LONGEST).rstrip(".") or "file"
    return f"_{clean}" if _DEVICES.fullmatch(clean) else clean


def _cut(text: str, most: int) -> str:
    """Its beginning, of at most so many bytes."""
    return text.encode()[:most].decode(errors="ignore")


def keep(case: Case, source: Path) -> Kept:
    """Copy a file to the case's attachments; a name that exists gets a number. Raises InputError."""
    make_folder(case.attachments)
    target = _free(case.attachments / safe_name(source.name))
    _copy(source, target)
    return _logged(case, target)


def keep_config(case: Case, source: Path, force: bool) -> Kept:
    """Keep the customer's vendor configuration: config.json, config.py, ... Raises InputError, OutputError."""
    there = case.config
    target = case.folder / f"{CONFIG}{Path(safe_name(source.name)).suffix.lower() or '.txt'}"
    _require_absent([there] if there else [], force)
    _copy(source, target, force)
    if there and there != target:
        remove(there)
    return _logged(case, target)


def keep_settings(case: Case, settings: Settings) -> Kept:
    """Keep the settings in force, in our form; they replace earlier ones."""
    target = case.folder / SETTINGS
    write_settings(target, settings, force=True)
    return _logged(case, target)


def keep_recording(case: Case, turns: Columns, settings: Settings | None, *, after: bool, force: bool) -> Kept:
    """Keep the turns as the case's recording, or as its second one. Raises OutputError."""
    stem = AFTER if after else RECORDING
    there = case.after if after else case.recording
    _require_absent([there] if there else [], force)
    target = case.folder / f"{stem}{TABLE if len(turns) > MANY_TURNS else SUFFIXES[0]}"
    write(target, turns, settings, force=force)
    if there and there != target:
        remove(there)
    return _logged(case, target)


def keep_calls(case: Case, calls: ConnectRecording, force: bool) -> Kept:
    """Keep the recording of calls that connect or do not. Raises OutputError."""
    target = case.folder / f"{CALLS}{SUFFIXES[1]}"
    _require_absent([case.calls] if case.calls else [], force)
    write_calls(target, calls.sessions, calls.in_force, force=force)
    return _logged(case, target)


def require_room(case: Case, *, recording: bool, after: bool, config: bool, force: bool, calls: bool = False) -> None:
    """Raises OutputError where such a file is attached already; call this before long work."""
    wanted = ((recording, case.recording), (after, case.after), (config, case.config), (calls, case.calls))
    _require_absent([path for asked, path in wanted if asked and path], force)


def require_files(sources: Sequence[Path]) -> None:
    """Raises InputError where one of the files cannot be kept; call this before the others are."""
    for source in sources:
        with _opened(source) as stream:
            stream.read(1)


def _require_absent(paths: list[Path], force: bool) -> None:
    if paths and not force:
        raise OutputError(f"{paths[0]}: is attached already; --force puts another in its place")


def _copy(source: Path, target: Path, force: bool = False) -> None:
    """Copy a file piece by piece. Raises InputError, OutputError."""
    with written(target, force) as copy:
        for piece in _pieces(source):
            copy.write(piece)


def _pieces(source: Path) -> Iterator[bytes]:
    left = LARGEST
    with _opened(source) as stream:
        while piece := stream.read(1 << 20):
            left -= len(piece)
            if left < 0:
                raise InputError(f"{source}: is larger than {LARGEST >> 30} GiB; attach the part that matters")
            yield piece


@contextmanager
def _opened(source: Path) -> Iterator[BinaryIO]:
    try:
        with open_regular(source) as stream:
            yield stream
    except IsADirectoryError:
        raise InputError(f"{source}: is a folder; attach its files one by one, or zip it") from None
    except FileNotFoundError:
        raise InputError(f"{source}: there is no such file") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{source}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _logged(case: Case, target: Path) -> Kept:
    with open(staged(target), "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return Kept(target.relative_to(case.folder).as_posix(), digest, stream.tell())


def _free(target: Path) -> Path:
    """The path, with the first free number where it exists."""
    number, found = 1, target
    while found.exists() or staged(found) != found:
        number += 1
        found = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return found
