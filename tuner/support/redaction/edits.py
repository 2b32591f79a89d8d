"""Pieces of a text replaced, and where what is left of it stood."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Edit:
    """text[start:end] becomes `new`."""

    start: int
    end: int
    new: str


def applied(text: str, edits: Iterable[Edit]) -> tuple[str, Callable[[int], int]]:
    """The text with all edits made, which do not overlap; and a function from places in it to those in the old text."""
    ordered = sorted(edits)
    parts, at, moves = [], 0, [(0, 0)]
    length = 0
    for edit in ordered:
        parts += [text[at : edit.start], edit.new]
        length += edit.start - at
        moves.append((length, edit.start - length))
        length += len(edit.new)
        at = edit.end
        moves.append((length, at - length))
    parts.append(text[at:])

    def origin(place: int) -> int:
        return place + next(shift for begin, shift in reversed(moves) if begin <= place)

    return "".join(parts), origin
