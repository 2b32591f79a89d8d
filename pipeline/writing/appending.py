"""Appending to a file: whole lines or nothing of them, however full the disk is and whoever else appends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from pipeline.writing.change import absolute, change_of
from pipeline.writing.destination import unlinked
from pipeline.writing.leftovers import hold
from stages.errors import OutputError


def append(path: Path, content: bytes) -> None:
    """Append lines to a file, made where it is missing; they are on the disk when this returns. Raises OutputError.

    They begin on a new line where a kill has cut the last one. In a change they are appended together with the rest.
    """
    if (change := change_of(path)) is not None:
        change.appended[absolute(path)] = change.appended.get(absolute(path), b"") + content
        return
    try:
        with open(path, "a+b", opener=unlinked) as stream:
            hold(stream.fileno())
            whole(stream, content)
            os.fsync(stream.fileno())
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


def whole(stream: BinaryIO, content: bytes) -> None:
    """Write all of it at the end of a file that is held, or nothing."""
    size = stream.seek(0, os.SEEK_END)
    rest = memoryview(content if ends_with_line(stream, size) else b"\n" + content)
    try:
        while rest:  # past the stream's buffer, which would try again when it is closed
            rest = rest[os.write(stream.fileno(), rest) :]
    except OSError:
        os.ftruncate(stream.fileno(), size)
        raise


def ends_with_line(stream: BinaryIO, size: int) -> bool:
    """Whether the last line of so many bytes is whole: a process may have died in it."""
    if not size:
        return True
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"
