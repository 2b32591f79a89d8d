"""The length that a WAV file's header says: wrong in streams, in files that break off, and after a crash.

Source: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", RIFF: chunks of a name, a
size and that many bytes; the samples are the chunk `data`.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO, cast

from pipeline.importers.files import HEAD

STREAMED = 0x7FFF0000
"""Programs that write to a pipe do not know the length, and write a size from here on."""


class Mended:
    """A stream with other bytes in a few places, to read and seek in."""

    def __init__(self, stream: BinaryIO, places: dict[int, bytes]) -> None:
        self._stream, self._places = stream, places

    def read(self, size: int = -1) -> bytes:
        """As of the stream."""
        begin = self._stream.tell()
        content = bytearray(self._stream.read(size))
        for place, other in self._places.items():
            for offset, byte in enumerate(other, place - begin):
                if 0 <= offset < len(content):
                    content[offset] = byte
        return bytes(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of the stream."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """As of the stream."""
        return self._stream.tell()


def mended(stream: BinaryIO) -> tuple[BinaryIO, bool]:
    """The stream of a file with the length that it has where the header says none, and whether it is cut short.

    A file that is no WAV is given back as it is.
    """
    head = stream.read(HEAD)
    length = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    place = _data(head)
    if place is None:
        return stream, False
    (size,) = struct.unpack_from("<I", head, place + 4)
    there = length - place - 8
    if size == 0 < there:
        sizes = {4: struct.pack("<I", min(length - 8, STREAMED)), place + 4: struct.pack("<I", min(there, STREAMED))}
        return cast(BinaryIO, Mended(stream, sizes)), False
    return stream, there < size < STREAMED


def _data(head: bytes) -> int | None:
    """Where the chunk of the samples begins; None: it is no WAV file, or does not begin in its first bytes."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    place = 12
    while place + 8 <= len(head):
        name, size = head[place : place + 4], int.from_bytes(head[place + 4 : place + 8], "little")
        if name == b"data":
            return place
        place += 8 + size + size % 2
    return None
