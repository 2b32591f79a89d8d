"""Environment variables, one a line, as Docker and shells read them; `A.B` stands as A__B."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from stages.errors import SettingsError
from tuner.formats.tree import NULL, grown

_LINE = re.compile(r"(?P<lead>\s*(?:export\s+)?)(?P<name>[A-Za-z_][A-Za-z0-9_.]*)=(?P<value>.*)")


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
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            match = _LINE.fullmatch(line)
            if match is None:
                raise SettingsError(f"{source}:{number}: must be NAME=VALUE or a comment, got {line!r:.60}")
            path = self._path(match["name"])
            if path in found:
                raise SettingsError(f"{source}:{number}: {match['name']} is there twice; which one is meant?")
            found[path] = NULL if (value := _value(match["value"], f"{source}:{number}")) is None else value
        return _tree(found, source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        lines, left = [], dict(changes)
        for line in text.splitlines(keepends=True):
            match = _LINE.fullmatch(line.rstrip("\r\n"))
            path = self._path(match["name"]) if match else ""
            if match is None or path not in left:
                lines.append(line)
                continue
            value = left.pop(path)
            if value is not None:
                lines.append(_line(match, line, None if value is NULL else value))
        added = [f"{path.replace('.', '__')}={_text(value)}\n" for path, value in left.items() if value is not None]
        joint = "\n" if added and lines and not lines[-1].endswith("\n") else ""
        return "".join(lines) + joint + "".join(added)

    def fresh(self, values: Mapping[str, Any]) -> str:
        return self.edited("", values)


def _tree(found: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Nested by name; a name that is also another's beginning cannot be both."""
    for path in found:
        if any(other.startswith(f"{path}.") for other in found):
            raise SettingsError(f"{source}: {path.replace('.', '__')} is a value and a group at once; rename one")
    return grown(found)


def _value(text: str, place: str) -> Any:
    try:
        words = shlex.split(text, comments=True)
    except ValueError as error:
        raise SettingsError(f"{place}: a quote is not closed: {error}") from None
    if len(words) > 1:
        raise SettingsError(f"{place}: a value with spaces stands in quotes, got {text!r:.60}")
    word = words[0] if words else ""
    if word in ("null", "true", "false") or re.fullmatch(r"-?\d{1,300}(\.\d{1,300})?([eE][-+]?\d{1,9})?", word):
        return json.loads(word) if not re.fullmatch(r"-?0\d+.*", word) else word
    return word


def _line(match: re.Match[str], line: str, value: Any) -> str:
    """The line with another value; its comment stays."""
    if _value(match["value"], "") == value:
        return line
    comment = re.search(r"\s+#.*$", match["value"])
    ending = line[len(line.rstrip("\r\n")) :]
    return f"{match['lead']}{match['name']}={_text(value)}{comment[0] if comment else ''}{ending}"


def _text(value: Any) -> str:
    if value is None or value is NULL:
        return "null"
    return shlex.quote(value) if isinstance(value, str) else json.dumps(value)
