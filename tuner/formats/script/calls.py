"""Calls in JavaScript and TypeScript and the object that they are given, found by parsing: nothing is ever run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from stages.errors import Ambiguous, SettingsError
from tuner.formats.placed.node import ABSENT, OPEN, Code, Member, Node
from tuner.formats.script.syntax import LARGEST, Script, bare, field, walked
from tuner.formats.tree import DEEPEST, TOO_LARGE

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

MOST_NODES = 100_000
"""A name that stands for an object is followed wherever it is used: a few lines can make any number of values."""
_WORDS = {"true": True, "false": False, "null": None, "undefined": ABSENT}
_NUMBER = re.compile(r"-?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][-+]?[0-9]{1,9})?")
_CALLS = ("call_expression", "new_expression")


class Calls:
    """The calls of these names in a file: `AgentSession` is `new voice.AgentSession<T>(...)` too."""

    def __init__(self, text: str, source: str, names: Iterable[str]) -> None:
        if len(text) > LARGEST:
            raise SettingsError(f"{source}: {TOO_LARGE}")
        self.script, self._source, self._count = Script(text), source, 0
        if self.script.root.has_error and ("/>" in text or "</" in text):  # maybe there is JSX in it
            with_jsx = Script(text, jsx=True)
            self.script = self.script if with_jsx.root.has_error else with_jsx
        self._bound: dict[str, Syntax] = {}
        self._uses: Counter[str] = Counter()
        self.found: dict[str, Node] = {}
        """Name -> the object that is its first argument; where it is given none, the place for one."""
        self.lines: dict[str, int] = {}
        calls = self._looked_through()
        for call in calls:
            called = self.dotted(field(call, "constructor") or field(call, "function"))
            for name in names:
                if f".{called}".endswith(f".{name}"):
                    self._add(name, call)
        if not self.found and self.script.root.has_error:
            broken = next((one for one in walked(self.script.root) if one.is_error or one.is_missing), self.script.root)
            raise SettingsError(f"{source}:{self._line(broken)}: is neither JavaScript nor TypeScript from here on")

    def dotted(self, called: Syntax | None) -> str:
        """`silero.VAD.load`; empty where what is called has no name."""
        names = []
        while called is not None and called.type == "member_expression":
            if name := field(called, "property"):
                names.append(self.script.source(name))
            called = field(called, "object")
        if called is not None and called.type == "identifier":
            names.append(self.script.source(called))
        return ".".join(reversed(names))

    def _looked_through(self) -> list[Syntax]:
        """All calls; what names are bound to once, and how often they are used."""
        calls, counts, values = [], Counter[str](), {}
        for node in walked(self.script.root):
            if node.type in _CALLS:
                calls.append(node)
            elif node.type in ("identifier", "shorthand_property_identifier"):
                self._uses[self.script.source(node)] += 1
            elif node.type == "shorthand_property_identifier_pattern":
                counts[self.script.source(node)] += 2
            target = _binds(node)
            if target is not None and target.type == "identifier":
                name, value = self.script.source(target), field(node, "value")
                counts[name] += 1 if node.type == "variable_declarator" and value else 2
                if value is not None:
                    values[name] = value
        self._bound = {name: value for name, value in values.items() if counts[name] == 1}
        return calls

    def _add(self, name: str, call: Syntax) -> None:
        line = self._line(call)
        if name in self.found:
            raise Ambiguous(
                f"{self._source}:{line}: {name}(...) stands here and in line {self.lines[name]}: which one is meant? "
                "Give a file with that one alone"
            )
        if call.has_error:
            raise SettingsError(f"{self._source}:{line}: {name}(...) is not closed, or holds what is no TypeScript")
        arguments = field(call, "arguments")
        given = [one for one in arguments.named_children if one.type != "comment"] if arguments else []
        self.lines[name] = line
        if given:
            self.found[name] = self.node(given[0])
        else:
            place = self.script.span(arguments)[0] + 1 if arguments else self.script.span(call)[1]
            self.found[name] = Node(place, place, members=[])

    def node(self, expression: Syntax, names: frozenset[str] = frozenset(), depth: int = 0) -> Node:
        """An expression with its place; a name that is bound once is what it is bound to."""
        self._count += 1
        if self._count > MOST_NODES or depth > DEEPEST:
            raise SettingsError(f"{self._source}: {TOO_LARGE}")
        inner = bare(expression)
        start, end = self.script.span(inner)
        name = self.script.source(inner) if inner.type in ("identifier", "shorthand_property_identifier") else ""
        if name in self._bound and name not in names:
            return self._followed(name, start, end, names, depth)
        if inner.type == "object":
            return Node(start, end, members=[self._member(one, names, depth) for one in _parts(inner)])
        if inner.type == "array":
            items = [self.node(one, names, depth + 1) for one in _parts(inner)]
            if not any(isinstance(one.value, Code) for one in items):
                return Node(start, end, items=items)
        return Node(start, end, self._value(inner))

    def _followed(self, name: str, start: int, end: int, names: frozenset[str], depth: int) -> Node:
        target = self.node(self._bound[name], names | {name}, depth + 1)
        if isinstance(target.value, Code):  # a change is made where it is used
            return Node(start, end, target.value)
        if self._uses[name] > 2:  # its declaration and others mean it too: a change is made here alone, or not at all
            target.start, target.end, target.shared = start, end, name
        return target

    def _member(self, part: Syntax, names: frozenset[str], depth: int) -> Member:
        start, end = self.script.span(part)
        if part.type == "pair" and (value := field(part, "value")) and (key := field(part, "key")):
            known = self.script.words(key) if key.type == "string" else self.script.source(key)
            name = None if key.type == "computed_property_name" else known
            return Member(name, self.node(value, names, depth + 1), start, end)
        if part.type == "shorthand_property_identifier":
            node = self.node(part, names, depth + 1)
            if node.start == start:
                node.style = "shorthand"
            return Member(self.script.source(part), node, start, end)
        if part.type == "spread_element" and part.named_children:
            node = self.node(part.named_children[0], names, depth + 1)
            return Member(OPEN, node, start, end, opens=node.members is not None)
        key = field(part, "name")  # a method
        return Member(self.script.source(key) if key else None, Node(start, end, self._value(part)), start, end)

    def _value(self, expression: Syntax) -> Any:
        source = self.script.source(expression)
        if (words := self.script.words(expression)) is not None:
            return words
        if expression.type in _WORDS:
            return _WORDS[expression.type]
        plain = source.replace("_", "")
        if expression.type in ("number", "unary_expression") and _NUMBER.fullmatch(plain) and len(plain) < 300:
            return float(plain) if set(plain) & set(".eE") else int(plain)
        return Code(source, self._line(expression))

    def _line(self, node: Syntax) -> int:
        return node.start_point[0] + 1


def _parts(node: Syntax) -> list[Syntax]:
    return [one for one in node.named_children if one.type != "comment"]


def _binds(node: Syntax) -> Syntax | None:
    """What a node gives a value to."""
    name = _BINDING.get(node.type)
    return field(node, name) if name else None


_BINDING = {
    "variable_declarator": "name",
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
    "update_expression": "argument",
    "required_parameter": "pattern",
    "optional_parameter": "pattern",
    "arrow_function": "parameter",
    "for_in_statement": "left",
    "function_declaration": "name",
    "class_declaration": "name",
    "catch_clause": "parameter",
}
