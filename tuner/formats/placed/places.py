"""Places that a parser counts in bytes of UTF-8, as places in the text."""

from __future__ import annotations

import re
from array import array

_LINE_END = re.compile(rb"\r\n|\r|\n")


class Places:
    """Of one text."""

    def __init__(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self._lines = [0, *(found.end() for found in _LINE_END.finditer(data))]
        self._letters: array[int] | None = None
        if len(data) != len(text):
            self._letters = array("L", [0]) * (len(data) + 1)
            at = 0
            for place, letter in enumerate(text):
                width = 1 if letter < "\x80" else len(letter.encode("utf-8", "surrogatepass"))
                for _ in range(width):
                    self._letters[at] = place
                    at += 1
            self._letters[at] = len(text)

    def of_byte(self, byte: int) -> int:
        return byte if self._letters is None else self._letters[byte]

    def of_line(self, line: int, column: int) -> int:
        """`line` from 1, the column in bytes from 0."""
        return self.of_byte(self._lines[line - 1] + column)
