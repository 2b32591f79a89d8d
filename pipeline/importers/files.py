"""The files to import: given one by one or as folders, unzipped, in memory."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stages.errors import RecordingError

LARGEST = 2 << 30
"""The most bytes of one file, unzipped."""


@dataclass(frozen=True)
class File:
    """A file's bytes; `path` as it was given, for messages."""

    path: str
    content: bytes

    @property
    def name(self) -> str:
        """The name without its folder, and without .gz."""
        return Path(self.path).name.removesuffix(".gz")

    @property
    def folder(self) -> str:
        """The name of the folder that it lies in, "" where none was given."""
        return Path(self.path).parent.name

    def text(self) -> str:
        """The content as UTF-8; RecordingError at the line where it is not."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            raise RecordingError("is not UTF-8 text; save it as UTF-8", file=self.path, line=line) from None


def gathered(paths: Iterable[str | Path]) -> list[File]:
    """The files at these paths; of a folder, every file in it, by name.

    Raises RecordingError where one cannot be read.
    """
    return [_read(path) for given in paths for path in _listed(Path(given))]


def _listed(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        files = sorted(inner for inner in path.iterdir() if inner.is_file())
    except (OSError, ValueError) as error:
        raise RecordingError(f"cannot be read: {getattr(error, 'strerror', None) or error}", file=str(path)) from None
    if not files:
        raise RecordingError("is a folder without files", file=str(path))
    return files


def _read(path: Path) -> File:
    try:
        with open(path, "rb") as stream:
            content = stream.read(LARGEST + 1)
        if content.startswith(b"\x1f\x8b"):
            with gzip.open(path, "rb") as unzipped:
                content = unzipped.read(LARGEST + 1)
    except FileNotFoundError:
        raise RecordingError("there is no such file", file=str(path)) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RecordingError(
            f"the gzip data break off or are damaged ({error}); copy it again", file=str(path)
        ) from None
    except (OSError, ValueError) as error:
        raise RecordingError(f"cannot be read: {getattr(error, 'strerror', None) or error}", file=str(path)) from None
    if len(content) > LARGEST:
        raise RecordingError(f"is larger than {LARGEST >> 30} GiB; split it by conversation", file=str(path))
    return File(str(path), content)
