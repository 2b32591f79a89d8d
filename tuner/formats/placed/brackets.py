"""Members put between brackets, and taken out: commas, comments and layout are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from tuner.formats.placed.edits import Edit
from tuner.formats.placed.node import Member, Node

SCRIPT_SPACE = re.compile(r"(?:[\s\ufeff]|//[^\n]*|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)*+")
"""What may stand between two values of JSON with comments or of JavaScript."""
_BLANKS = re.compile(r"[ \t]*+")


@dataclass(frozen=True)
class Syntax:
    """What one language has between brackets."""

    space: re.Pattern[str]
    """Spaces and comments: matches everywhere, maybe nothing."""
    comment: str
    """How a comment begins that goes to the end of the line."""
    ends_with_comma: bool = False
    """Whether the last of several lines gets a comma, where it had none."""
    block: bool = False
    """Whether the first member of an empty object goes on a line of its own."""
    padding: str = ""
    """Between the brackets and the members in one line."""


Write = Callable[[str], list[str]]
"""New members as texts without commas, their further lines indented as it is given."""


def bracketed(text: str, node: Node, gone: Collection[str], write: Write | None, syntax: Syntax) -> Iterator[Edit]:
    """Edits that take the members of these names out of an object, and put new ones at its end."""
    members = node.members or []
    if not members:
        yield from _filled(text, node, write, syntax) if write else ()
        return
    taken = [one for one in members if one.name in gone]
    if taken == members and not write and _holds_nothing_else(text, node, members):
        yield Edit(node.inner, node.end - 1, "")
        return
    slot = members[-1] if write and members[-1] in taken else None
    for one in taken:
        if one is not slot:
            yield from _removed(text, node, one, taken, syntax)
    if slot and write:
        yield Edit(slot.start, slot.end, ", ".join(write(indent_at(text, slot.start))))
    elif write:
        yield from _inserted(text, node, write, syntax)


def indent_at(text: str, place: int) -> str:
    """The spaces that the line of a place begins with."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line[: len(line) - len(line.lstrip())]


def step_of(text: str, node: Node) -> str:
    """How much further the members of an object stand than its own line, where each has a line; else two spaces."""
    if node.members and begins_line(text, node.members[0].start):
        inner, outer = indent_at(text, node.members[0].start), indent_at(text, node.start)
        if inner.startswith(outer) and inner != outer:
            return inner[len(outer) :]
    return "  "


def begins_line(text: str, place: int) -> bool:
    """Whether only spaces stand before it in its line, and a line before that."""
    line_start = text.rfind("\n", 0, place) + 1
    return line_start > 0 and not text[line_start:place].strip()


def _holds_nothing_else(text: str, node: Node, members: list[Member]) -> bool:
    """Whether only spaces and commas stand between the brackets and the members."""
    begins, ends = [*(one.start for one in members), node.end - 1], [node.inner, *(one.end for one in members)]
    return not "".join(text[end:begin] for end, begin in zip(ends, begins, strict=True)).strip(" \t\r\n,")


def _comma(text: str, end: int, syntax: Syntax) -> int | None:
    """Where the comma stands that follows a member."""
    place = _past(text, end, syntax)
    return place if text.startswith(",", place) else None


def _past(text: str, place: int, syntax: Syntax) -> int:
    found = syntax.space.match(text, place)
    return found.end() if found else place


def _line_end(text: str, place: int, syntax: Syntax) -> int | None:
    """Where the next line begins, if only spaces and a comment stand between."""
    newline = text.find("\n", place)
    rest = text[place:newline].strip() if newline >= 0 else "-"
    return newline + 1 if not rest or rest.startswith(syntax.comment) else None


def _removed(text: str, node: Node, one: Member, taken: list[Member], syntax: Syntax) -> Iterator[Edit]:
    """A member with its comma, and its line where it has one; the last takes the comma before it along."""
    comma = _comma(text, one.end, syntax)
    end = one.end if comma is None else comma + 1
    line_end = _line_end(text, end, syntax) if begins_line(text, one.start) else None
    if line_end is not None:
        yield Edit(text.rfind("\n", 0, one.start) + 1, line_end, "")
    elif comma is not None:
        blanks = _BLANKS.match(text, end)
        yield Edit(one.start, blanks.end() if blanks else end, "")
    before = None if comma is not None else next((m for m in reversed(node.members or ()) if m not in taken), None)
    if before is None:
        if line_end is None and comma is None:
            yield Edit(one.start, one.end, "")
        return
    lone = _comma(text, before.end, syntax)
    if lone is None:
        return
    if line_end is not None:
        yield Edit(lone, lone + 1, "")
    elif text[lone + 1 : one.start].strip():
        yield Edit(lone, lone + 1, "")
        yield Edit(one.start, one.end, "")
    else:
        yield Edit(lone, one.end, "")


def _inserted(text: str, node: Node, write: Write, syntax: Syntax) -> Iterator[Edit]:
    last = (node.members or [])[-1]
    comma = _comma(text, last.end, syntax)
    line_end = _line_end(text, last.end if comma is None else comma + 1, syntax)
    indent = indent_at(text, last.start)
    pieces = write(indent)
    if not begins_line(text, last.start) or line_end is None or line_end > node.end:
        yield Edit(last.end, last.end, "".join(f", {piece}" for piece in pieces))
        return
    if comma is None:
        yield Edit(last.end, last.end, ",")
    closing = "," if comma is not None or syntax.ends_with_comma else ""
    yield Edit(line_end, line_end, ",\n".join(indent + piece for piece in pieces) + closing + "\n")


def _filled(text: str, node: Node, write: Write, syntax: Syntax) -> Iterator[Edit]:
    """The first members of an object."""
    inside = text[node.inner : node.end - 1]
    outer = indent_at(text, node.start)
    indent = outer + "  "
    if inside.strip():  # comments
        place = node.inner + len(inside.rstrip())
        yield Edit(place, place, "\n" + ",\n".join(indent + piece for piece in write(indent)))
    elif syntax.block:
        lines = ",\n".join(indent + piece for piece in write(indent))
        yield Edit(node.inner, node.end - 1, f"\n{lines}\n{outer}")
    else:
        yield Edit(node.inner, node.end - 1, syntax.padding + ", ".join(write(outer)) + syntax.padding)
