"""Checksums of what an event left in a case, for its line in the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.writing import files_below, staged
from tuner.recommendation.result_files import JOURNAL


def sums_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """File -> SHA-256, of these files of a case and of all below its folders whose names end in a slash.

    In a change: as they will be at its end. A journal is not among them: it grows after its event, and its lines have
    checksums of their own.
    """
    paths = {path for name in names for path in _files(folder, name) if path.name != JOURNAL}
    return {path.relative_to(folder).as_posix(): _sum(staged(path)) for path in sorted(paths)}


def _files(folder: Path, name: str) -> Iterator[Path]:
    if name.endswith("/"):
        yield from files_below(folder / name)
    else:
        yield folder / name


def _sum(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
