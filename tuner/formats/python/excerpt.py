"""Python calls that stand in another text, such as a mail or a ticket: found by what is called, and read alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stages.errors import SettingsError
from tuner.formats.python.calls import Made, parsed
from tuner.formats.python.text import Python
from tuner.formats.quoted import unquoted

LONGEST = 20_000
"""Characters in which a call ends; one that does not is a sentence with a bracket."""
MOST = 200
"""A text with more calls is a log, of which nobody can say which call is meant."""
_CALL = re.compile(r"(?<![\w.])(?:[A-Za-z_][\w.]{0,80}[ \t]*+=[ \t]*+)?(?P<called>[A-Za-z_][\w.]{0,80})\(")
_PIECE = re.compile(
    r"""#[^\n]*+|\"\"\"(?:(?!\"\"\").)*+(?:\"\"\")?|'''(?:(?!''').)*+(?:''')?"""
    r"""|"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|[][(){}]""",
    re.DOTALL,
)
"""A comment, a text, one that does not end too, or a bracket."""
_MENTIONED = re.compile(r"\((?:\.\.\.|…)\)$")
_DEPTH = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}


@dataclass(frozen=True)
class PythonExcerpt:
    """The calls of a Python form that stand in a text which is no Python."""

    python: Python
    name: str = "python-excerpt"
    suffix: str = ".excerpt"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        """The arguments of the calls, with the lines of the text. Raises SettingsError where there is none."""
        found = excerpt(text, self.python.made)
        if not found:
            wanted = self.python.made[0].names[0]
            raise SettingsError(f"{source}: no call of {wanted}(...) that ends is in it")
        return self.python.parse(found, source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        """The text as it is; SettingsError where something is to be changed in it."""
        if not changes:
            return text
        raise SettingsError(
            "the settings stand inside of a mail or other text, which is not edited: copy the code into a .py file of "
            "its own and give that as the base"
        )

    def fresh(self, values: Mapping[str, Any]) -> str:
        """A file of its own."""
        return self.python.fresh(values)


def excerpt(text: str, made: tuple[Made, ...]) -> str:
    """The outermost of these calls as a module, each in the line in which it stands; empty where there is none.

    A call that stands in the text again, as in a mail that quotes the one before it, is taken once.
    """
    plain = unquoted(text)
    calls: dict[str, tuple[int, str]] = {}
    for at, call in _calls(plain, made):
        calls.setdefault(_meaning(call), (at, call))
    found, line = "", 1
    for at, call in calls.values():
        wanted = plain.count("\n", 0, at) + 1
        found += "\n" * max(wanted - line, 1 if found else 0) + call
        line = max(wanted, line) + call.count("\n")
    return found


def _calls(text: str, made: tuple[Made, ...]) -> Iterator[tuple[int, str]]:
    place = count = 0
    while (begin := _CALL.search(text, place)) and count < MOST:
        place = begin.end()
        if not any(one.is_called(begin["called"]) for one in made):
            continue
        count += 1
        end = _end(text, begin.end() - 1)
        call = text[begin.start() : end] if end else ""
        if end and _is_python(call):
            place = end
            yield begin.start(), call


def _end(text: str, start: int) -> int | None:
    """Past the bracket that closes the one that opens here; None: none does."""
    depth = 0
    for piece in _PIECE.finditer(text, start, start + LONGEST):
        depth += _DEPTH.get(piece[0], 0)
        if depth == 0 and piece[0] in _DEPTH:
            return piece.end()
    return None


def _is_python(call: str) -> bool:
    """Whether it can be parsed, and is not only mentioned, as `AgentSession(...)` is."""
    if _MENTIONED.search(call):
        return False
    try:
        parsed(call, "")
    except SettingsError:
        return False
    return True


def _meaning(call: str) -> str:
    """What is equal of calls that differ in layout, comments and the name that they are bound to."""
    found = parsed(call, "").body[0]
    return ast.dump(found.value) if isinstance(found, ast.Assign | ast.Expr) else call
