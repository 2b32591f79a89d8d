"""Environment variables, one a line, as Docker and shells read them; `A.B` stands as A__B."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stages.errors import SettingsError
from tuner.formats.placed.edits import Edit, spliced
from tuner.formats.placed.members import pending
from tuner.formats.placed.node import Node, named
from tuner.formats.tree import DEEPEST, NULL, TOO_LARGE, grown

_LINE = re.compile(r"[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)=")
_WORD = re.compile(r'(?:"(?:[^"\\\n]|\\.)*+"|' + r"'[^'\n]*+'" + r'|\\.|[^\s"' + r"'\\])*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,299})(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,9})?")

_LOOSE = re.compile(r"(?m)^[ \t]*(?:(?:export|set|setx)[ \t]+)?(?P<name>[\w.-]+)[ \t]*[=:][ \t]*")
_QUOTED = re.compile(r"\"(?P<double>(?:\\[\s\S]|[^\"\\])*+)\"|'(?P<single>[^']*+)'")
_ENDS = re.compile(r"[ \t]*+(?:(?<=[ \t])[#;][^\n]*+)?\r?(?:\n|\Z)")
_COMMENT = re.compile(r"(?<=[ \t])[#;]")


@dataclass(frozen=True)
class Variable:
    """NAME=VALUE in a line; text[start:end] is the value with its quotes."""

    place: str
    """file:line"""
    name: str
    begins: int
    """Where its line begins."""
    start: int
    end: int
    next_line: int


class Env:
    """A file of NAME=VALUE lines; null, true, false and numbers are themselves, all else is text.

    `prefix`: only variables that begin so are groups; the others are as they are.
    """

    name, suffix = "env", ".env"

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix

    def _path(self, variable: str) -> str:
        return variable.replace("__", ".") if variable.startswith(self._prefix) else variable

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for one in _variables(text, source):
            path = self._path(one.name)
            if path in found:
                raise SettingsError(f"{one.place}: {one.name} is there twice; which one is meant?")
            value = _value(text[one.start : one.end])
            found[path] = NULL if value is None else value
        return _tree(found, source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        wanted = pending(self.parse(text, "the file"), changes)
        there = {self._path(one.name): one for one in _variables(text, "the file")}
        edits = []
        for path, one in there.items():
            if path in wanted:
                value = wanted.pop(path)
                gone = Edit(one.begins, one.next_line, "")
                edits.append(gone if value is None else Edit(one.start, one.end, _written(value)))
        lines = [
            f"{path.replace('.', '__')}={_written(value)}\n" for path, value in wanted.items() if value is not None
        ]
        joint = "\n" if lines and text and not text.endswith("\n") else ""
        return spliced(text, [*edits, Edit(len(text), len(text), joint + "".join(lines))])

    def fresh(self, values: Mapping[str, Any]) -> str:
        return self.edited("", values)

    def nodes(self, text: str) -> Iterable[Node]:
        """Of any file of settings, one a line: .ini and .properties too."""
        at = 0
        while found := _LOOSE.search(text, at):
            node = _loose(text, found.end())
            at = max(node.end, found.end())
            yield named((found["name"],), node)

    def rewritten(self, text: str, node: Node, new: str) -> str | None:
        return new


def _variables(text: str, source: str) -> Iterator[Variable]:
    begins = 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        next_line = begins + len(line)
        if line.strip() and not line.lstrip().startswith("#"):
            place = f"{source}:{number}"
            found = _LINE.match(line)
            if found is None:  # the line is not shown: it may be a secret
                raise SettingsError(f"{place}: must be NAME=VALUE or a comment")
            start, end = _extent(line, found.end(), place)
            yield Variable(place, found["name"], begins, begins + start, begins + end, next_line)
        begins = next_line


def _extent(line: str, at: int, place: str) -> tuple[int, int]:
    """Where the value stands in a line; a comment may follow after a space."""
    blanks = len(line[at:]) - len(line[at:].lstrip(" \t"))
    if blanks and line.startswith("#", at + blanks):
        return at, at
    word = _WORD.match(line, at + blanks)
    end = word.end() if word else at + blanks
    rest = line[end:].strip()
    if rest.startswith(('"', "'", "\\")):
        raise SettingsError(f"{place}: a quote is not closed")
    if rest and not (rest.startswith("#") and line[end].isspace()):
        raise SettingsError(f"{place}: a value with spaces stands in quotes")
    return at + blanks, end


def _tree(found: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Nested by name; a name that is also another's beginning cannot be both."""
    if any(path.count(".") >= DEEPEST for path in found):
        raise SettingsError(f"{source}: {TOO_LARGE}")
    groups = {path[:place] for path in found for place, sign in enumerate(path) if sign == "."}
    for path in found:
        if path in groups:
            raise SettingsError(f"{source}: {path.replace('.', '__')} is a value and a group at once; rename one")
    return grown(found)


def _value(text: str) -> Any:
    word = "".join(shlex.split(text))
    if word in ("null", "true", "false") or _NUMBER.fullmatch(word):
        return json.loads(word)
    return word


def _written(value: Any) -> str:
    if value is NULL:
        return "null"
    return shlex.quote(value) if isinstance(value, str) else json.dumps(value)


def _loose(text: str, at: int) -> Node:
    """A value in quotes, or up to a comment or the end of the line."""
    quoted = _QUOTED.match(text, at)
    if quoted and _ENDS.match(text, quoted.end()):
        group = quoted.lastgroup or ""
        return Node(*quoted.span(group), quoted[group], style=group)
    end = _line_end(text, at)
    comment = _COMMENT.search(text, at, end)
    value = text[at : comment.start() if comment else end].rstrip(" \t\r")
    return Node(at, at + len(value), value)


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
