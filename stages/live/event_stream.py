"""Server-sent events out of bytes as they arrive, with a bound on what is held."""

from __future__ import annotations

from collections.abc import Iterator

from stages.errors import StageError

LONGEST = 1 << 20
"""The most bytes of one line, or of one event."""


class EventStream:
    """A parser that is fed pieces, and gives the data of each event that is complete."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[bytes] = []
        self._held = 0
        self._after_cr = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The data of the events that this piece completes. Raises StageError where a line or an event is too long."""
        if self._after_cr and piece.startswith(b"\n"):
            piece = piece[1:]
        if piece:
            self._after_cr = piece.endswith(b"\r")
        self._rest += piece
        if b"\n" in piece or b"\r" in piece:
            yield from self._lines()
        else:
            self._require(len(self._rest))

    def _lines(self) -> Iterator[bytes]:
        text = bytes(self._rest).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = text.split(b"\n")
        self._rest = bytearray(rest)
        self._require(len(self._rest))
        for line in lines:
            self._require(len(line))
            yield from self._line(line)

    def _line(self, line: bytes) -> Iterator[bytes]:
        if not line:
            if self._data:
                data, self._data, self._held = b"\n".join(self._data), [], 0
                yield data
        elif line.startswith(b"data:"):
            value = line[5:].removeprefix(b" ")
            self._held += len(value)
            self._require(self._held)
            self._data.append(value)

    @staticmethod
    def _require(size: int) -> None:
        if size > LONGEST:
            raise StageError(f"a line of the stream is longer than {LONGEST} bytes")
