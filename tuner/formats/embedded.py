"""Objects in any other text: the body of a curl command, a dict in a log line, a snippet in a ticket. Read alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stages.errors import SettingsError
from tuner.formats.json_scan import scanned
from tuner.formats.placed.node import Built, Code, plain
from tuner.formats.python.data import Written as PythonObjects
from tuner.formats.quoted import unquoted
from tuner.formats.script.data import Written as ScriptObjects
from tuner.formats.tree import grown, leaves, shallow

MOST_OBJECTS = 200
"""A text with more is a log, of which nobody can say which object is meant."""
NAME = "object"
_BEGIN = re.compile(r"""\b[A-Z]\w*+\((?=\w++=[^=])|\{(?=\s*+(?:\\?["']|[A-Za-z_$][\w$]*+\s*+:|//|/\*))""")
_PIECE = re.compile(r""""(?:[^"\\]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|[][(){}]""", re.DOTALL)
_DEPTH = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}
LONGEST_CALL = 20_000
"""Characters in which a call ends; one that does not is a sentence with a bracket."""
_ESCAPED = re.compile(r'\{\s*\\"(?:[^"\\]|\\.)*+', re.DOTALL)
"""An object in a text in double quotes, up to their end."""
_SIGN = re.compile(r'\\(["\\$`])')
_SHELL = re.compile(r"\bcurl\b|^#!.*\b(?:ba|z)?sh\b|\$\{?\w", re.MULTILINE)
_SPLICED = re.compile(r"""'"?\$\{?(\w++)\}?"?'""")
_VARIABLE = re.compile(r"\$\{(\w++)\}")
_MEMBER = re.compile(r"<\w++\.\w++: ('[^'\n]*+'|-?[\d.]++)>")
_INSTANCE = re.compile(r"<(?:\w++\.)*+(\w++)(?: object)?(?: at 0x[0-9a-fA-F]++)?>")
_WORDS = frozenset(("true", "false", "null", "undefined"))


@dataclass(frozen=True)
class Embedded:
    """Objects that stand in a text: JSON, Python's print of a dict or of a class with its values, JavaScript."""

    name: str = "embedded"
    suffix: str = ".embedded"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        """Each object, those that are equal once; of several the name has the line."""
        found: list[dict[str, Any]] = []
        lines: list[int] = []
        for line, one in _objects(text, source):
            if one not in found:
                found.append(one)
                lines.append(line)
        if not found:
            raise SettingsError(f"{source}: no object, {{...}}, of JSON, Python or JavaScript is in it")
        if len(found) == 1:
            return shallow({NAME: found[0]}, source)
        return shallow({_named(lines, at): one for at, one in enumerate(found)}, source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        """The text as it is; SettingsError where something is to be changed in it."""
        if not changes:
            return text
        raise SettingsError(
            "the settings stand inside of a command, a log or other text, which is not edited: copy the object, from { "
            "to }, into a JSON file of its own and give that as the base"
        )

    def fresh(self, values: Mapping[str, Any]) -> str:
        return json.dumps(grown(values), indent=2, ensure_ascii=False) + "\n"


def _named(lines: list[int], at: int) -> str:
    """`object of line 7`, its second in that line `object of line 7#2`."""
    number = lines[: at + 1].count(lines[at])
    return f"{NAME} of line {lines[at]}" + (f"#{number}" if number > 1 else "")


def _objects(text: str, source: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The outermost objects that can be read, in order, with their lines."""
    text = _INSTANCE.sub(r"\1()", _MEMBER.sub(r"\1", unquoted(text)))
    if _SHELL.search(text):
        text = _VARIABLE.sub(r"$\1", _SPLICED.sub(r"$\1", text.replace(r"'\''", "’")))
    place, count, line, counted = 0, 0, 1, 0
    while begin := _BEGIN.search(text, place):
        line, counted = line + text.count("\n", counted, begin.start()), begin.start()
        count += 1
        if count > MOST_OBJECTS:
            raise SettingsError(f"{source}: holds over {MOST_OBJECTS} objects: give a file with the one that is meant")
        quoted = _ESCAPED.match(text, begin.start())
        held = _SIGN.sub(r"\1", quoted[0]) if quoted else text
        start, is_call = 0 if quoted else begin.start(), begin[0] != "{"
        end = _end(held, start, start + LONGEST_CALL if is_call else len(held))
        if end is None and not is_call:
            raise SettingsError(f"{source}:{line}: the object that begins here does not end")
        place = quoted.end() if quoted else end or begin.end()
        found = _read(held[start:end], line, source) if end else None
        if found:
            yield line, found


def _end(text: str, start: int, most: int) -> int | None:
    """Past the bracket that closes the first that opens; None: none does."""
    depth = 0
    for piece in _PIECE.finditer(text, start, most):
        depth += _DEPTH.get(piece[0], 0)
        if depth == 0 and piece[0] in _DEPTH:
            return piece.end()
    return None


def _read(object_: str, line: int, source: str) -> dict[str, Any] | None:
    """The object, in the first of the three languages that it is; None: it is none of them."""
    try:
        read = plain(scanned(object_, source)[0]) if object_[0] == "{" else None
        if isinstance(read, dict):
            return read
    except SettingsError:
        pass
    found = _python(f"{NAME} = {object_}", source) or _script(f"const {NAME} = {object_}", source)
    _move(found, line - 1)
    return found


def _move(tree: Any, lines: int) -> None:
    """Set the lines of code to those of the text."""
    todo = [tree]
    while todo:
        one = todo.pop()
        if isinstance(one, Code):
            one.line += lines
        elif isinstance(one, Mapping):
            todo += [*one.values(), *([one.code] if isinstance(one, Built) else [])]
        elif isinstance(one, list):
            todo += one


def _python(text: str, source: str) -> dict[str, Any] | None:
    try:
        found = next(iter(PythonObjects(text, source).tree().values()), None)
    except SettingsError:
        return None
    strange = found is None or any(isinstance(one, Code) and one in _WORDS for _, one in leaves(found))
    return None if strange else found


def _script(text: str, source: str) -> dict[str, Any] | None:
    try:
        return ScriptObjects(text, source).tree().get(NAME)
    except SettingsError:
        return None
