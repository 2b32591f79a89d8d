"""Python: each text and number with the name it is given to, off the syntax tree; nothing is run."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise

from tuner.support.redaction.edits import Edit
from tuner.support.redaction.leaf import Change, Leaf

ASKING = frozenset(("getenv", "get", "setdefault", "setenv", "pop"))
"""Calls whose first text names the second."""


def python_edits(text: str, change: Change) -> list[Edit]:
    """New values as Python texts in double quotes; what is joined by + is one text."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    begins = _line_begins(text)
    edits: list[Edit] = []
    for node, names in _values(tree):
        start, end = (_place(text, begins, *place) for place in _ends(node))
        new = change(Leaf(names, _joined(node)), start)
        if new is not None and not (
            "\n" in new and "\n" in text[start:end]
        ):  # such a one stays as it is: prose finds it
            edits.append(Edit(start, end, json.dumps(new, ensure_ascii=False)))
    return edits


def _values(tree: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    todo: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while todo:
        node, names = todo.pop()
        if isinstance(node, ast.expr) and _joined(node) != "":
            yield node, names
        elif not isinstance(node, ast.JoinedStr):  # the texts in an f-string have no places of their own: prose
            todo += reversed([*_inside(node, names)])


def _inside(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[ast.AST, tuple[str, ...]]]:
    """What stands in a node, each with the name it is given to."""
    named: list[tuple[str, ast.AST | None]] = []
    if isinstance(node, ast.Assign):
        named = [(_name(node.targets[0]), node.value)]
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        named = [(_name(node.target), node.value)]
    elif isinstance(node, ast.keyword):
        named = [(node.arg or "", node.value)]
    elif isinstance(node, ast.Dict):
        named = [(_name(key), value) for key, value in zip(node.keys, node.values, strict=True)]
        yield from ((key, ()) for key in node.keys if key is not None)
    elif isinstance(node, ast.Call) and _name(node.func) in ASKING and len(node.args) == 2:
        named = [(_name(node.args[0]), node.args[1])]
    elif isinstance(node, ast.arguments):
        arguments = [*node.posonlyargs, *node.args]
        given = arguments[len(arguments) - len(node.defaults) :]
        named = [(one.arg, value) for one, value in zip(given, node.defaults, strict=True)]
        named += [(one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True)]
    yield from ((value, (*names, name)) for name, value in named if value is not None)
    told = {id(value) for _, value in named}
    group = names if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.BoolOp | ast.IfExp) else ()
    for child in ast.iter_child_nodes(node):
        if id(child) not in told and not (isinstance(node, ast.Dict) and child in node.keys):
            yield child, group


def _name(node: ast.AST | None) -> str:
    """What something is given to: x, a.x, a["x"] are all x."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Subscript):
        return _name(node.slice)
    return getattr(node, "attr", None) or getattr(node, "id", None) or ""


def _joined(node: ast.AST) -> str | int:
    """The text or whole number that stands there, "" where none does."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | int) and not isinstance(node.value, bool) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [_joined(node.left), _joined(node.right)]
        if all(isinstance(part, str) and part for part in parts):
            return "".join(map(str, parts))
    return ""


def _line_begins(text: str) -> list[int]:
    """Where each line begins, lines as Python's own reader counts them."""
    return [0, *(found.end() for found in re.finditer(r"\r\n?|\n", text))]


def _ends(node: ast.expr) -> tuple[tuple[int, int], tuple[int, int]]:
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)


def _place(text: str, begins: list[int], line: int, column: int) -> int:
    """An offset into the text; the tree counts columns in UTF-8 bytes."""
    begin = begins[line - 1]
    return begin + len(text[begin : begin + column].encode()[:column].decode(errors="ignore"))


def said(text: str) -> str:
    """The text with what only refers to something as spaces, place for place: `token=make(x)` holds no secret."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    lines = text.split("\n")
    for token, after in pairwise(tokens):
        if token.type == tokenize.NAME and after.string not in ("=", ":") and after.type != tokenize.STRING:
            row, start, end = token.start[0] - 1, token.start[1], token.end[1]
            lines[row] = lines[row][:start] + " " * (end - start) + lines[row][end:]
    return "\n".join(lines)
