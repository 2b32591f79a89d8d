"""JSON, one value or one a line: each value with its names, comments let be, without recursion."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from tuner.support.redaction.edits import Edit
from tuner.support.redaction.leaf import Change, Leaf, speaker_of, title_of

_TOKEN = re.compile(r'"|[{}\[\]:,]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|//[^\n]*|/\*[\s\S]*?\*/|[A-Za-z]+|\s+|.')
_STRINGS = json.JSONDecoder(strict=False)
_NUMBER = re.compile(r"-?\d")


@dataclass
class _Level:
    """An object or a list that is open."""

    names: tuple[str, ...]
    is_object: bool
    above: _Level | None
    key: str | None = None
    role: str | None = None
    title: str | None = None

    def speaker(self) -> str | None:
        """Who speaks here, or in what this is a part of."""
        level: _Level | None = self
        while level is not None and level.role is None:
            level = level.above
        return None if level is None else level.role


@dataclass(frozen=True)
class _Value:
    """A value as it stands, and the level it stands on: whose role may come after it."""

    leaf: Leaf
    start: int
    end: int
    level: _Level | None


def json_edits(text: str, change: Change) -> list[Edit]:
    """New values as JSON texts: a number that was a secret becomes a text in quotes."""
    edits = []
    for value in _values(text):
        role, title = (value.level.speaker(), value.level.title) if value.level else (None, None)
        new = change(Leaf(value.leaf.path, value.leaf.value, role, title), value.start)
        if new is not None:
            edits.append(Edit(value.start, value.end, json.dumps(new, ensure_ascii=False)))
    return edits


def _values(text: str) -> list[_Value]:
    """All texts and whole numbers, object keys among them, in order."""
    found: list[_Value] = []
    levels: list[_Level] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        word = token[0] if token else text[at]
        end = at + len(word)
        level = levels[-1] if levels else None
        if word == '"':
            try:
                value, end = _STRINGS.raw_decode(text, at)
            except ValueError:  # no end: the rest is prose
                break
            _text(found, level, value, at, end)
        elif word in "{[":
            levels.append(_Level(_names(level), word == "{", level))
        elif word in "}]" and levels:
            levels.pop()
        elif word == "," and level is not None:
            level.key = None
        elif _NUMBER.match(word) and word.lstrip("-").isdigit():
            found.append(_Value(Leaf(_names(level), int(word[:40])), at, end, level))
        at = end
    return found


def _text(found: list[_Value], level: _Level | None, value: str, start: int, end: int) -> None:
    """A text: a key where an object waits for one, else a value."""
    if level is not None and level.is_object and level.key is None:
        level.key = value
        found.append(_Value(Leaf((), value), start, end, None))
        return
    if level is not None and level.key is not None:
        level.role = level.role or speaker_of(level.key, value)
        level.title = level.title or title_of(level.key, value)
    found.append(_Value(Leaf(_names(level), value), start, end, level))


def _names(level: _Level | None) -> tuple[str, ...]:
    if level is None:
        return ()
    return level.names if level.key is None else (*level.names, level.key)
