"""Each text and number of JavaScript and TypeScript with the name that it is given to, off the syntax tree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tuner.formats.placed.node import Node, named
from tuner.formats.script.syntax import LARGEST, Script, field

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

_WHOLE_NUMBER = re.compile(r"[0-9]{1,40}")
_PLAIN = re.compile(r"[\w .:/@-]*")
_GIVEN = {
    "variable_declarator": ("name", "value"),
    "assignment_expression": ("left", "right"),
    "pair": ("key", "value"),
    "required_parameter": ("pattern", "value"),
    "optional_parameter": ("pattern", "value"),
    "public_field_definition": ("name", "value"),
    "object_assignment_pattern": ("left", "right"),
    "assignment_pattern": ("left", "right"),
}
"""Where a value is given a name."""
_GROUPS = frozenset(
    ("array", "object", "binary_expression", "ternary_expression", "parenthesized_expression", "as_expression")
)
"""What stands in these has the name that they are given."""

Names = tuple[str, ...]


class ScriptValues:
    """The texts and whole numbers of any file."""

    def __init__(self, jsx: bool = False) -> None:
        self._jsx = jsx

    def nodes(self, text: str) -> Iterable[Node]:
        if len(text) > LARGEST:
            return
        script = Script(text, self._jsx)
        todo: list[tuple[Syntax, Names]] = [(script.root, ())]
        while todo:
            node, names = todo.pop()
            value = _value(script, node)
            if value is not None:
                yield named(names, Node(*script.span(node), value, style=text[script.span(node)[0]]))
            else:
                todo += reversed([*_inside(script, node, names)])

    def rewritten(self, text: str, node: Node, new: str) -> str | None:
        if "\n" in new and "\n" in text[node.start : node.end]:  # of several lines only some words change
            return None
        return f"{node.style}{new}{node.style}" if node.style in "'`" and _PLAIN.fullmatch(new) else json.dumps(new)


def _inside(script: Script, node: Syntax, names: Names) -> Iterator[tuple[Syntax, Names]]:
    given = _GIVEN.get(node.type)
    value = field(node, given[1]) if given else None
    target = field(node, given[0]) if given else None
    for child in node.named_children:
        if value is not None and target is not None and child == value:
            yield child, (*names, _name(script, target))
        elif value is None or target is None or child != target or target.type == "string":
            yield child, names if node.type in _GROUPS else ()


def _name(script: Script, node: Syntax) -> str:
    """What something is given to: x, a.x, a["x"] are all x."""
    while node.type in ("subscript_expression", "member_expression"):
        inner = field(node, "index" if node.type == "subscript_expression" else "property")
        if inner is None:
            break
        node = inner
    words = script.words(node)
    return script.source(node)[:200] if words is None else words


def _value(script: Script, node: Syntax) -> str | int | None:
    if node.type == "number" and _WHOLE_NUMBER.fullmatch(script.source(node)):
        return int(script.source(node))
    return None if node.is_error else script.words(node)
