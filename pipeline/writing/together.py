"""Several files that change together: after a kill or on a full disk all of them are new, or none is.

What is new is staged in a folder beside; a record of what goes where makes it valid. A change with a record is brought
to its end by whoever comes next; one without a record never happened.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.writing.appending import append
from pipeline.writing.change import CURRENT, STAGING, Change, absolute, mode_of, sync_folder
from pipeline.writing.destination import unlinked, write_text
from pipeline.writing.lock import Owner, locked
from stages.errors import InputError, OutputError
from stages.i18n import say

RECORD = "commit.json"
LARGEST = 64 << 20
"""The most bytes of a record."""

WAIT_S = 20.0
"""How long another command that changes the same folder is waited for."""


@contextmanager
def together(folder: Path) -> Iterator[Owner | None]:
    """Files below a folder that are written, removed and appended to in the block are so when it ends, all at once.

    An error in the block changes nothing. Gives the owner of an earlier change that ended without finishing it.
    Raises OutputError, also where another command keeps the folder locked.
    """
    root = absolute(folder)
    current = CURRENT.get()
    if current is not None and root.is_relative_to(current.root):
        yield None
        return
    with locked(root, WAIT_S) as former:
        _finish(root)
        change = Change(root)
        mark = CURRENT.set(change)
        try:
            yield former
        except BaseException:
            _clear(root)
            raise
        finally:
            CURRENT.reset(mark)
        _commit(change)


def finish(folder: Path) -> None:
    """Bring a change to its end that a kill has cut, where it was valid already. Raises InputError, OutputError."""
    root = absolute(folder)
    if CURRENT.get() is None and (root / STAGING / RECORD).is_file():
        with locked(root, WAIT_S):
            _finish(root)


def _finish(root: Path) -> None:
    if (root / STAGING / RECORD).is_file():
        _apply(root, _Record.read(root))
    elif (root / STAGING).is_dir():
        _clear(root)


def _commit(change: Change) -> None:
    record = _Record.of(change)
    if record.empty:
        return
    try:
        change.staging.mkdir(0o700, exist_ok=True)
        write_text(change.staging / RECORD, json.dumps(record.json_dict()))
    except (OSError, OutputError) as error:
        _clear(change.root)
        why = error.strerror if isinstance(error, OSError) else error
        raise OutputError(say("writing.nothing", folder=change.root, why=why)) from None
    _apply(change.root, record)


@dataclass(frozen=True)
class _Record:
    """What goes where; paths are relative to the root."""

    moves: dict[str, str]
    """Name in the staging folder -> path."""
    removals: tuple[str, ...]
    appended: dict[str, tuple[int, str]]
    """Path -> its size before, and the lines."""

    @property
    def empty(self) -> bool:
        return not (self.moves or self.removals or self.appended)

    @classmethod
    def of(cls, change: Change) -> _Record:
        def within(path: Path) -> str:
            return path.relative_to(change.root).as_posix()

        return cls(
            {path.name: within(target) for target, path in change.moves.items()},
            tuple(within(path) for path in change.removals if path not in change.moves),
            {within(path): (_size(path), text.decode()) for path, text in change.appended.items()},
        )

    @classmethod
    def read(cls, root: Path) -> _Record:
        """The record of a change that was cut. Raises InputError where it is none of ours."""
        file = root / STAGING / RECORD
        try:
            with open(file, "rb", opener=unlinked) as stream:
                said = json.loads(stream.read(LARGEST))
            record = cls(
                {str(name): str(path) for name, path in said["moves"].items()},
                tuple(str(path) for path in said["removals"]),
                {str(path): (int(size), str(text)) for path, (size, text) in said["appended"].items()},
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise InputError(say("writing.damaged", file=file, why=type(error).__name__)) from None
        for path in (*record.moves, *record.moves.values(), *record.removals, *record.appended):
            if not _inside(root, path):
                raise InputError(say("writing.damaged", file=file, why=say("writing.outside")))
        return record

    def json_dict(self) -> dict[str, Any]:
        return {"moves": self.moves, "removals": self.removals, "appended": self.appended}


def _inside(root: Path, path: str) -> bool:
    """Whether a path stays below the root, with no link on its way."""
    parts = Path(path).parts
    if not parts or Path(path).is_absolute() or ".." in parts:
        return False
    above = (root.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1))
    return not any(stat.S_ISLNK(mode_of(one) or 0) for one in above)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _apply(root: Path, record: _Record) -> None:
    """Put what is staged in its place; a second time changes nothing more."""
    try:
        for name, path in record.moves.items():
            if mode_of(root / STAGING / name) is not None:
                os.replace(root / STAGING / name, root / path)
        for path in record.removals:
            (root / path).unlink(missing_ok=True)
        for folder in {(root / path).parent for path in (*record.moves.values(), *record.removals)}:
            sync_folder(folder)
        for path, (size, text) in record.appended.items():
            _append_once(root / path, size, text.encode())
        os.unlink(root / STAGING / RECORD)
        sync_folder(root / STAGING)
    except (OSError, OutputError) as error:
        why = error.strerror or error if isinstance(error, OSError) else error
        raise OutputError(say("writing.later", folder=root, why=why)) from None
    _clear(root)


def _append_once(path: Path, size: int, text: bytes) -> None:
    """Append lines, unless they were before; of a part of them the rest is not known to be whole, and is cut."""
    if _size(path) > size:
        with open(path, "r+b", opener=unlinked) as stream:
            stream.seek(size)
            tail = stream.read()
            if text in tail:
                return
            if text.startswith(tail.removeprefix(b"\n")):
                stream.truncate(size)
    append(path, text)


def _clear(root: Path) -> None:
    """Remove the staging folder; what cannot be removed is in nobody's way."""
    with contextlib.suppress(OSError):
        shutil.rmtree(root / STAGING)
