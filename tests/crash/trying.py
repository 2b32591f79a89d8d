"""A command that is run in a process of its own, with or without a fault, and what it leaves on the disk."""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import shutil
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.writing import finish
from tests.crash.faults import Faults, Mode, Point, install

State = dict[str, bytes]
"""Path below the folder -> content."""

MOST_S = 300
"""Seconds after which a run counts as hanging."""

_TIMES = re.compile(rb'"at": "[^"]*"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d[^"\\<\s]*|"(?:at_ms|valid_from)": ?[^,}]*')
_PASSING = re.compile(r"(^|/)\.turntempo\.|\.turntempo\.part$|\.lock$|-wal$|-shm$|(^|/)home/\.cache/")
"""What stands on the disk only while a command runs, and what a database keeps beside it."""


@dataclass(frozen=True)
class Scenario:
    """A command that writes, in a folder that is ready for it."""

    name: str
    command: tuple[str, ...]
    """The words of the command line that it tries; of what the app or a recorder writes: their name."""
    prepare: Callable[[Path], None]
    run: Callable[[], int]
    code: int = 0
    again: Callable[[], int] | None = None
    """How to run it once its result is there; None: the same once more."""
    grows: frozenset[str] = frozenset()
    """Files that are appended to outside of a change: whole lines of the new one are there, and perhaps a cut one."""
    goes_on: bool = False
    """Whether what was begun is gone on with as what is there already is replaced: by `again`."""
    forks: bool = True
    """Whether a process that has run it may be forked; not where a library keeps threads of its own, as for charts."""
    optional: bool = False
    """Whether it goes on where it cannot write."""


@dataclass(frozen=True)
class Ran:
    """The end of a run."""

    code: int
    said: str
    points: tuple[Point, ...] = field(default=(), repr=False)


def ran(run: Callable[[], int], folder: Path, mode: Mode = "count", at: int = -1) -> Ran:
    """Run it in a fork of this process, in this folder."""
    said, counted = folder.with_name("said"), folder.with_name("points")
    counted.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        code = 99
        try:
            signal.alarm(MOST_S)
            output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(output, 1)
            os.dup2(output, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
            os.chdir(folder)
            os.environ |= {"HOME": f"{folder}/home", "XDG_STATE_HOME": f"{folder}/home/state"}
            faults = Faults(str(folder), mode, at)
            install(faults)
            code = run()
            if mode == "count":
                with open(counted, "wb") as stream:
                    pickle.dump(tuple(faults.points), stream)
        except BaseException:  # noqa: BLE001 the end of the fork: nothing may come after it
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    points = pickle.loads(counted.read_bytes()) if counted.exists() else ()
    return Ran(code, said.read_text(errors="replace"), points)


def state(folder: Path) -> State:
    """The files in a folder, times taken out; a valid change is brought to its end, as the next command would."""
    for staging in sorted(folder.rglob(".turntempo.change")):
        finish(staging.parent)
    return {path: _content(folder / path) for path in _files(folder) if not _PASSING.search(path)}


def leftovers(folder: Path) -> list[str]:
    """What stands on the disk although no command runs."""
    return [path for path in _files(folder) if ".turntempo." in path]


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if content.startswith(b"SQLite format 3\0"):
        with contextlib.closing(sqlite3.connect(path)) as store:
            lines = [line for line in store.iterdump() if '"about"' not in line]
        return "\n".join(lines).encode()
    return _TIMES.sub(b"TIME", content)


def fresh(of: Path, to: Path) -> Path:
    """A copy of a folder, in the place of the one before."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(of, to, symlinks=True)
    return to
