"""What is wrong with a document by a vendor's table, and which of its keys the table does not have."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from stages.brief import brief
from stages.errors import SettingsError
from tuner.formats.placed.node import Code
from tuner.formats.tree import at, relative
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


def refuse_whole(problems: Iterable[str], source: str, title: str) -> None:
    """SettingsError with what a vendor refuses in a document where each of its values is right by itself."""
    if found := [f"{source}: {problem}" for problem in problems]:
        raise SettingsError("\n".join([*found, f"{title} refuses that: mend it in the file"]))


def refuse_others_for_objects(tree: Mapping[str, Any], fields: Mapping[str, Field], root: str, source: str) -> None:
    """SettingsError where something else stands in the place of an object that holds fields."""
    for path in sorted(ways_to(relative(field, root) for field in fields)):
        there, value = at(tree, path)
        if there and value is not None and not isinstance(value, Mapping | Code):
            raise SettingsError(f"{source}: {path}: must be an object, got {brief(value)}; mend that in the file")


def unknown_keys(
    tree: Mapping[str, Any],
    fields: Mapping[str, Field],
    scopes: tuple[str, ...],
    root: str,
    known: Collection[str] = (),
    others: Collection[str] = (),
) -> tuple[str, ...]:
    """Keys that no field stands for, as they are in the document, with the closest that one does.

    In the scopes all of them; in other objects on the way to a field those that look like a setting of turn-taking: by
    a word of the kind, or as one letter off. `known`: paths that are dealt with otherwise, with all that is in them;
    `others`: paths of the vendor's other forms, whose keys may be meant.
    """
    ways = ways_to((*fields, *known))
    whole = tuple(
        f"{path}." for path, one in fields.items() if one.kind in ("object", "list", "any") and path not in ways
    )
    whole += tuple(f"{path}." for path in known if path not in ways)
    names = {key for path in (*fields, *others) for key in path.split(".")}
    beside = _by_object((*fields, *others, *ways))

    def keys(part: Mapping[str, Any], prefix: str) -> Iterator[str]:
        for key, value in part.items():
            path = f"{prefix}{key}"
            if (
                isinstance(value, Mapping)
                and value
                and (path in ways or (_within(path, scopes) and path not in fields))
            ):
                yield from keys(value, f"{path}.")
            elif key not in CODE:
                yield path

    found = []
    for path in islice(keys(tree, f"{root}." if root else ""), MOST_KEYS):
        if path in fields or path in known or path in ways or path.startswith(whole):
            continue
        if not _within(path, scopes) and not _looks_timed(path, names, beside):
            continue
        close = _closest(path, (*fields, *ways, *others))
        hint = f" (did you mean {relative(close, root)}?)" if close else ""
        found.append(relative(path, root) + hint)
    return tuple(found)


def ways_to(paths: Iterable[str]) -> set[str]:
    """The paths of all objects that hold one of these, or an object for it."""
    return {way for path in paths for way in _ways(path)}


def _ways(path: str) -> Iterator[str]:
    """The paths of the objects on the way to it."""
    keys = path.split(".")
    return (".".join(keys[:end]) for end in range(1, len(keys)))


def _within(path: str, scopes: tuple[str, ...]) -> bool:
    return any(not scope or path.startswith(f"{scope}.") for scope in scopes)


CODE = frozenset({"()", "(n)", "**"})
"""Keys of a tree of code that are none of the file's own."""


def _looks_timed(path: str, names: set[str], beside: Mapping[str, set[str]]) -> bool:
    """Whether a key is a setting of turn-taking: by its words, or by likeness to a name beside it, or of such words."""
    parent, _, key = path.rpartition(".")
    if _is_timed(key):
        return True
    alike = beside.get(parent, set()) | {name for name in names if _is_timed(name)}
    return bool(difflib.get_close_matches(key, alike, n=1, cutoff=0.85))


def _is_timed(key: str) -> bool:
    return not TIMED.isdisjoint(word.lower() for word in WORDS.findall(key))


def _by_object(paths: Iterable[str]) -> dict[str, set[str]]:
    """Path of an object -> the names in it."""
    found: dict[str, set[str]] = {}
    for path in paths:
        parent, _, key = path.rpartition(".")
        found.setdefault(parent, set()).add(key)
    return found


WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
TIMED = {
    "aggregation",
    "allow",
    "backchannel",
    "barge",
    "barging",
    "debounce",
    "delay",
    "delays",
    "duration",
    "eager",
    "endpoint",
    "endpointing",
    "eot",
    "eou",
    "eos",
    "hangover",
    "hold",
    "interrupt",
    "interrupted",
    "interruptible",
    "interruptable",
    "interruption",
    "interruptions",
    "interrupts",
    "pause",
    "patience",
    "preempt",
    "preemptive",
    "responsiveness",
    "secs",
    "seconds",
    "silence",
    "silences",
    "speculative",
    "timeout",
    "timeouts",
    "turn",
    "turns",
    "vad",
    "wait",
    "waiting",
    "waits",
}
"""Words of which a setting of turn-taking has one."""


def _closest(path: str, paths: Iterable[str]) -> str | None:
    """The path whose last key is most like this one's, one in the same object before others."""
    parent, _, key = path.rpartition(".")
    keys: dict[str, str] = {}
    for one in paths:
        home, _, name = one.rpartition(".")
        if name not in keys or home == parent:
            keys[name] = one
    close = difflib.get_close_matches(key, keys, n=1)
    return keys[close[0]] if close else None
