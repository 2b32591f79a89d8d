"""An open recording: a file, gzipped or not, or standard input, read line by line."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pipeline.recordings.problem import Problem
from pipeline.recordings.regular_file import open_regular
from pipeline.recordings.store.form import HEADER
from pipeline.recordings.store.selection import selection_of
from stages.errors import RecordingError

LONGEST = 8 << 20
"""The most bytes that a line may have: a turn with ten thousand pauses has fewer."""

STDIN = "-"
GZIP, PARQUET, BOM = b"\x1f\x8b", b"PAR1", b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class OpenRecording:
    """An open recording: its name for messages, its bytes (unzipped) and its kind."""

    name: str
    stream: io.BufferedReader
    kind: Literal["lines", "table", "store"]


@contextmanager
def opened(path: str | Path) -> Iterator[OpenRecording]:
    """The recording at `path` ("-": standard input); its kind is recognised by its first bytes, not by its name.

    Raises RecordingError where there is nothing to read.
    """
    name = "standard input" if path == STDIN else str(path)
    with _raw(path if path == STDIN else selection_of(path).file, name) as raw:
        zipped = raw.peek(2).startswith(GZIP)
        stream = cast(io.BufferedReader, io.BufferedReader(gzip.GzipFile(fileobj=raw))) if zipped else raw
        start = _start(stream, name)
        if start.startswith(PARQUET) and (zipped or path == STDIN):
            raise RecordingError("a Parquet recording is read as a plain file: unzip it, and give its path", file=name)
        yield OpenRecording(name, stream, _kind(stream, start, name, zipped or path == STDIN))


def _kind(stream: io.BufferedReader, start: bytes, name: str, indirect: bool) -> Literal["lines", "table", "store"]:
    """What a recording is, by its first bytes; `indirect`: it is gzipped, or comes from standard input."""
    store = stream.peek(len(HEADER)).startswith(HEADER)
    if store and indirect:
        raise RecordingError("a store is read as a plain file: unzip it, and give its path", file=name)
    if not store and selection_of(name).file != name:
        raise RecordingError("only a store of `turntempo listen` takes a selection behind a ?", file=name)
    return "store" if store else "table" if start.startswith(PARQUET) else "lines"


def lines(source: OpenRecording) -> Iterator[tuple[int, bytes | Problem]]:
    """Each line that is not blank, with its number from 1; a Problem in place of what cannot be read."""
    number = 0
    while True:
        number += 1
        try:
            line = _line(source.stream)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield (
                number,
                Problem("broken gzip", f"the gzip data break off or are damaged here ({error}); copy it again"),
            )
            return
        except OSError as error:
            raise RecordingError(f"cannot be read: {error.strerror or error}", file=source.name, line=number) from None
        if not line:
            return
        if len(line) > LONGEST:
            yield (
                number,
                Problem(
                    "line too long",
                    f"a line holds one turn and has at most {LONGEST >> 20} MiB; end each turn with a newline",
                ),
            )
        elif content := (line.removeprefix(BOM) if number == 1 else line).strip():
            yield number, content


def _line(stream: io.BufferedReader) -> bytes:
    """The next line; of a line that is too long only its start, with the stream behind its end."""
    more = line = stream.readline(LONGEST + 1)
    while len(more) > LONGEST and not more.endswith(b"\n"):
        more = stream.readline(LONGEST + 1)
    return line


@contextmanager
def _raw(path: str | Path, name: str) -> Iterator[io.BufferedReader]:
    if path == STDIN:
        yield cast(io.BufferedReader, sys.stdin.buffer)
        return
    if Path(path).is_dir():
        raise RecordingError("is a folder; give a recording: a .jsonl, .jsonl.gz or .parquet file", file=name)
    try:
        stream = open_regular(path)
    except FileNotFoundError:
        raise RecordingError("there is no such file", file=name) from None
    except (OSError, ValueError) as error:
        raise RecordingError(f"cannot be opened: {getattr(error, 'strerror', None) or error}", file=name) from None
    with stream:
        yield stream


def _start(stream: io.BufferedReader, name: str) -> bytes:
    try:
        start = stream.peek(4)[:4]
    except (EOFError, zlib.error, OSError) as error:
        raise RecordingError(f"the gzip data break off or are damaged at the start ({error})", file=name) from None
    if start.startswith(UTF16):
        raise RecordingError("is UTF-16 text; save it as UTF-8", file=name)
    return start
