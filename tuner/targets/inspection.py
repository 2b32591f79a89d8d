"""What is wrong with a document by a vendor's table, and which of its keys the table does not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from stages.errors import SettingsError
from tuner.formats.tree import at, leaves, relative
from tuner.targets.field import Field

MOST_KEYS = 10_000
"""Keys of a document that are looked at: YAML can say in a line what takes for ever to walk."""


def refuse_values(stated: Mapping[str, Any], fields: Mapping[str, Field], root: str, source: str, title: str) -> None:
    """SettingsError with every value, by path, that breaks a rule of its field."""
    wrong = [
        f"{source}: {relative(path, root)}: {problem}"
        for path, value in stated.items()
        if (problem := fields[path].problem(value))
    ]
    if wrong:
        raise SettingsError("\n".join([*wrong, f"mend that in the file; `docs/targets.md` has {title}'s table"]))


def refuse_others_for_objects(tree: Mapping[str, Any], fields: Mapping[str, Field], root: str, source: str) -> None:
    """SettingsError where something else stands in the place of an object that holds fields."""
    for path in sorted({way for field in fields for way in _ways(relative(field, root))}):
        there, value = at(tree, path)
        if there and value is not None and not isinstance(value, Mapping):
            raise SettingsError(f"{source}: {path}: must be an object, got {value!r:.60}; mend that in the file")


def unknown_keys(
    tree: Mapping[str, Any], fields: Mapping[str, Field], scopes: tuple[str, ...], root: str
) -> tuple[str, ...]:
    """Keys in the scopes that no field stands for, as they are in the document, with the closest that one does."""
    known = set(fields) | {way for path in fields for way in _ways(path)}
    whole = tuple(f"{path}." for path, one in fields.items() if one.kind in ("object", "list"))
    found = []
    for scope in scopes:
        for path in _keys(tree, scope, root):
            if path not in known and not path.startswith(whole):
                close = _closest(path, fields)
                hint = f" (did you mean {relative(close, root)}?)" if close else ""
                found.append(relative(path, root) + hint)
    return tuple(found)


def _ways(path: str) -> Iterator[str]:
    """The paths of the objects on the way to it."""
    keys = path.split(".")
    return (".".join(keys[:end]) for end in range(1, len(keys)))


def _keys(tree: Mapping[str, Any], scope: str, root: str) -> Iterator[str]:
    """The full paths of what stands in a scope."""
    here = relative(scope, root)
    there, part = at(tree, here) if here and here != root else (True, tree)
    if there and isinstance(part, Mapping):
        yield from (path for path, _ in islice(leaves(part, f"{scope}." if scope else ""), MOST_KEYS))


def _closest(path: str, fields: Mapping[str, Field]) -> str | None:
    """The path whose last key is most like this one's, one in the same object before others."""
    parent, _, key = path.rpartition(".")
    keys = {one.rpartition(".")[2]: one for one in fields}
    keys |= {one.rpartition(".")[2]: one for one in fields if one.rpartition(".")[0] == parent}
    close = difflib.get_close_matches(key, keys, n=1)
    return keys[close[0]] if close else None
