"""Faults at the writes of a process: each call that changes the disk is a point; at one of them it dies, or is refused.

Calls of Python are counted, those of SQLite by statement. A write dies or is refused after half of its bytes. A disk
that is full stays full.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Literal

Mode = Literal["count", "kill", "full"]
KILLED = 77
"""The exit code of a process that died at a point."""

PRODUCT = ("turntempo", "tui", "tuner", "pipeline", "stages")
ROOT = Path(__file__).parents[2]

PATHS = ("mkdir", "unlink", "remove", "rmdir", "rename", "replace", "chmod", "link", "symlink", "truncate", "utime")
NUMBERS = ("write", "pwrite", "fsync", "ftruncate", "fchmod")
NEVER_FULL = {"unlink", "remove", "rmdir", "chmod", "fchmod", "utime"}
"""Calls that need no room."""
TAKES_ROOM = {"mkdir", "write", "pwrite", "link", "symlink", "create"}
"""Calls that a disk which is full refuses, too, after the first."""


@dataclass(frozen=True)
class Point:
    """A call that changes the disk."""

    call: str
    path: str
    functions: frozenset[str]
    """`module:function` of the product on the stack."""


@dataclass
class Faults:
    """The points below a folder so far, and the one at which something happens."""

    folder: str
    mode: Mode
    at: int = -1
    points: list[Point] = field(default_factory=list)
    full: bool = False

    def passes(self, call: str, path: str) -> bool:
        """Count a call; False: it is the one that fails. A disk that is full refuses at once."""
        if not path.startswith(self.folder):
            return True
        number = len(self.points)
        self.points.append(Point(call, path[len(self.folder) :].lstrip("/"), _functions()))
        if number == self.at and not (self.mode == "full" and call in NEVER_FULL):
            self.full = self.mode == "full"
            return False
        if self.full and call in TAKES_ROOM:
            raise refused(path)
        return True

    def fail(self, path: str) -> None:
        """What happens at the point."""
        if self.mode == "kill":
            os._exit(KILLED)
        raise refused(path)


def refused(path: str) -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


def _functions() -> frozenset[str]:
    found: set[str] = set()
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(str(ROOT)):
            path = Path(file).relative_to(ROOT)
            if path.parts[0] in PRODUCT:
                found.add(f"{path.as_posix()}:{frame.f_code.co_name}")
        frame = frame.f_back
    return frozenset(found)


def path_of(number: int) -> str:
    """The path of an open file."""
    return os.readlink(f"/proc/self/fd/{number}").removesuffix(" (deleted)")


def _absolute(path: Any, folder: int | None = None) -> str:
    name = os.fsdecode(path)
    if folder is not None and not os.path.isabs(name):
        return os.path.join(path_of(folder), name)
    return os.path.abspath(name)


def install(faults: Faults) -> None:
    """Put the faults between this process and the disk; there is no way back."""
    for name in PATHS:
        setattr(os, name, _by_path(faults, name, getattr(os, name)))
    for name in NUMBERS:
        setattr(os, name, _by_number(faults, name, getattr(os, name)))
    os.open = _opening(faults, os.open)
    io.open = builtins.open = _streams(faults, builtins.open)
    sqlite3.connect = _databases(faults, sqlite3.connect)


def _by_path(faults: Faults, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(path: Any, *rest: Any, **named: Any) -> Any:
        where = path_of(path) if isinstance(path, int) else _absolute(path, named.get("dir_fd"))
        if name in ("rename", "replace", "link", "symlink"):
            where = _absolute(rest[0], named.get("dst_dir_fd"))
        if not faults.passes(name, where):
            faults.fail(where)
        return real(path, *rest, **named)

    return call


def _by_number(faults: Faults, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(number: Any, *rest: Any, **named: Any) -> Any:
        number = number if isinstance(number, int) else number.fileno()
        where = path_of(number)
        if where.startswith("/") and not faults.passes(name, where):
            if name in ("write", "pwrite"):
                real(number, bytes(rest[0])[: len(rest[0]) // 2], *rest[1:])
            faults.fail(where)
        return None if name == "fsync" else real(number, *rest, **named)

    return call


def _opening(faults: Faults, real: Callable[..., int]) -> Callable[..., int]:
    def call(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_CREAT | os.O_TRUNC):
            where = _absolute(path, named.get("dir_fd"))
            if not faults.passes("truncate" if os.path.lexists(where) else "create", where):
                faults.fail(where)
        return real(path, flags, *rest, **named)

    return call


def _streams(faults: Faults, real: Callable[..., Any]) -> Callable[..., Any]:
    class Raw(io.FileIO):
        """A file whose writes may fail in the middle."""

        def write(self, content: Any) -> int:
            where = path_of(self.fileno())
            content = bytes(content)
            if where.startswith("/") and not faults.passes("write", where):
                written = super().write(content[: len(content) // 2]) if len(content) > 1 else 0
                if faults.mode == "full" and written:
                    return written
                faults.fail(where)
            return super().write(content)

    def call(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        if not set(mode) & set("wax+"):
            return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
        plain = mode.replace("b", "").replace("t", "")
        if opener is None and not isinstance(file, int):  # FileIO opens below Python
            flags = {"w": os.O_CREAT | os.O_TRUNC, "x": os.O_CREAT | os.O_EXCL, "a": os.O_CREAT}.get(plain[0], 0)
            where = _absolute(file)
            if flags and not faults.passes("truncate" if os.path.lexists(where) else "create", where):
                faults.fail(where)
        raw = Raw(file, plain, closefd=closefd, opener=opener)
        if buffering == 0:
            return raw
        stream = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return stream if "b" in mode else io.TextIOWrapper(stream, encoding, errors, newline)

    return call


def _databases(faults: Faults, real: Callable[..., Any]) -> Callable[..., Any]:
    class Connection(sqlite3.Connection):
        """A database whose statements may fail."""

        def _passes(self, asked: str) -> None:
            call = "select" if asked.lstrip().upper().startswith("SELECT") else "sql"
            if call == "sql" and not faults.passes(call, where):
                if faults.mode == "kill":
                    os._exit(KILLED)
                pages = super().execute("PRAGMA page_count").fetchone()[0]
                super().execute(f"PRAGMA max_page_count = {max(pages, 1)}")

        def execute(self, asked: str, *rest: Any) -> sqlite3.Cursor:
            self._passes(asked)
            return super().execute(asked, *rest)

        def executescript(self, asked: str) -> sqlite3.Cursor:
            self._passes(asked)
            return super().executescript(asked)

    where = ""

    def call(file: Any, *rest: Any, **named: Any) -> sqlite3.Connection:
        nonlocal where
        where = os.path.abspath(str(file).removeprefix("file:").partition("?")[0])
        found: sqlite3.Connection = real(file, *rest, factory=Connection, **named)
        return found

    return call
