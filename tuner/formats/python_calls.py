"""Constructor calls in Python text and their arguments as trees, found by parsing: nothing is ever run."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stages.errors import SettingsError

_NEWLINE = re.compile(rb"\r\n|\r|\n")
_CLOSING = re.compile(rb"(?:\s|\\|#[^\r\n]*)*\)")


class Code(str):
    """A value that only running the file would tell, as its source text."""


@dataclass(frozen=True)
class Made:
    """A call that holds settings."""

    key: str
    """Its arguments stand under this key in the tree."""
    names: tuple[str, ...]
    """What is called: the end of a dotted name, or `*End` for any name that ends so."""
    code: str
    """How it is written where it is missing."""
    home: str = ""
    """The argument that it is given as, `AgentSession.vad`; none: it stands alone."""
    variable: str = ""
    """What a new one that stands alone is bound to (one with a home does so where that call is not in the file); a call
    of `code` that is bound to it is one too."""
    listed: bool = False
    """It is one of a list there."""

    def is_called(self, name: str) -> bool:
        return any(
            name.endswith(one[1:]) if one.startswith("*") else f".{name}".endswith(f".{one}") for one in self.names
        )


@dataclass
class Node:
    """A value in the text, bytes [start, end)."""

    start: int
    end: int
    value: Any = None
    members: dict[str, Node] | None = None
    """Of a call or a dict: its arguments or entries by name."""
    is_call: bool = False
    called: str = ""
    parts: tuple[tuple[int, int], ...] = ()
    """Where each argument or entry stands, those without a name too, in order."""
    places: dict[str, int] = field(default_factory=dict)
    """Name -> which of `parts` it is."""
    items: tuple[tuple[str, str], ...] = ()
    """Of a list of calls: what is called, and the source, in order."""
    shared: str = ""
    """The name by which other places of the file mean it too."""

    def plain(self) -> Any:
        """The value without places."""
        return self.value if self.members is None else {name: one.plain() for name, one in self.members.items()}


class Calls:
    """The calls of a module that hold settings."""

    def __init__(self, text: str, source: str, made: tuple[Made, ...]) -> None:
        self.data, self._source = text.encode(), source
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(self.data))]
        module = self._parsed(text)
        self._bound = dict(_bound_once(module))
        loads = (one for one in ast.walk(module) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
        self._uses = Counter(one.id for one in loads)
        self.names = set(_top_names(module))
        """What imports and assignments of the module bind."""
        self.last_import = max((self._span(one)[1] for one in module.body if _is_import(one)), default=0)
        self.found: dict[str, Node] = {}
        bound = {id(value): name for name, value in self._bound.items()}
        for call in (one for one in ast.walk(module) if isinstance(one, ast.Call)):
            name = _dotted(call.func)
            for one in made:
                if one.is_called(name) or (name == one.code and bound.get(id(call), "") == one.variable):
                    self._add(one.key, call)

    def _parsed(self, text: str) -> ast.Module:
        try:
            return ast.parse(text)
        except SyntaxError as error:
            place = f"{self._source}:{error.lineno or 1}:{error.offset or 1}"
            raise SettingsError(f"{place}: is not Python: {error.msg}") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise SettingsError(f"{self._source}: is not Python: {error or 'it is nested too deeply'}") from None

    def _add(self, key: str, call: ast.Call) -> None:
        if key in self.found:
            first = self.line(self.found[key])
            raise SettingsError(
                f"{self._source}:{call.lineno}: {_dotted(call.func)}(...) stands here and in line {first}: "
                "which one is meant? Give a file with that one alone"
            )
        self.found[key] = self._call(call)

    def line(self, node: Node) -> int:
        """The line that a node begins in, from 1."""
        return len(_NEWLINE.findall(self.data[: node.start])) + 1

    def node(self, expression: ast.expr, seen: frozenset[str] = frozenset()) -> Node:
        """An expression with its place; a name that is bound once, to a literal or a call, is what it is bound to."""
        start, end = self._span(expression)
        if isinstance(expression, ast.Name) and expression.id in self._bound and expression.id not in seen:
            target = self.node(self._bound[expression.id], seen | {expression.id})
            if self._uses[expression.id] > 1:  # others mean it too: a change is made here alone, or not at all
                target.start, target.end, target.shared = start, end, expression.id
            if not isinstance(target.value, Code):
                return target
        if isinstance(expression, ast.Call) and _holds(_dotted(expression.func)):
            return self._call(expression, seen)
        if isinstance(expression, ast.Dict) and all(_is_text(key) for key in expression.keys if key is not None):
            return self._dict(expression, start, end, seen)
        found = Node(start, end, self._value(expression))
        if isinstance(expression, ast.List):
            each = [self.node(one, seen) for one in expression.elts]
            if each and all(one.is_call for one in each):
                found.items = tuple(
                    (one.called.rpartition(".")[2], self._source_of(held))
                    for one, held in zip(each, expression.elts, strict=True)
                )
                found.value = sorted(name for name, _ in found.items)
        return found

    def _call(self, call: ast.Call, seen: frozenset[str] = frozenset()) -> Node:
        start, end = self._span(call)
        parts: list[ast.expr | ast.keyword] = sorted([*call.args, *call.keywords], key=self._span)
        spans = tuple(self._span(part) for part in parts)
        named = {part.arg or "**": place for place, part in enumerate(parts) if isinstance(part, ast.keyword)}
        members = _opened([(word.arg or "**", self.node(word.value, seen)) for word in call.keywords])
        return Node(start, end, None, members, True, _dotted(call.func), spans, named)

    def _dict(self, held: ast.Dict, start: int, end: int, seen: frozenset[str]) -> Node:
        keys = [key.value if isinstance(key, ast.Constant) else "**" for key in held.keys]
        begins = [self._span(key or value)[0] for key, value in zip(held.keys, held.values, strict=True)]
        ends = [self._past_brackets(self._span(value)[1]) for value in held.values]
        spans = tuple(zip(begins, ends, strict=True))
        values = [self.node(value, seen) for value in held.values]
        members = _opened(list(zip(map(str, keys), values, strict=True)))
        places = {str(key): place for place, key in enumerate(keys)}
        return Node(start, end, None, members, False, "", spans, places)

    def _past_brackets(self, end: int) -> int:
        """Where a dict's value ends with the brackets around it, which are none of its expression."""
        while closing := _CLOSING.match(self.data, end):
            end = closing.end()
        return end

    def _value(self, expression: ast.expr) -> Any:
        try:
            value = ast.literal_eval(expression)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return Code(self._source_of(expression))
        return list(value) if isinstance(value, tuple) else value

    def _source_of(self, expression: ast.expr) -> str:
        return self.data[slice(*self._span(expression))].decode()

    def _span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        if node.end_lineno is None or node.end_col_offset is None:
            raise AssertionError("a parsed node knows its place")
        return (
            self._starts[node.lineno - 1] + node.col_offset,
            self._starts[node.end_lineno - 1] + node.end_col_offset,
        )


