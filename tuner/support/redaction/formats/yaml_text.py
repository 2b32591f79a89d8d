"""YAML: each scalar with its names, as its own reader places it; nothing is built or run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tuner.support.redaction.edits import Edit
from tuner.support.redaction.leaf import Change, Leaf, speaker_of, title_of

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_PLAIN = re.compile(r"[A-Za-z_][\w/-]*(?:[ .][\w/-]+)*")
_WHOLE_NUMBER = re.compile(r"[+-]?\d+")


def yaml_edits(text: str, change: Change) -> list[Edit]:
    """New values as YAML scalars: plain where that is safe, else in double quotes; anchors and tags stay."""
    edits: dict[int, Edit] = {}
    try:
        for node, leaf in _scalars(text):
            start = node.start_mark.index
            new = None if start in edits else change(leaf, start)
            if new is not None and (written := _written(text, node, new)):
                edits[start] = written
    except (YAMLError, RecursionError, ValueError):  # no YAML, or not this far: what comes after is prose
        pass
    return list(edits.values())


def _scalars(text: str) -> Iterator[tuple[ScalarNode, Leaf]]:
    """Keys and values of all documents; what an alias stands for once."""
    for document in YAML(typ="rt", pure=True).compose_all(text):
        yield from _below(document)


def _below(document: Node | None) -> Iterator[tuple[ScalarNode, Leaf]]:
    seen: set[int] = set()
    todo: list[tuple[Node | None, tuple[str, ...], str | None, str | None]] = [(document, (), None, None)]
    while todo:
        node, names, role, title = todo.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield node, Leaf(names, _value(node), role, title)
        elif isinstance(node, SequenceNode):
            todo += [(one, names, role, None) for one in reversed(node.value)]
        elif isinstance(node, MappingNode):
            pairs = [(key, str(getattr(key, "value", "")), value) for key, value in node.value]
            said = [(name, getattr(value, "value", None)) for _, name, value in pairs]
            role = next(filter(None, (speaker_of(*one) for one in said)), role)
            title = next(filter(None, (title_of(*one) for one in said)), None)
            for key, name, value in reversed(pairs):
                todo += [(value, (*names, name), role, title), (key, (), None, None)]


def _value(node: ScalarNode) -> str | int:
    plain = node.style is None and _WHOLE_NUMBER.fullmatch(node.value)
    return int(node.value) if plain and len(node.value) < 40 else str(node.value)


def _written(text: str, node: ScalarNode, new: str) -> Edit | None:
    """None: a block of several lines, of which only some words are secrets; prose finds those."""
    start, end = node.start_mark.index, node.end_mark.index
    raw = text[start:end]
    start += len(_PROPERTIES.match(raw)[0]) if node.anchor or raw.startswith("!") else 0  # type: ignore[index]
    if node.style in ("|", ">"):
        if "\n" in new:
            return None
        return Edit(start, end, new + raw[len(raw.rstrip()) :])
    return Edit(start, end, new if _PLAIN.fullmatch(new) else json.dumps(new, ensure_ascii=False))
