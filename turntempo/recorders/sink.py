"""Where recorded turns go: a file, a folder with a file a session, or whatever else takes lines."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

MAX_BYTES = 64 << 20
"""A file is closed and the next one begun once it has so many bytes."""

SUFFIX = ".jsonl"


class Sink(Protocol):
    """Takes lines of a recording. It is called by one thread at a time, never by the agent's.

    It may raise anything: the writer counts that, and keeps the lines for the next attempt.
    """

    def write(self, session: str, settings: bytes | None, lines: list[bytes]) -> None:
        """Take turns of a session, each a line without its end.

        `settings` is the line of the settings in force (None: not known); a recording begins with it.
        """

    def close(self) -> None:
        """Give back what is held; a later write opens it again."""


@dataclass
class FileSink:
    """One JSON Lines file for all sessions: `calls.jsonl`, then `calls-2.jsonl` where it is full or settings change.

    Lines are appended in one write under a lock of the file, so that several processes may name the same file. A file
    holds one line of settings, its first. `keep`: how many files to keep, the oldest are deleted; None keeps all.
    """

    path: Path
    max_bytes: int = MAX_BYTES
    keep: int | None = None
    _number: int = field(default=1, init=False)

    def write(self, session: str, settings: bytes | None, lines: list[bytes]) -> None:
        """Append to the first file that has these settings and room."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        while not self._appended(self._file(self._number), settings, lines):
            self._number += 1
        self._prune()

    def close(self) -> None:
        """Nothing is held open."""

    def _file(self, number: int) -> Path:
        return self.path if number == 1 else self.path.with_name(f"{self.path.stem}-{number}{self.path.suffix}")

    def _appended(self, file: Path, settings: bytes | None, lines: list[bytes]) -> bool:
        """Whether the lines are in this file now; it may be full, or of other settings."""
        head = [] if settings is None else [settings]
        with open(file, "a+b") as stream:
            _lock(stream)
            size = stream.seek(0, os.SEEK_END)
            if size and (size >= self.max_bytes or not _begins_with(stream, settings)):
                return False
            whole = b"\n" if size and not _ends_with_line(stream) else b""
            content = whole + b"".join(line + b"\n" for line in ([*head, *lines] if not size else lines))
            _written(stream, content, size)
        return True

    def _prune(self) -> None:
        if self.keep is not None:
            for number in range(self._number - self.keep, 0, -1):
                if not (old := self._file(number)).exists():
                    return
                old.unlink()


@dataclass
class FolderSink:
    """A JSON Lines file a session in this folder, named by the session."""

    folder: Path
    max_bytes: int = MAX_BYTES
    _files: dict[str, FileSink] = field(default_factory=dict, init=False)

    def write(self, session: str, settings: bytes | None, lines: list[bytes]) -> None:
        """Append to the session's file."""
        if session not in self._files:
            self._files[session] = FileSink(self.folder / file_name(session), self.max_bytes)
        self._files[session].write(session, settings, lines)

    def close(self) -> None:
        """Nothing is held open."""


def file_name(session: str) -> str:
    """The name of a session's file."""
    name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in session).lstrip(".")
    return f"{name or 'session'}{SUFFIX}"


def sink_of(where: str | Path | Sink) -> Sink:
    """A sink as it is given: a name that ends in .jsonl is a file, any other a folder.

    Raises ValueError for the address of a broker, which does not say which agent this is.
    """
    if not isinstance(where, str | Path):
        return where
    if str(where).startswith(("mqtt:", "mqtts:")):
        raise ValueError("a broker needs the agent's name: turntempo.recorders.mqtt.MqttSink(URL, agent=NAME)")
    path = Path(where)
    return FileSink(path) if path.suffix == SUFFIX else FolderSink(path)


def _lock(stream: BinaryIO) -> None:
    """Hold the file against other processes until it is closed, where the system can."""
    try:
        import fcntl
    except ImportError:  # Windows has none: there one process writes a file
        return
    fcntl.flock(stream, fcntl.LOCK_EX)


def _begins_with(stream: BinaryIO, settings: bytes | None) -> bool:
    """Whether a file's first line holds these settings; without any: whether it holds none."""
    stream.seek(0)
    first = stream.readline().rstrip(b"\n")
    return first == settings if settings is not None else b"/settings" not in first[:64]


def _ends_with_line(stream: BinaryIO) -> bool:
    """Whether the last line is whole: a process may have died in it."""
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"


def _written(stream: BinaryIO, content: bytes, size: int) -> None:
    """Write all of it, or nothing: a disk may fill up in the middle of a line."""
    try:
        stream.write(content)
        stream.flush()
    except OSError:
        os.ftruncate(stream.fileno(), size)
        raise
