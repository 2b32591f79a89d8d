"""Pieces of a text replaced, and where what is left of it stood."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stages.errors import SettingsError


@dataclass(frozen=True)
class Edit:
    """text[start:end] becomes `new`."""

    start: int
    end: int
    new: str


def applied(text: str, edits: Iterable[Edit]) -> tuple[str, Callable[[int], int]]:
    """The text with all edits made; and a function from places in it to those in the old text.

    Edits of one place are made in the order in which they come. SettingsError where two overlap.
    """
    parts, at, length = [], 0, 0
    begins, shifts = [0], [0]
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start < at:
            raise SettingsError(
                "two of the changes are to one place in the file; make the outer one by hand, then again"
            )
        parts += [text[at : edit.start], edit.new]
        length += edit.start - at
        begins += [length, length + len(edit.new)]
        shifts += [edit.start - length, edit.end - length - len(edit.new)]
        length += len(edit.new)
        at = edit.end
    parts.append(text[at:])

    def origin(place: int) -> int:
        return place + shifts[bisect_right(begins, place) - 1]

    return "".join(parts), origin


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; new lines end as the file's do."""
    if "\r\n" in text:
        edits = [Edit(one.start, one.end, one.new.replace("\r\n", "\n").replace("\n", "\r\n")) for one in edits]
    return applied(text, edits)[0]
