"""The file of a probe: a head, then a line a request as it comes in, so that a kill loses nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from pipeline.recordings import require_free, unlinked, write_text
from pipeline.recordings.regular_file import open_regular
from pipeline.writing.appending import whole
from stages.errors import InputError, OutputError
from stages.schema_ids import is_schema
from turntempo.probe.records import FORM, SCHEMA, Head, Record

LARGEST = 1 << 30
"""The most bytes of a file of records that is read."""
LONGEST = 1 << 20
"""The most bytes of one of its lines."""

_HEAD, _RECORD = msgspec.json.Decoder(Head), msgspec.json.Decoder(Record)


@dataclass(frozen=True)
class Records:
    """A file of records as read. `whole`: the bytes of its complete lines; the rest is what a kill left."""

    head: Head
    records: tuple[Record, ...]
    whole: int
    torn: bool


def read_records(path: Path) -> Records:
    """The records in a file. Raises InputError, naming file, line and rule; an incomplete last line is left out."""
    try:
        if not path.is_file():
            raise InputError(f"{path}: there is no such file of records; `turntempo probe ... -o {path}` writes one")
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: is larger than {LARGEST >> 30} GiB")
        with open_regular(path) as stream:
            head = _head(path, stream.readline(LONGEST))
            records, whole, torn = [], stream.tell(), False
            for number, line in enumerate(iter(lambda: stream.readline(LONGEST), b""), start=2):
                if not line.endswith(b"\n") and len(line) < LONGEST:
                    torn = True
                    break
                records.append(_record(path, number, line))
                whole = stream.tell()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    return Records(head, tuple(records), whole, torn)


class Journal:
    """Where records are appended. A context manager; each record is with the system before the next is asked for."""

    def __init__(self, path: Path, head: Head, known: tuple[Record, ...] = ()) -> None:
        self.path, self.head, self.known = path, head, known
        self._stream: BinaryIO | None = None

    @classmethod
    def begin(cls, path: Path, head: Head, *, force: bool, resume: bool) -> Journal:
        """A new file; with `resume` the one that is there. Raises InputError where that one asked something else."""
        if resume and path.exists():
            found = read_records(path)
            if differs := _differs(found.head, head):
                raise InputError(f"{path}: asked for another {differs}: --resume goes on with the same command alone")
            if found.torn:
                os.truncate(path, found.whole)
            return cls(path, found.head, found.records)
        require_free(path, force)
        write_text(path, msgspec.json.encode(head).decode() + "\n", force)
        return cls(path, head)

    def __enter__(self) -> Journal:
        try:
            self._stream = open(self.path, "a+b", opener=unlinked)
        except OSError as error:
            raise self._unwritable(error) from None
        return self

    def append(self, record: Record) -> None:
        """Write one line at once, whole or not at all. Raises OutputError."""
        if self._stream is None:
            raise OutputError(f"{self.path}: is not open")
        try:
            whole(self._stream, msgspec.json.encode(record) + b"\n")
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(f"{self.path}: cannot be written: {error.strerror or error}")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _differs(one: Head, other: Head) -> str | None:
    """The first field in which the heads of two runs differ, apart from when they began; None: none."""
    fields = (name for name in Head.__struct_fields__ if name != "began")
    return next((name for name in fields if getattr(one, name) != getattr(other, name)), None)


def _head(path: Path, line: bytes) -> Head:
    try:
        head = _HEAD.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        head = None
    if head is None or not is_schema(head.schema, FORM):
        raise InputError(f"{path}:1: is no head of a file of records: it says {SCHEMA!r}; begin anew with --force")
    return head


def _record(path: Path, number: int, line: bytes) -> Record:
    try:
        return _RECORD.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path}:{number}: is no record of a request: {error}") from None
