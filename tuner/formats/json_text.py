"""JSON: read with all its rules, edited by splicing values into the text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from json import decoder
from typing import Any, NoReturn

from stages.errors import SettingsError
from tuner.formats.tree import NULL, grown, in_unix_lines, shallow

_SPACE = re.compile(r"[ \t\r\n]*")


class Json:
    """JSON text, as RFC 8259 has it."""

    name, suffix = "json", ".json"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        try:
            tree = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            raise SettingsError(f"{source}:{error.lineno}:{error.colno}: is not JSON: {error.msg}") from None
        except _Refused as error:
            raise SettingsError(f"{source}: {error}") from None
        except ValueError:  # Python reads no whole number of over 4,300 digits
            raise SettingsError(f"{source}: is not JSON that can be read: a number in it is too long") from None
        except RecursionError:
            raise SettingsError(f"{source}: is nested too deeply") from None
        if not isinstance(tree, dict):
            raise SettingsError(f"{source}: must be a JSON object, got {tree!r:.60}")
        return shallow(tree, source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        return in_unix_lines(text, lambda unix: _all_changed(unix, changes))

    def fresh(self, values: Mapping[str, Any]) -> str:
        return json.dumps(grown(values), indent=2, ensure_ascii=False) + "\n"


class _Refused(Exception):
    """JSON that a parser would take and a person cannot have meant."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for key, value in pairs:
        if key in held:
            raise _Refused(f"{key!r} is there twice in one object; which one is meant?")
        held[key] = value
    return held


def _no_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is no JSON number")


@dataclass
class _Node:
    """A value's place in the text: [start, end)."""

    start: int
    end: int
    value: Any
    members: dict[str, tuple[int, _Node]] = field(default_factory=dict)
    """Of an object: key -> where the key begins, and its value."""
    is_object: bool = False


def _all_changed(text: str, changes: Mapping[str, Any]) -> str:
    for path, value in changes.items():
        text = _changed(text, path.split("."), value)
    return text


def _changed(text: str, path: list[str], value: Any) -> str:
    """The text with one value set, or taken out."""
    node, parent = _node(text, _past_space(text, 0)), None
    for depth, key in enumerate(path):
        if node.value is None and not node.is_object:
            inner = grown({".".join(path[depth:]): value})
            return text if value is None else text[: node.start] + json.dumps(inner) + text[node.end :]
        if not node.is_object:
            raise SettingsError(f"{'.'.join(path[:depth])}: must be an object to hold {key!r}; mend that first")
        if key not in node.members:
            inner = grown({".".join(path[depth + 1 :]): value}) if depth + 1 < len(path) else value
            return text if value is None else _inserted(text, node, key, None if inner is NULL else inner)
        parent, node = node, node.members[key][1]
    if value is None and parent is not None:
        return _removed(text, parent, path[-1])
    value = None if value is NULL else value
    if node.value == value and isinstance(node.value, bool) == isinstance(value, bool):
        return text
    return text[: node.start] + json.dumps(value, ensure_ascii=False) + text[node.end :]


def _inserted(text: str, node: _Node, key: str, value: Any) -> str:
    """The text with a member more at the end of an object, laid out as the object is."""
    line = text[text.rfind("\n", 0, node.start) + 1 : node.start]
    outer = line[: len(line) - len(line.lstrip())]
    if not node.members:
        inner = outer + "  "
        block = _member(key, value, inner)
        return f"{text[: node.start]}{{\n{inner}{block}\n{outer}}}{text[node.end :]}"
    first, last = min(one[0] for one in node.members.values()), max(one[1].end for one in node.members.values())
    before = text[node.start + 1 : first]
    if "\n" not in before:
        return f"{text[:last]}, {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}{text[last:]}"
    inner = before[before.rfind("\n") + 1 :]
    step = inner[len(outer) :] if inner.startswith(outer) and inner != outer else "  "
    return f"{text[:last]},\n{inner}{_member(key, value, inner, step)}{text[last:]}"


def _member(key: str, value: Any, indent: str, step: str = "  ") -> str:
    block = json.dumps(value, indent=step, ensure_ascii=False).replace("\n", f"\n{indent}")
    return f"{json.dumps(key, ensure_ascii=False)}: {block}"


def _removed(text: str, parent: _Node, key: str) -> str:
    """The text without a member, its comma and its line."""
    keys = list(parent.members)
    place = keys.index(key)
    start, end = parent.members[key][0], parent.members[key][1].end
    if place + 1 < len(keys):
        return text[:start] + text[parent.members[keys[place + 1]][0] :]
    if place:
        return text[: parent.members[keys[place - 1]][1].end] + text[end:]
    return text[: parent.start] + "{}" + text[parent.end :]


def _node(text: str, start: int) -> _Node:
    if text[start] != "{":
        value, end = json.JSONDecoder().raw_decode(text, start)
        return _Node(start, end, value)
    node, place = _Node(start, 0, None, is_object=True), _past_space(text, start + 1)
    while text[place] != "}":
        key, after = decoder.scanstring(text, place + 1, True)  # type: ignore[attr-defined]
        child = _node(text, _past_space(text, _past_space(text, after) + 1))
        node.members[key] = (place, child)
        place = _past_space(text, child.end)
        if text[place] == ",":
            place = _past_space(text, place + 1)
    node.end = place + 1
    return node


def _past_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place
