"""TOML as its sections and pairs with their places: one pass, no recursion. `tomllib` says whether it is TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tuner.formats.placed.node import Member, Node, named

_STRING = (
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"{3,5}' + r"|'''(?:[^']|'(?!''))*+'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*+"' + r"|'[^'\n]*+'"
)
_KEY = re.compile(rf"[\w-]++|{_STRING}")
_DOT = re.compile(r"[ \t]*+\.[ \t]*+")
_EQUALS = re.compile(r"[ \t]*+=[ \t]*+")
_HEADER = re.compile(r"\[{1,2}[ \t]*+")
_SPACE = re.compile(r"(?:\s|#[^\n]*+)*+")
_SCALAR = re.compile(rf"(?P<text>{_STRING})|(?P<word>[\w+.:-]++(?: [0-9][0-9:.Z+-]++)?)")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,40}")


@dataclass
class Pair:
    """`a.b = value`."""

    keys: tuple[Node, ...]
    node: Node

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(str(key.value) for key in self.keys)


@dataclass
class Section:
    """The pairs below a header, or above the first one."""

    names: tuple[str, ...]
    start: int
    end: int
    """Of the header; 0, 0 above the first."""
    is_item: bool = False
    """Whether it is one of a list, `[[name]]`."""
    pairs: list[Pair] = field(default_factory=list)


def sections(text: str) -> list[Section]:
    """What stands in a text, of a broken one whatever can be made out, line by line."""
    found, at = [Section((), 0, 0)], 0
    while (at := _past(_SPACE, text, at)) < len(text):
        header = _HEADER.match(text, at)
        if header:
            keys, at = _keys(text, header.end())
            found.append(Section(tuple(str(key.value) for key in keys), header.start(), at, header[0][:2] == "[["))
            at = _line_end(text, at)
            continue
        keys, after = _keys(text, at)
        equals = _EQUALS.match(text, after) if keys else None
        if equals is None:
            at = _line_end(text, at)
            continue
        pair = Pair(tuple(keys), _value(text, equals.end()))
        found[-1].pairs.append(pair)
        at = max(pair.node.end, equals.end())
    return found


def values(text: str) -> Iterator[Node]:
    """The values of all pairs, each inside of the names that lead to it."""
    for section in sections(text):
        for pair in section.pairs:
            held = Member(pair.names[-1], pair.node, pair.keys[-1].start, pair.node.end, pair.keys[-1])
            above = Node(pair.keys[0].start, pair.node.end, members=[held])
            yield named((*section.names, *pair.names[:-1]), above)


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _keys(text: str, at: int) -> tuple[list[Node], int]:
    """The names of a dotted key, and where it ends; none: there is no key."""
    keys: list[Node] = []
    while found := _KEY.match(text, at):
        keys.append(_scalar(found.start(), found[0], found[0][0] in "\"'"))
        keys[-1].value = str(keys[-1].value)
        dot = _DOT.match(text, found.end())
        if dot is None:
            return keys, found.end()
        at = dot.end()
    return keys, at


def _scalar(start: int, word: str, quoted: bool) -> Node:
    node = Node(start, start + len(word), word, style=word[:3] if word[:3] in ('"""', "'''") else word[:1])
    if quoted:
        try:
            node.value = str(tomllib.loads(f"x = {word}")["x"])
        except tomllib.TOMLDecodeError:
            node.value = word.strip(word[0])
    elif _WHOLE_NUMBER.fullmatch(word):
        node.value, node.style = int(word), ""
    return node


def _value(text: str, at: int) -> Node:
    """The value that begins there, with all that stands in it."""
    top = Node(at, at, items=[])
    levels = [top]
    while True:
        level, at = levels[-1], _past(_SPACE, text, at) if len(levels) > 1 else at
        keys: list[Node] = []
        if level.members is not None:
            keys, at = _keys(text, at)
            at = _past(_EQUALS, text, at)
        found = _SCALAR.match(text, at)
        sign = text[at : at + 1]
        if found:
            at = _put(level, keys, _scalar(at, found[0], found["text"] is not None))
        elif sign in ("[", "{"):
            node = Node(at, at + 1, items=[] if sign == "[" else None, members=[] if sign == "{" else None)
            at = _put(level, keys, node)
            levels.append(node)
        elif len(levels) > 1 and sign in ("]", "}"):
            at += 1
            _end(levels, at)
        elif len(levels) > 1 and sign == ",":
            at += 1
        else:  # its end, or what is no TOML
            for node in levels[1:]:
                node.end = at
            return top.items[0] if top.items else Node(top.start, top.start)
        if len(levels) == 1 and top.items:
            return top.items[0]


def _put(level: Node, keys: list[Node], node: Node) -> int:
    if level.items is not None:
        level.items.append(node)
    elif level.members is not None and keys:
        inner = node if len(keys) == 1 else named([str(key.value) for key in keys[1:]], node)
        level.members.append(Member(str(keys[0].value), inner, keys[0].start, node.end, keys[0]))
    return node.end


def _end(levels: list[Node], at: int) -> None:
    levels.pop().end = at
    if levels[-1].members:
        levels[-1].members[-1].end = at
