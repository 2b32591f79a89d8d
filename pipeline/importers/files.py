"""The files to import: given one by one or as folders, unzipped; read whole or line by line."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.recordings.regular_file import open_regular
from stages.errors import RecordingError

LARGEST = 2 << 30
"""The most bytes of one file that is read whole, unzipped."""

LONGEST_LINE = 64 << 20
"""The most bytes of a line."""

HEAD = 1 << 16
"""The bytes by which a format is recognised."""

GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class File:
    """A file; `path` as it was given, for messages. `given`: its bytes, where it is not on disk."""

    path: str
    given: bytes | None = field(default=None, repr=False)

    @cached_property
    def name(self) -> str:
        """The name without its folder, and without .gz."""
        return Path(self.path).name.removesuffix(".gz")

    @cached_property
    def stem(self) -> str:
        """The name without its ending."""
        return Path(self.name).stem

    @property
    def folder(self) -> str:
        """The name of the folder that it lies in, "" where none was given."""
        return Path(self.path).parent.name

    @cached_property
    def content(self) -> bytes:
        """All of its bytes, unzipped. Raises RecordingError where it cannot be read, or is too large to be."""
        with self._open() as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise RecordingError(f"is larger than {LARGEST >> 30} GiB; split it by conversation", file=self.path)
        return content

    @cached_property
    def head(self) -> bytes:
        """Its first bytes, unzipped."""
        with self._open() as stream:
            return stream.read(HEAD)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Its lines with their numbers from 1, without line ends and blank lines; in bounded memory.

        Raises RecordingError where it cannot be read, is UTF-16 or has a line longer than 64 MiB.
        """
        with self._open() as stream:
            for number, line in enumerate(iter(partial(stream.readline, LONGEST_LINE + 1), b""), start=1):
                if len(line) > LONGEST_LINE:
                    rule = f"has more than {LONGEST_LINE >> 20} MiB; is the file a log with one event a line?"
                    raise RecordingError(rule, file=self.path, line=number)
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
                        raise RecordingError("is UTF-16 text; save it as UTF-8", file=self.path)
                if content := line.strip():
                    yield number, content

    def text(self) -> str:
        """The content as UTF-8; RecordingError at the line where it is not."""
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            raise RecordingError("is not UTF-8 text; save it as UTF-8", file=self.path, line=line) from None

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        """Its bytes, unzipped, as a stream."""
        try:
            with self._raw() as raw:
                zipped = raw.peek(2)[:2] == GZIP
                yield cast(BinaryIO, io.BufferedReader(gzip.GzipFile(fileobj=raw)) if zipped else raw)
        except FileNotFoundError:
            raise RecordingError("there is no such file", file=self.path) from None
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            rule = f"the gzip data break off or are damaged ({error}); copy it again"
            raise RecordingError(rule, file=self.path) from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise RecordingError(f"cannot be read: {why}", file=self.path) from None

    def _raw(self) -> io.BufferedReader:
        if self.given is not None:
            return io.BufferedReader(cast(io.RawIOBase, io.BytesIO(self.given)))
        return open_regular(self.path)


def gathered(paths: Iterable[str | Path]) -> list[File]:
    """The files at these paths; of a folder, every file in it, by name. None is read yet but its start.

    Raises RecordingError where one cannot be read.
    """
    files = [File(str(path)) for given in paths for path in _listed(Path(given))]
    for file in files:
        _ = file.head
    return files


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
