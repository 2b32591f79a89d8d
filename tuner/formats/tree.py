"""Documents as trees of objects: their values by dotted path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from itertools import islice
from typing import Any, Protocol

from stages.errors import SettingsError


class Null(Enum):
    """null as a value that stands in a document; in changes None takes the key out."""

    NULL = "null"


NULL = Null.NULL


def with_null(value: Any) -> Any:
    """The value with None in the place of NULL, also inside of objects and lists."""
    if isinstance(value, Mapping):
        return {name: with_null(one) for name, one in value.items()}
    if isinstance(value, list):
        return [with_null(one) for one in value]
    return None if value is NULL else value


class Format(Protocol):
    """Text of a vendor's configuration: read as a tree of objects, and edited with all else left as it was."""

    @property
    def name(self) -> str:
        """json, yaml, toml, python, env."""

    @property
    def suffix(self) -> str:
        """Of its files: .json"""

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        """The tree; SettingsError naming `source`, line and column where the text is none."""

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        """The text with the values at these paths set, made where they are missing; None takes a key out, NULL is null.

        What is set to what it is already, and all that is not named, stays byte for byte.
        """

    def fresh(self, values: Mapping[str, Any]) -> str:
        """A new document with these paths and no more; paths with None are left out."""


def in_unix_lines(text: str, edit: Callable[[str], str]) -> str:
    """The text after an edit that knows line feeds alone; where every line ends as on Windows, so do new ones."""
    breaks = text.count("\r\n")
    if not breaks or breaks != text.count("\n"):
        return edit(text)
    return edit(text.replace("\r\n", "\n")).replace("\n", "\r\n")


DEEPEST, MOST = 60, 1_000_000
"""Levels and values that a document may have."""
TOO_LARGE = "is nested too deeply or too large for an agent's configuration"


def shallow(tree: dict[str, Any], source: str) -> dict[str, Any]:
    """The tree, once it is known to be no deeper and no larger than a configuration is; SettingsError otherwise."""
    level: list[Any] = [tree]
    count = 0
    for _ in range(DEEPEST):
        inner = (part for one in level for part in (one.values() if isinstance(one, Mapping) else one))
        held = [*islice(inner, MOST - count + 1)]
        count += len(held)
        level = [one for one in held if isinstance(one, Mapping | list)]
        if count > MOST:
            break
        if not level:
            return tree
    raise SettingsError(f"{source}: {TOO_LARGE}")


def named(tree: dict[Any, Any], source: str) -> dict[str, Any]:
    """The tree with its keys as text: `1` and `true` as they are written in JSON; SettingsError for a list as a key."""
    return {_name(key, source): _named(value, source) for key, value in tree.items()}


def _named(value: Any, source: str) -> Any:
    if isinstance(value, dict):
        return named(value, source)
    return [_named(one, source) for one in value] if isinstance(value, list) else value


def _name(key: Any, source: str) -> str:
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, bool | int | float):
        return "null" if key is None else str(key).lower()
    raise SettingsError(
        f"{source}: a key is no text but a list, a mapping or a date; keys of a configuration are names"
    )


def place_in(text: str, at: int) -> str:
    """line:column of a place in a text, both from 1."""
    line_start = text.rfind("\n", 0, at) + 1
    return f"{text.count(chr(10), 0, at) + 1}:{at - line_start + 1}"


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of everything that is no object, and of empty objects."""
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{path}.")
        else:
            yield path, value


def at(tree: Mapping[str, Any], path: str) -> tuple[bool, Any]:
    """Whether something stands at a path, and what."""
    here: Any = tree
    for key in path.split("."):
        if not isinstance(here, Mapping) or key not in here:
            return False, None
        here = here[key]
    return True, here


def grown(values: Mapping[str, Any]) -> dict[str, Any]:
    """The tree of these paths; those with None are left out."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        if value is None:
            continue
        *parents, last = path.split(".")
        here = tree
        for key in parents:
            here = here.setdefault(key, {})
        here[last] = None if value is NULL else value
    return tree


def relative(path: str, root: str) -> str:
    """A path from the root of a document that holds only what stands at `root`."""
    return path[len(root) + 1 :] if root and path.startswith(f"{root}.") else path
