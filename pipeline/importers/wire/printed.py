"""Values as Python prints them: dicts with single quotes, and models such as `Event(type='x', n=1)`; never run."""

from __future__ import annotations

import ast
import warnings
from typing import Any

LONGEST = 1 << 20
"""The most characters of one printed value."""

DEEPEST = 60


def printed_value(text: str) -> Any:
    """The value, a model as a dict of its fields; None: the text is no such value, or one that is not to be trusted.

    What is neither a literal nor a model, such as an enum or a time, is None within it.
    """
    if len(text) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
        return _value(tree.body, 0)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _value(node: ast.expr, depth: int) -> Any:
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    match node:
        case ast.Constant(value=value):
            return value if isinstance(value, str | int | float | bool) else None
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.List(elts=held) | ast.Tuple(elts=held):
            return [_value(one, depth + 1) for one in held]
        case ast.Dict(keys=keys, values=values):
            names = [key.value if isinstance(key, ast.Constant) else None for key in keys]
            pairs = zip(names, values, strict=True)
            return {name: _value(one, depth + 1) for name, one in pairs if isinstance(name, str)}
        case ast.Call(keywords=held):
            return {one.arg: _value(one.value, depth + 1) for one in held if one.arg is not None}
    return None
