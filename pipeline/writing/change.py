"""A change of several files that is being made: what is written and appended is held back until all of it is there."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from pipeline.writing.leftovers import OURS

STAGING = f"{OURS}change"
"""The folder in the root of a change with what is new."""

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
"""Modes of what nobody but its owner may read."""

OTHERS = 0o077
"""The bits of a mode that let group and others in."""

NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
"""Fails to open a link; no such flag on Windows."""


@dataclass
class Change:
    """What is to be new below a folder; paths are absolute."""

    root: Path
    moves: dict[Path, Path] = field(default_factory=dict)
    """File -> the staged one that is to stand in its place."""
    removals: list[Path] = field(default_factory=list)
    appended: dict[Path, bytes] = field(default_factory=dict)

    @property
    def staging(self) -> Path:
        return self.root / STAGING

    @contextmanager
    def stage(self, target: Path) -> Iterator[BinaryIO]:
        """A stream whose bytes stand at the target once the change is made; they are on the disk at the end."""
        self.staging.mkdir(PRIVATE_FOLDER, exist_ok=True)
        path = self.staging / str(len(os.listdir(self.staging)))
        mode, private = mode_of(target), is_private(target.parent)
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | NOFOLLOW | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags, PRIVATE_FILE if private else 0o666), "wb") as stream:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(stream.fileno(), stat.S_IMODE(mode) & (PRIVATE_FILE if private else 0o777))
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        self.moves[absolute(target)] = path


CURRENT: ContextVar[Change | None] = ContextVar("change", default=None)


def change_of(path: Path) -> Change | None:
    """The change that is being made here and that a path belongs to; None: what is written there is written at once."""
    change = CURRENT.get()
    if change is None or STAGING in path.parts or not absolute(path).is_relative_to(change.root):
        return None
    return change


def staged(path: Path) -> Path:
    """Where the content of a file is now: at its place, or with the change that it is part of."""
    change = change_of(path)
    return path if change is None else change.moves.get(absolute(path), path)


def files_below(folder: Path) -> list[Path]:
    """The regular files in a folder and those in it, by name; in a change as they will be at its end."""
    change, root = change_of(folder), absolute(folder)
    found = {Path(at) / name for at, _, names in os.walk(folder) for name in names if not name.startswith(OURS)}
    found = {path for path in found if stat.S_ISREG(mode_of(path) or 0)}
    if change is not None:
        found |= {folder / path.relative_to(root) for path in change.moves if path.is_relative_to(root)}
        found = {path for path in found if absolute(path) in change.moves or absolute(path) not in change.removals}
    return sorted(found)


def remove(path: Path) -> None:
    """Remove a file, where it is there; in a change: together with the rest."""
    change = change_of(path)
    if change is not None:
        change.removals.append(absolute(path))
        return
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def absolute(path: Path) -> Path:
    """The path from the root, links as they are."""
    return Path(os.path.abspath(path))


def is_private(folder: Path) -> bool:
    """Whether nobody but its owner may look into a folder."""
    return os.name == "posix" and not folder.stat().st_mode & OTHERS


def mode_of(path: Path) -> int | None:
    """Kind and mode of what is at a path, links not followed; None: nothing."""
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        return None


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    with contextlib.suppress(OSError, AttributeError):  # Windows, and some network disks, open no folder
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
