"""An address with a query, as streaming recognisers take their settings: `wss://host/v2/listen?eot_threshold=0.8`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote_plus

from stages.errors import SettingsError
from tuner.formats.placed.edits import Edit, spliced
from tuner.formats.tree import NULL

_ADDRESS = re.compile(r"\b(?:wss?|https?)://[^\s\"'`<>?]{1,2000}+\?([^\s\"'`<>#]*)")
_PART = re.compile(r"(?<![^&=?])([^&=]++)=([^&]*+)")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?")


class Url:
    """The one address with a query in a text; numbers, true and false are themselves, all else is text."""

    name, suffix = "url", ".txt"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        query = _query(text, source)
        found: dict[str, Any] = {}
        for key, value, _, _ in _parts(text, query):
            if key in found:
                raise SettingsError(f"{source}: {key} is in the address twice; which one is meant?")
            found[key] = value
        return found

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        query = _query(text, "the file")
        there = {key: (value, start, end) for key, value, start, end in _parts(text, query)}
        edits = []
        for path, value in changes.items():
            if path in there and value is None:
                edits.append(_without(text, query, *there[path][1:]))
            elif path in there and there[path][0] != value:
                start, end = there[path][1:]
                edits.append(Edit(text.index("=", start) + 1, end, _written(value)))
            elif path not in there and value is not None:
                joint = "&" if query.end(1) > query.start(1) else ""
                edits.append(Edit(query.end(1), query.end(1), f"{joint}{path}={_written(value)}"))
        return spliced(text, edits)

    def fresh(self, values: Mapping[str, Any]) -> str:
        parts = (f"{path}={_written(value)}" for path, value in values.items() if value is not None)
        return f"wss://host?{'&'.join(parts)}\n"


def _query(text: str, source: str) -> re.Match[str]:
    found = list(_ADDRESS.finditer(text))
    if len(found) != 1:
        said = "holds several addresses with a query: give that of the agent alone" if found else "is no address"
        raise SettingsError(f"{source}: {said}")
    return found[0]


def _parts(text: str, query: re.Match[str]) -> Iterator[tuple[str, Any, int, int]]:
    """Name, value, and where the pair begins and ends."""
    for part in _PART.finditer(text, query.start(1), query.end(1)):
        yield unquote_plus(part[1]), _value(unquote_plus(part[2])), part.start(), part.end()


def _value(text: str) -> Any:
    if text in ("true", "false") or _NUMBER.fullmatch(text):
        return json.loads(text)
    return text


def _written(value: Any) -> str:
    if value is NULL:
        return ""
    return quote(value if isinstance(value, str) else json.dumps(value), safe=",:")


def _without(text: str, query: re.Match[str], start: int, end: int) -> Edit:
    """The pair and the sign that joins it to the others."""
    if end < query.end(1):
        return Edit(start, end + 1, "")
    return Edit(start - (1 if start > query.start(1) else 0), end, "")
