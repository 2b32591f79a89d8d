"""Changes by path, made in an object of a text: what is to be edited where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Protocol

from stages.brief import brief
from stages.errors import SettingsError
from tuner.formats.placed.brackets import Write
from tuner.formats.placed.edits import Edit
from tuner.formats.placed.node import ABSENT, Code, Node, plain
from tuner.formats.tree import NULL, at


class Group(dict[str, Any]):
    """Changes below one object: name -> a value, None to take it out, NULL for null, or a group."""


def grouped(changes: Mapping[str, Any]) -> Group:
    """Changes by dotted path as groups in groups."""
    whole = Group()
    for path, value in changes.items():
        *parents, last = path.split(".")
        here = whole
        for name in parents:
            here = here.setdefault(name, Group())
        here[last] = value
    return whole


def made(value: Any) -> Any:
    """What a change puts where nothing stands: a group without what it takes out; None: nothing."""
    if not isinstance(value, Group):
        return value
    inside = {name: made(one) for name, one in value.items()}
    return {name: one for name, one in inside.items() if one is not None} or None


class Writer(Protocol):
    """How one language writes members and their values."""

    def members(self, text: str, holder: Node, gone: Collection[str], write: Write | None) -> Iterator[Edit]:
        """Edits that take the members of these names out of an object, and put new ones at its end."""

    def member(self, path: str, value: Any, text: str, holder: Node, indent: str) -> str:
        """A new member of an object, under the last name of the path; further lines begin with the indent."""

    def value(self, path: str, value: Any, text: str, node: Node) -> str:
        """A value in the place of another."""


def changed(text: str, node: Node, wanted: Group, writer: Writer, path: str = "") -> Iterator[Edit]:
    """The edits that give an object these members."""
    if node.members is None:
        yield from _made_object(text, node, wanted, writer, path)
        return
    if node.shared:
        raise SettingsError(
            f"{path}: is `{node.shared}`, which this file means elsewhere too: set "
            + ", ".join(f"{name}={value!r}" for name, value in wanted.items())
            + " by hand, or give it an object of its own"
        )
    held, missing = node.named(), {}
    gone: dict[int, tuple[Node, set[str]]] = {}
    for name, value in wanted.items():
        inner = f"{path}.{name}" if path else name
        if name not in held:
            if (fresh := made(value)) is not None:
                missing[inner] = fresh
            continue
        one, holder = held[name]
        if isinstance(value, Group):
            yield from changed(text, one, value, writer, inner)
        elif value is None:
            gone.setdefault(id(holder), (holder, set()))[1].add(name)
        else:
            yield Edit(one.start, one.end, writer.value(inner, value, text, one))
    if missing and node.inner > node.end:  # no object is written out
        whole = {inner.rpartition(".")[2]: value for inner, value in missing.items()}
        yield Edit(node.start, node.end, writer.value(path, whole, text, node))
        return
    gone.setdefault(id(node), (node, set()))
    for holder, names in gone.values():
        adds = missing if holder is node else {}

        def write(indent: str, adds: Mapping[str, Any] = adds) -> list[str]:
            return [writer.member(inner, value, text, node, indent) for inner, value in adds.items()]

        yield from writer.members(text, holder, names, write if adds else None)


def changed_objects(text: str, objects: Mapping[str, Node], wanted: Group, writer: Writer) -> Iterator[Edit]:
    """The edits that give a program's objects, each by its name there, these members.

    Raises SettingsError: it has no object of that name.
    """
    if absent := wanted.keys() - objects.keys():
        raise SettingsError(f"this file has no {min(absent)} to set: add it by hand, then again")
    for name, inside in wanted.items():
        yield from changed(text, objects[name], inside, writer, name)


def _made_object(text: str, node: Node, wanted: Group, writer: Writer, path: str) -> Iterator[Edit]:
    """An object in the place of null; of anything else it is not made."""
    fresh = made(wanted)
    if fresh is None:
        return
    if node.items is None and (node.value is None or node.value is ABSENT):
        yield Edit(node.start, node.end, writer.value(path, fresh, text, node))
        return
    what = f"`{node.value}`" if isinstance(node.value, Code) else brief(plain(node))
    raise SettingsError(f"{path}: is {what}, must be an object to hold {next(iter(fresh))!r}; mend that first")


def pending(tree: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that are not so yet: 1 is 1.0, and not true."""
    return {path: value for path, value in changes.items() if not _is_so(*at(tree, path), value)}


def _is_so(there: bool, held: Any, value: Any) -> bool:
    if value is None or not there:
        return value is None and not there
    wanted = None if value is NULL else value
    return bool(held == wanted) and isinstance(held, bool) == isinstance(wanted, bool)
