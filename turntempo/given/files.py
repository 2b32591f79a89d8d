"""Whether the files that a command is given exist, checked before heavy modules are loaded."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from stages.errors import InputError, RecordingError

STDIN = "-"


def require_files(turns: Iterable[str], *others: Path | str | None) -> None:
    """Raises RecordingError or InputError where a file or folder is missing, with the message of reading it."""
    for path in turns:
        if path != STDIN and not os.path.lexists(path) and not os.path.lexists(path.rpartition("?")[0]):
            raise RecordingError("there is no such file", file=path)
    for other in others:
        if other is not None and not os.path.lexists(other):
            raise InputError(f"{other}: there is no such file")
