"""Parts of files that a killed process left: found by their names, removed once nobody holds them."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

OURS = ".turntempo."
"""How the names of files and folders begin that stand in a folder only while a command works there."""

PART = f"{OURS}part"
"""How the names of files end that are not whole yet."""

_NAME = re.compile(rf"\..*\.\d+\.\d+{re.escape(PART)}", re.DOTALL)


def hold(number: int) -> None:
    """Mark an open part as still written; the system forgets it when the process ends, however it does."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # some network disks have no locks
            fcntl.flock(number, fcntl.LOCK_EX)


def sweep(folder: Path) -> None:
    """Remove the parts in a folder that no process writes. What cannot be removed stays; nothing is raised."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                _remove(Path(entry.path))


def _remove(part: Path) -> None:
    with contextlib.suppress(OSError):
        number = os.open(part, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
        finally:
            os.close(number)
