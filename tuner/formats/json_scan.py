"""JSON with comments and commas at the end, as values with their places: one pass, no recursion."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stages.brief import brief
from stages.errors import SettingsError
from tuner.formats.placed.node import Member, Node
from tuner.formats.tree import DEEPEST, TOO_LARGE, place_in

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n\ufeff]++|//[^\n]*+|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)"
    r'|(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?(?![\w.]))"
    r"|(?P<word>[-+\w.$]++)|(?P<sign>[][{}:,])",
    re.DOTALL,
)
_WORDS = {"true": True, "false": False, "null": None}


@dataclass
class _Level:
    """An object or a list that has not ended."""

    node: Node
    waits: str
    """For a name, a colon, a value or a comma."""
    name: str = ""
    """The last one, and until its value has come where it stands."""
    key: Node | None = None
    names: set[str] = field(default_factory=set)

    def put(self, node: Node) -> None:
        if self.node.items is not None:
            self.node.items.append(node)
        elif self.node.members is not None:
            start = node.start if self.key is None else self.key.start
            self.node.members.append(Member(self.name, node, start, node.end, self.key))
            self.key = None

    def ends(self, at: int) -> None:
        self.node.end = at
        if self.key is not None:  # a name without a value
            self.put(Node(self.key.end, self.key.end))


def scanned(text: str, source: str | None = None) -> list[Node]:
    """The values at the top, all that follow one another.

    With a `source` what is no JSON is a SettingsError with its line and column. Without one it is skipped, up to a
    text in quotes or a comment that has no end: so all values of a broken file are found that can be.
    """
    return _Scanner(text, source).nodes()


class _Scanner:
    def __init__(self, text: str, source: str | None) -> None:
        self._text, self._source = text, source
        self._levels: list[_Level] = []
        self._top: list[Node] = []

    def nodes(self) -> list[Node]:
        for kind, start, end in self._tokens():
            level = self._levels[-1] if self._levels else None
            if kind == "sign":
                self._sign(level, self._text[start], start)
            elif level and level.waits == "name":
                self._name(level, kind, start, end)
            else:
                self._put(self._scalar(kind, start, end))
        if self._levels:
            self._refuse(len(self._text), "the file ends inside of an object or a list")
        for level in self._levels:
            level.ends(len(self._text))
        return self._top

    def _refuse(self, at: int, problem: str) -> None:
        if self._source is not None:
            raise SettingsError(f"{self._source}:{place_in(self._text, at)}: is not JSON: {problem}")

    def _tokens(self) -> Iterator[tuple[str, int, int]]:
        at = 0
        while at < len(self._text):
            found = _TOKEN.match(self._text, at)
            if found is None:
                sign = self._text[at]
                self._refuse(at, _strange(sign))
                if sign in '"/':
                    return
                at += 1
                continue
            if found.lastgroup != "space":
                yield found.lastgroup or "", found.start(), found.end()
            at = found.end()

    def _sign(self, level: _Level | None, sign: str, at: int) -> None:
        if sign in "{[":
            node = Node(at, at, members=[]) if sign == "{" else Node(at, at, items=[])
            self._put(node)
            self._levels.append(_Level(node, "name" if sign == "{" else "value"))
            if self._source is not None and len(self._levels) > DEEPEST:
                raise SettingsError(f"{self._source}: {TOO_LARGE}")
        elif level is None:
            self._refuse(at, f"no object and no list is open before {sign!r}")
        elif sign in "}]":
            self._close(level, sign, at)
        else:
            if level.waits != {":": "colon", ",": "comma"}[sign]:
                self._refuse(at, f"a {level.waits} must stand here, not {sign!r}")
            level.waits = "value" if sign == ":" or level.node.members is None else "name"

    def _close(self, level: _Level, sign: str, at: int) -> None:
        is_object = level.node.members is not None
        if is_object != (sign == "}"):
            self._refuse(at, f"{'an object' if is_object else 'a list'} is open: {sign!r} does not end it")
        if level.waits == "colon" or (level.waits == "value" and is_object):
            self._refuse(at, f"a {level.waits} must stand here, not {sign!r}")
        level.ends(at + 1)
        self._levels.pop()
        if self._levels and (members := self._levels[-1].node.members):
            members[-1].end = at + 1

    def _name(self, level: _Level, kind: str, start: int, end: int) -> None:
        if kind != "text":
            self._refuse(start, "a name must stand here, in double quotes")
        held = self._scalar(kind, start, end).value if kind == "text" else self._text[start:end]
        name = str(held)
        if name in level.names:
            self._refuse(start, f"{brief(name)} is there twice in one object; which one is meant?")
        level.names.add(name)
        level.name, level.waits = name, "colon"
        level.key = Node(start, end, name, style='"' if kind == "text" else "")

    def _put(self, node: Node) -> None:
        """A value, or one that begins, where it belongs."""
        level = self._levels[-1] if self._levels else None
        if level is None:
            if self._top:
                self._refuse(node.start, "nothing may stand after the end of the object")
            self._top.append(node)
            return
        if level.waits != "value":
            self._refuse(node.start, f"a {level.waits} must stand here, not a value")
        level.waits = "comma"
        level.put(node)

    def _scalar(self, kind: str, start: int, end: int) -> Node:
        word = self._text[start:end]
        if kind == "word":
            if word not in _WORDS:
                number = word.lstrip("+-") in ("NaN", "Infinity")
                self._refuse(
                    start,
                    f"{word} is no JSON number"
                    if number
                    else f"{brief(word)} is no value: a text stands in double quotes",
                )
            return Node(start, end, _WORDS.get(word))
        try:
            return Node(start, end, self._read(word), style='"' if kind == "text" else "")
        except ValueError as error:  # a sign that must be written out, or a whole number of over 4,300 digits
            self._refuse(start, str(getattr(error, "msg", "a number in it is too long")).removesuffix(" at"))
            return Node(start, end, word)

    def _read(self, word: str) -> Any:
        return json.loads(word) if self._source is not None else json.loads(word, strict=False)


def _strange(sign: str) -> str:
    if sign == '"':
        return "the text in quotes has no end"
    return f"{sign!r} is no sign of JSON" + (": a text stands in double quotes" if sign == "'" else "")
