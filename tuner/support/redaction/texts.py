"""Texts with a form: the values that stand in them with their names, and what of them is searched as prose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tuner.formats.placed.edits import Edit
from tuner.formats.placed.node import Node
from tuner.formats.readers import reader_of, suffix_of
from tuner.support.redaction.drawn import undrawn
from tuner.support.redaction.leaf import Leaf, speaker_of, title_of
from tuner.support.redaction.references import without_references

Change = Callable[[Leaf, int], str | None]
"""What is to stand in a leaf's place, None: it stays; the number is where it begins in the text."""

MOST_NAMES = 100
"""Of those that lead to a value: a hostile file has any number."""

LONGEST = dict.fromkeys((".yaml", ".yml", ".py", ".pyi", ".toml"), 1 << 20)
MOST = 64 << 20
"""Letters that are read by their form, by suffix and else; a longer text is searched line by line alone."""


def edits_of(text: str, name: str, change: Change) -> list[Edit]:
    """What is to be written anew in a text of this name. What no reader makes out is left to the search as prose."""
    reader = reader_of(name)
    if reader is None or len(text) > LONGEST.get(suffix_of(name), MOST):
        return []
    edits = []
    for node, leaf in leaves(reader.nodes(text)):
        new = change(leaf, node.start)
        written = None if new is None else reader.rewritten(text, node, new)
        if written is not None:
            edits.append(Edit(node.start, node.end, written))
    return edits


Beside = tuple[str | None, str | None]
"""Who speaks there, and the kind of secret that a name beside it tells."""


def leaves(nodes: Iterable[Node]) -> Iterator[tuple[Node, Leaf]]:
    """All texts and whole numbers, names among them, in the order in which they stand."""
    for root in nodes:
        todo: list[tuple[Node, tuple[str, ...], Beside]] = [(root, (), (None, None))]
        while todo:
            node, names, beside = todo.pop()
            if node.members is not None:
                todo += reversed([*_members(node, names, beside)])
            elif node.items is not None:
                todo += ((one, names, (beside[0], None)) for one in reversed(node.items))
            elif isinstance(node.value, str | int) and not isinstance(node.value, bool):
                yield node, Leaf(names, node.value, *beside)


def _members(node: Node, names: tuple[str, ...], beside: Beside) -> Iterator[tuple[Node, tuple[str, ...], Beside]]:
    pairs = [(one.name or "", one.node.value) for one in node.members or ()]
    role = next(filter(None, (speaker_of(*pair) for pair in pairs)), beside[0])
    title = next(filter(None, (title_of(*pair) for pair in pairs)), None)
    for one in node.members or ():
        if one.key is not None:
            yield one.key, (), (None, None)
        yield one.node, (*names[-MOST_NAMES:], one.name or ""), (role, title)


def searched(text: str, name: str) -> str:
    """The text as it is searched as prose, place for place."""
    return undrawn(text) if suffix_of(name) in (".html", ".htm", ".svg", ".xml") else text


def stated(text: str, name: str) -> str:
    """The text as it is searched for values by the names before them, place for place: code only refers."""
    return without_references(text) if suffix_of(name) in (".py", ".pyi") else searched(text, name)


def is_lines(name: str) -> bool:
    """Whether a text of this name is JSON, one value a line."""
    return suffix_of(name) in (".jsonl", ".ndjson")


def is_json(name: str) -> bool:
    """Whether a text of this name is JSON."""
    return is_lines(name) or suffix_of(name) == ".json"


def is_plain(name: str) -> bool:
    """Whether a text of this name has no form of its own, so that a line `User: ...` is somebody speaking."""
    return suffix_of(name) in ("", ".txt", ".log", ".md", ".out", ".text")
