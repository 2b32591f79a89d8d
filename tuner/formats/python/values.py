"""Each text and number of Python code with the name that it is given to, off the syntax tree; nothing is run."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator

from stages.errors import SettingsError
from tuner.formats.placed.node import Node, named
from tuner.formats.placed.places import Places
from tuner.formats.python.calls import parsed, span

ASKING = frozenset(("getenv", "get", "setdefault", "setenv", "pop"))
"""Calls whose first text names the second."""


class PythonValues:
    """The texts and whole numbers of any Python file; what is joined by + is one text."""

    def nodes(self, text: str) -> Iterable[Node]:
        try:
            tree = parsed(text, "")
        except SettingsError:
            return
        places = Places(text)
        for expression, names, value in _values(tree):
            yield named(names, Node(*span(expression, places), value))

    def rewritten(self, text: str, node: Node, new: str) -> str | None:
        if "\n" in new and "\n" in text[node.start : node.end]:  # of several lines only some words change
            return None
        return json.dumps(new, ensure_ascii=False)


Names = tuple[str, ...]


def _values(tree: ast.AST) -> Iterator[tuple[ast.expr, Names, str | int]]:
    todo: list[tuple[ast.AST, Names]] = [(tree, ())]
    while todo:
        node, names = todo.pop()
        value = _value(node)
        if value is not None and isinstance(node, ast.expr):
            yield node, names, value
        elif not isinstance(node, ast.JoinedStr):  # the texts in an f-string have no places of their own
            todo += reversed([*_inside(node, names)])


def _inside(node: ast.AST, names: Names) -> Iterator[tuple[ast.AST, Names]]:
    """What stands in a node, each with the name it is given to."""
    given = [(name, value) for name, value in _given(node) if value is not None]
    keys = [key for key in node.keys if key is not None] if isinstance(node, ast.Dict) else []
    yield from ((key, ()) for key in keys)
    yield from ((value, (*names, name)) for name, value in given)
    done = {id(one) for one in keys} | {id(value) for _, value in given}
    group = names if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.BoolOp | ast.IfExp) else ()
    yield from ((child, group) for child in ast.iter_child_nodes(node) if id(child) not in done)


def _given(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """Names and what they are given in one node."""
    if isinstance(node, ast.Assign):
        yield _name(node.targets[0]), node.value
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        yield _name(node.target), node.value
    elif isinstance(node, ast.keyword):
        yield node.arg or "", node.value
    elif isinstance(node, ast.Dict):
        yield from ((_name(key), value) for key, value in zip(node.keys, node.values, strict=True))
    elif isinstance(node, ast.Call) and _name(node.func) in ASKING and len(node.args) == 2:
        yield _name(node.args[0]), node.args[1]
    elif isinstance(node, ast.arguments):
        arguments = [*node.posonlyargs, *node.args]
        with_default = arguments[len(arguments) - len(node.defaults) :]
        yield from ((one.arg, value) for one, value in zip(with_default, node.defaults, strict=True))
        yield from ((one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True))


def _name(node: ast.AST | None) -> str:
    """What something is given to: x, a.x, a["x"] are all x."""
    while isinstance(node, ast.Subscript):
        node = node.slice
    if isinstance(node, ast.Constant):
        return str(node.value)
    return getattr(node, "attr", None) or getattr(node, "id", None) or ""


def _value(node: ast.AST) -> str | int | None:
    """The text or whole number that stands there."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | int) and not isinstance(node.value, bool) else None
    todo, parts = [node], []
    while todo:
        one = todo.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add):
            todo += [one.right, one.left]
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            parts.append(one.value)
        else:
            return None
    return "".join(parts)
