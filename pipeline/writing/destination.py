"""Files that are written whole or not at all, and their folders."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.writing.change import (
    NOFOLLOW,
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    change_of,
    is_private,
    mode_of,
    sync_folder,
)
from pipeline.writing.leftovers import PART, hold, sweep
from stages.errors import OutputError

_BINARY = getattr(os, "O_BINARY", 0)
_LONGEST = 60
"""Characters of the name of a part: with four bytes each and the rest, it fits into every disk's 255 bytes."""

_TRIES = 1000
"""Names of a part that are tried."""

_KINDS = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


def require_free(path: str | Path, force: bool = False) -> Path:
    """The path, checked to be writable; call this before long work.

    Raises OutputError where the folder does not exist, something other than a regular file is there (it is not
    replaced, and a link is not followed), or a file is there and `force` is not given.
    """
    target = Path(path)
    try:
        _require(target, force)
    except (OSError, ValueError) as error:  # a name that is too long, or has a character of no name
        raise OutputError(f"{target}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
    return target


def _require(target: Path, force: bool) -> None:
    if target.is_dir():
        raise OutputError(f"{target}: is a folder; name a file in it")
    if not target.parent.is_dir():
        raise OutputError(f"{target}: the folder {target.parent} does not exist; make it first")
    mode = mode_of(target)
    if mode is None:
        return
    if stat.S_ISLNK(mode):
        raise OutputError(f"{target}: is a link to {os.readlink(target)}; name that file, or remove the link")
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "no regular file")
        raise OutputError(f"{target}: is {kind}, and only regular files are replaced; choose another name")
    if not force:
        raise OutputError(f"{target}: is there already; choose another name, or overwrite it with --force")


@contextmanager
def written(path: str | Path, force: bool = False) -> Iterator[BinaryIO]:
    """A stream whose bytes appear at `path` when the block ends without an error.

    They are on the disk then. A file that is replaced keeps its mode; in a folder of its owner's alone a file is, too.
    """
    target = require_free(path, force)
    if (change := change_of(target)) is not None:
        with _explained(target), change.stage(target) as stream:
            yield stream
        return
    with _explained(target), _replacing(target, force) as stream:
        yield stream


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    """What the disk refuses, as an error that names the file."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from None


@contextmanager
def _replacing(target: Path, force: bool) -> Iterator[BinaryIO]:
    """A stream to a part, which takes the target's place at the end."""
    part: Path | None = None
    try:
        sweep(target.parent)
        part, number = _part(target)
        with open(number, "wb") as stream:
            _keep_mode(target, number)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            require_free(target, force)
            if os.name == "posix":  # while it is held, so that no other process sweeps it
                part.replace(target)
        if os.name != "posix":
            part.replace(target)
        sync_folder(target.parent)
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


def _part(target: Path) -> tuple[Path, int]:
    """A new file beside the target, open and held: one that is there, or a link, is never opened."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | NOFOLLOW | _BINARY
    for number in range(_TRIES):
        part = target.with_name(f".{target.name[:_LONGEST]}.{os.getpid()}.{number}{PART}")
        with contextlib.suppress(FileExistsError):
            opened = os.open(part, flags, PRIVATE_FILE if is_private(target.parent) else 0o666)
            hold(opened)
            if os.fstat(opened).st_nlink:
                return part, opened
            os.close(opened)  # swept by another process before it was held
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _keep_mode(target: Path, number: int) -> None:
    """Give the open file the mode of the one that it replaces."""
    mode = mode_of(target)
    if mode is not None and hasattr(os, "fchmod"):
        os.fchmod(number, stat.S_IMODE(mode) & (PRIVATE_FILE if is_private(target.parent) else 0o777))


def write_text(path: str | Path, text: str, force: bool = False) -> None:
    """Write a text file, in UTF-8, whole or not at all. Raises OutputError."""
    with written(path, force) as stream:
        stream.write(text.encode())


def make_folder(path: Path, private: bool = False) -> None:
    """Make the folder and those above it where they are missing. Raises OutputError.

    A new one is for its owner alone (0700) if `private`, or if the one above it is.
    """
    try:
        if path.is_dir():
            return
        make_folder(path.parent)
        path.mkdir(PRIVATE_FOLDER if private or is_private(path.parent) else 0o777, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be made: {error.strerror or error}") from None


def unlinked(path: str, flags: int) -> int:
    """An `opener` for open(): a link is an error, and a new file is as private as its folder."""
    folder = Path(path).parent
    return os.open(path, flags | NOFOLLOW, PRIVATE_FILE if is_private(folder) else 0o666)