def _opened(members: list[tuple[str, Node]]) -> dict[str, Node]:
    """Members by name, those of a `**` that stands in the file among them."""
    found: dict[str, Node] = {}
    for name, one in members:
        found |= one.members if name == "**" and one.members is not None else {name: one}
    return found


def plain_tree(found: Mapping[str, Node]) -> dict[str, Any]:
    """Key -> the arguments of its call, and under "()" what is called."""
    return {key: {"()": node.called} | node.plain() for key, node in found.items()}


def _dotted(called: ast.expr) -> str:
    """`silero.VAD.load`; empty where what is called has no name."""
    if isinstance(called, ast.Subscript):
        called = called.value
    if isinstance(called, ast.Attribute):
        before = _dotted(called.value)
        return f"{before}.{called.attr}" if before else called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _holds(called: str) -> bool:
    """Whether what is called keeps its arguments, as a class or dict does; what a function makes of them is its own."""
    name = called.rpartition(".")[2]
    return name == "dict" or name[:1].isupper()


def _is_text(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _bound_once(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names that the whole file binds in one place, by a plain assignment, and the value."""
    counts: dict[str, int] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            counts[node.id] = counts.get(node.id, 0) + 1
        elif isinstance(node, ast.arg):
            counts[node.arg] = counts.get(node.arg, 0) + 2
    for node in ast.walk(module):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else ()
        )
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        for target in targets:
            if isinstance(target, ast.Name) and value is not None and counts[target.id] == 1:
                yield target.id, value


def _top_names(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((one.asname or one.name).split(".")[0] for one in node.names)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
