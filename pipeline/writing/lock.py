"""A lock on a folder: one command at a time works there; the system takes it back when its owner ends, however."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.writing.change import NOFOLLOW, absolute
from pipeline.writing.leftovers import OURS
from stages.errors import OutputError
from stages.i18n import say

if sys.platform != "win32":
    import fcntl

NAME = f"{OURS}lock"
PAUSE_S = 0.05
"""Between two looks at a lock that another has."""

_HELD: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())


@dataclass(frozen=True)
class Owner:
    """Who has, or had, the lock."""

    process: int
    who: str
    host: str
    since: datetime

    def sentence(self) -> str:
        """For people."""
        since = self.since.isoformat(" ", "seconds")
        return say("writing.owner", process=self.process, who=self.who, host=self.host, since=since)


@contextmanager
def locked(folder: Path, wait_s: float = 0) -> Iterator[Owner | None]:
    """Hold a folder; gives the owner that ended without giving it up, where there is one.

    Waits for another owner as long as is said, then raises OutputError that names it. Where the system, or the disk,
    has no locks, nobody waits.
    """
    place = absolute(folder)
    if sys.platform == "win32" or place in _HELD.get():
        yield None
        return
    number = _taken(place / NAME, wait_s)
    mark = _HELD.set(_HELD.get() | {place})
    try:
        former = _owner(number)
        _sign(place / NAME, number)
        yield former
    finally:
        _HELD.reset(mark)
        with contextlib.suppress(OSError):
            os.unlink(place / NAME)  # while it is held, so that nobody holds a file that is gone
        os.close(number)


def _taken(file: Path, wait_s: float) -> int:
    """The lock's file, open and held. Raises OutputError."""
    looks = int(wait_s / PAUSE_S)
    pause = threading.Event()
    try:
        while True:
            number = os.open(file, os.O_RDWR | os.O_CREAT | NOFOLLOW, 0o600)
            if _held(number):
                if os.fstat(number).st_nlink:
                    return number
            elif (looks := looks - 1) < 0:
                owner = _owner(number)
                os.close(number)
                raise OutputError(say("writing.held", folder=file.parent, owner=owner.sentence() if owner else "?"))
            else:
                pause.wait(PAUSE_S)
            os.close(number)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written: {error.strerror or error}") from None


def _held(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a disk without locks
        return True
    return True


def _owner(number: int) -> Owner | None:
    """Who has signed a lock; None: nobody yet, or it is damaged."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, OverflowError):
        said = json.loads(os.pread(number, 1000, 0))
        since = datetime.fromtimestamp(os.fstat(number).st_mtime).astimezone()
        return Owner(int(said["process"]), str(said["who"])[:60], str(said["host"])[:60], since)
    return None


def _sign(file: Path, number: int) -> None:
    try:
        who = getpass.getuser()
    except (OSError, KeyError, ImportError):
        who = "?"
    signed = json.dumps({"process": os.getpid(), "who": who, "host": platform.node()}).encode()
    try:
        os.ftruncate(number, 0)
        os.pwrite(number, signed, 0)
    except OSError as error:
        raise OutputError(f"{file}: cannot be written: {error.strerror or error}") from None
