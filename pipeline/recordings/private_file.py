"""Files that hold a secret: keys, passwords. One that others can read is refused, as ssh does."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from pipeline.recordings.regular_file import open_regular
from pipeline.writing.change import OTHERS
from stages.errors import InputError
from stages.i18n import say

LARGEST = 64 << 10
"""The most bytes that are read."""


def read_private(path: Path) -> bytes:
    """The bytes of a file with a secret. Raises InputError: it cannot be read, or others can read or change it.

    A pipe of the shell, `<(pass show broker)`, is read. Windows has no such modes.
    """
    try:
        with open_regular(path) as stream:
            _require_private(path, os.fstat(stream.fileno()).st_mode)
            return stream.read(LARGEST)
    except OSError as error:
        raise InputError(say("private.unreadable", file=path, why=error.strerror or error)) from None


def require_private(path: Path) -> None:
    """Raises InputError where others can read a file with a secret, which a library reads by its path."""
    with contextlib.suppress(OSError):  # the library says so, in its words
        _require_private(path, path.stat().st_mode)


def _require_private(path: Path, mode: int) -> None:
    if os.name == "posix" and stat.S_ISREG(mode) and mode & OTHERS:
        raise InputError(say("private.open", file=path, mode=f"{stat.S_IMODE(mode):04o}"))
