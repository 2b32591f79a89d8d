"""Files that are written whole or not at all, and their folders."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from stages.errors import OutputError


def require_free(path: str | Path, force: bool = False) -> Path:
    """The path, checked to be writable; call this before long work.

    Raises OutputError where the folder does not exist, or the file exists and `force` is not given.
    """
    target = Path(path)
    if target.is_dir():
        raise OutputError(f"{target}: is a folder; name a file in it")
    if not target.parent.is_dir():
        raise OutputError(f"{target}: the folder {target.parent} does not exist; make it first")
    if target.exists() and not force:
        raise OutputError(f"{target}: is there already; choose another name, or overwrite it with --force")
    return target


@contextmanager
def written(path: str | Path, force: bool = False) -> Iterator[BinaryIO]:
    """A stream whose bytes appear at `path` when the block ends without an error."""
    target = require_free(path, force)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        require_free(path, force)
        part.replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def write_text(path: str | Path, text: str, force: bool = False) -> None:
    """Write a text file, in UTF-8, whole or not at all. Raises OutputError."""
    with written(path, force) as stream:
        stream.write(text.encode())


def make_folder(path: Path) -> None:
    """Make the folder and those above it where they are missing. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be made: {error.strerror or error}") from None
