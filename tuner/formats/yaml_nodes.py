"""YAML as values with their places, from the events of ruamel.yaml's parser: no recursion, aliases not followed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from tuner.formats.placed.node import Member, Node
from tuner.formats.tree import MOST

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*+")
_COLON = re.compile(r"\s*+:")
_NULLS = ("", "~", "null", "Null", "NULL")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,40}")


@dataclass
class _Level:
    node: Node
    keys: list[Node] = field(default_factory=list)
    """The key that waits for its value."""
    anchor: str | None = None
    size: int = 1


MOST_OPEN = 200
"""Brackets open at once: ruamel.yaml takes milliseconds for each one beyond."""

_BRACKET = re.compile(r"[][{}]")


def nested_until(text: str) -> int:
    """Where more brackets are open than a configuration has; the end of the text where none are."""
    opened = 0
    for found in _BRACKET.finditer(text):
        opened = opened + 1 if found[0] in "[{" else max(0, opened - 1)
        if opened > MOST_OPEN:
            return found.start()
    return len(text)


class Documents:
    """The values of a text, one a document, as far as it is YAML."""

    def __init__(self, text: str) -> None:
        self.roots: list[Node] = []
        self.too_large = False
        """Whether aliases make more values of it than a configuration has."""
        self._text = text
        self._levels: list[_Level] = []
        self._anchors: dict[str, Node] = {}
        self._sizes: dict[str, int] = {}
        self._last = Node(0, 0)
        try:
            for event in YAML(typ="safe", pure=True).parse(text[: nested_until(text)]):
                self._take(event)
        except (YAMLError, RecursionError, ValueError):  # no YAML, or not this far: the last value may be cut short
            self._last.value = None
        for level in self._levels:
            level.node.end = len(text)

    def _take(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent):
            self._anchors.clear()
        elif isinstance(event, CollectionStartEvent):
            is_object = isinstance(event, MappingStartEvent)
            style = "flow" if event.flow_style else "block"
            node = self._node(event, members=[] if is_object else None, items=None if is_object else [], style=style)
            self._put(node, 0)
            self._levels.append(_Level(node, anchor=self._anchored(event, node)))
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close(event)
        elif isinstance(event, ScalarEvent):
            node = self._scalar(event)
            self._last = node
            self._anchored(event, node)
            self._put(node, 1)
        elif isinstance(event, AliasEvent):
            self._alias(event)

    def _node(self, event: Any, **more: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        properties = _PROPERTIES.match(self._text, start, end)
        return Node(properties.end() if properties else start, end, **more)

    def _scalar(self, event: ScalarEvent) -> Node:
        value: Any = str(event.value)
        if event.style is None and event.implicit[0]:  # plain, without a tag
            value = None if value in _NULLS else int(value) if _WHOLE_NUMBER.fullmatch(value) else value
        return self._node(event, value=value, style=event.style or "")

    def _anchored(self, event: Any, node: Node) -> str | None:
        if event.anchor is not None:
            self._anchors[event.anchor], self._sizes[event.anchor] = node, 1
        return str(event.anchor) if event.anchor is not None else None

    def _alias(self, event: Any) -> None:
        """What it stands for keeps its own place, and is marked as shared; here stands the alias."""
        target = self._anchors.get(event.anchor)
        if target is not None:
            target.shared = f"*{event.anchor}"
        alias = Node(event.start_mark.index, event.end_mark.index, shared=f"*{event.anchor}")
        self._put(alias, self._sizes.get(event.anchor, 1))

    def _close(self, event: Event) -> None:
        level = self._levels.pop()
        level.node.end = event.end_mark.index
        if level.anchor is not None:
            self._sizes[level.anchor] = level.size
        if self._levels:
            self._levels[-1].size += level.size
            _ends(self._levels[-1].node, level.node)
        self.too_large = self.too_large or level.size > MOST

    def _put(self, node: Node, size: int) -> None:
        if not self._levels:
            self.roots.append(node)
            return
        level = self._levels[-1]
        level.size += size
        if level.node.items is not None:
            level.node.items.append(node)
        elif not level.keys:
            level.keys.append(node)
        elif level.node.members is not None:
            key = level.keys.pop()
            if node.start == node.end and not node.style:  # nothing stands after the colon
                colon = _COLON.match(self._text, key.end)
                node.start = node.end = node.inner = colon.end() if colon else key.end
            name = self._text[key.start : key.end] if key.value is None else str(key.value)
            level.node.members.append(Member(name, node, key.start, node.end, key))


def _ends(holder: Node, node: Node) -> None:
    if holder.members and holder.members[-1].node is node:
        holder.members[-1].end = node.end
