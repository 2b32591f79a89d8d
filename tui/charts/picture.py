"""A grid of cells: a character each, and what it stands for, which a widget gives its colour."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.cells import cell_len, set_cell_size

PLAIN = " "
"""The role of what stands for nothing in particular."""


def fit(text: str, cells: int) -> str:
    """The text, cut off where it needs more cells."""
    return text if cell_len(text) <= cells else set_cell_size(text, max(0, cells))


class Picture:
    """`width` x `height` cells, painted one over the other; what lies outside is cut off."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(0, width), max(0, height)
        self._characters = [[" "] * self.width for _ in range(self.height)]
        self._roles = [[PLAIN] * self.width for _ in range(self.height)]

    def paint(self, column: int, row: int, text: str, role: str = PLAIN) -> None:
        """Text from this cell on to the right; a wide character takes two cells."""
        if not 0 <= row < self.height:
            return
        for character in text:
            cells = cell_len(character)
            if column >= 0 and column + cells <= self.width:
                self._clear(column, row)
                self._clear(column + cells - 1, row)
                for place, part in enumerate((character, "")[:cells], column):
                    self._characters[row][place], self._roles[row][place] = part, role
            column += cells

    def _clear(self, column: int, row: int) -> None:
        """No half of a wide character is left beside what is painted over the other."""
        characters = self._characters[row]
        if characters[column] == "" and column:
            characters[column - 1] = characters[column] = " "
        if column + 1 < self.width and characters[column + 1] == "":
            characters[column] = characters[column + 1] = " "

    def free(self, column: int, row: int, length: int) -> bool:
        """Are these cells there, and empty?"""
        inside = 0 <= row < self.height and column >= 0 and column + length <= self.width
        return inside and not any(cell != " " for cell in self._characters[row][column : column + length])

    def runs(self, row: int) -> Iterator[tuple[str, str]]:
        """The row from left to right: text and its role."""
        place = 0
        for role, cells in groupby(self._roles[row]):
            length = len(list(cells))
            yield "".join(self._characters[row][place : place + length]), role
            place += length

    def lines(self) -> list[str]:
        """The characters, row by row, without the blanks at the end."""
        return ["".join(row).rstrip() for row in self._characters]

    def roles(self) -> list[str]:
        """The roles, row by row."""
        return ["".join(row) for row in self._roles]
