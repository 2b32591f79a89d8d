"""A grid of character cells. Each cell has a role, which a widget turns into a style."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.cells import cell_len, set_cell_size

PLAIN = " "
"""The role of text without a special meaning."""


def fit(text: str, cells: int) -> str:
    """The text, cut where it is longer than `cells`."""
    return text if cell_len(text) <= cells else set_cell_size(text, max(0, cells))


class Picture:
    """`width` x `height` cells. Later text covers earlier text; text outside is cut."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(0, width), max(0, height)
        self._characters = [[" "] * self.width for _ in range(self.height)]
        self._roles = [[PLAIN] * self.width for _ in range(self.height)]

    def paint(self, column: int, row: int, text: str, role: str = PLAIN) -> None:
        """Paint text from this cell to the right; a wide character takes two cells."""
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
        """Clear both halves of a wide character before one of them is painted over."""
        characters = self._characters[row]
        if characters[column] == "" and column:
            characters[column - 1] = characters[column] = " "
        if column + 1 < self.width and characters[column + 1] == "":
            characters[column] = characters[column + 1] = " "

    def free(self, column: int, row: int, length: int) -> bool:
        """Whether these cells are inside and empty."""
        inside = 0 <= row < self.height and column >= 0 and column + length <= self.width
        return inside and not any(cell != " " for cell in self._characters[row][column : column + length])

    def runs(self, row: int) -> Iterator[tuple[str, str]]:
        """The row from left to right as (text, role)."""
        place = 0
        for role, cells in groupby(self._roles[row]):
            length = len(list(cells))
            yield "".join(self._characters[row][place : place + length]), role
            place += length

    def lines(self) -> list[str]:
        """The characters, row by row, without trailing blanks."""
        return ["".join(row).rstrip() for row in self._characters]

    def roles(self) -> list[str]:
        """The roles, row by row."""
        return ["".join(row) for row in self._roles]
