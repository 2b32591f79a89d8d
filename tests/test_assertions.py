"""Every test checks something on each run: not only in a branch, or in a loop over what may be empty.

A check is an `assert`, a `pytest.raises`, an `assert_...` of numpy's, hypothesis' `assume` (which fails where it is
never met), or a function of the tests that has one of these. A loop counts as run where it goes over values that stand
in the test, a range, or a constant.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
CHECKS = {"raises", "warns", "fail", "assume"}
WAITS = {"wait"}
"""Methods of the terminal's fixture, which raise an AssertionError."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_every_test_checks_something_on_each_run() -> None:
    assert [name for name, test, functions in every_test() if not sure(test.body, functions)] == []


def test_no_test_asserts_under_an_if_without_an_else() -> None:
    assert [name for name, test, functions in every_test() if any(in_one_branch(test, functions))] == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("assert x", True),
        ("with raises(E): f()", True),
        ("for one in (1, 2): assert one", True),
        ("for one in some: assert one", False),
        ("if x: assert y", False),
        ("if x: assert y\nelse: assert z", True),
        ("with suppress(E): assert x", False),
        ("try: f()\nexcept E: assert x", False),
        ("try: f()\nexcept E: assert x\nelse: assert y", True),
        ("checked(x)", True),
        ("unchecked(x)", False),
    ],
)
def test_what_counts_as_a_check_on_each_run(body: str, found: bool) -> None:
    assert sure(ast.parse(body).body, {"checked"}) == found


def every_test() -> Iterator[tuple[str, Function, set[str]]]:
    """Its name, itself, and the functions that check something and that it may call."""
    for file in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(parsed(file)):
            if isinstance(node, Function) and node.name.startswith("test_"):
                yield f"{file.relative_to(FOLDER)}::{node.name}", node, checking(file)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


@cache
def checking(file: Path) -> set[str]:
    """The names of functions, of this file, imported from other tests or fixtures, that check something."""
    tree = parsed(file)
    found = _checking(file)
    for folder in file.parents:
        if folder.is_relative_to(FOLDER) and (folder / "conftest.py").is_file():
            found |= _checking(folder / "conftest.py")
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            other = FOLDER.parent.joinpath(*(node.module or "").split(".")).with_suffix(".py")
            found |= {one.name for one in node.names} & _checking(other)
    return found | (WAITS if "terminal" in file.parts else set())


@cache
def _checking(file: Path) -> set[str]:
    functions = [
        node for node in ast.walk(parsed(file)) if isinstance(node, Function) and not node.name.startswith("test_")
    ]
    return {one.name for one in functions if any(checks(node, set()) for node in ast.walk(one))}


def checks(node: ast.AST, functions: set[str]) -> bool:
    """Whether this node by itself is a check."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in CHECKS | functions or name.startswith("assert_")


def sure(body: list[ast.stmt], functions: set[str]) -> bool:
    """Whether a check of these statements is reached however the test runs."""
    return any(_sure(node, functions) for node in body)


def _sure(node: ast.stmt, functions: set[str]) -> bool:
    match node:
        case ast.If():
            return sure(node.body, functions) and sure(node.orelse, functions)
        case ast.For() | ast.AsyncFor():
            return runs(node.iter) and sure(node.body, functions)
        case ast.While():
            return False
        case ast.Try():
            handled = all(sure(handler.body, functions) for handler in node.handlers)
            return sure(node.finalbody, functions) or (handled and sure(node.body + node.orelse, functions))
        case ast.Match():
            return all(sure(case.body, functions) for case in node.cases)
        case ast.With() | ast.AsyncWith():
            calls = [one for item in node.items for one in ast.walk(item) if isinstance(one, ast.Call)]
            if any(getattr(one.func, "id", "") == "suppress" for one in calls):
                return False
            return any(checks(one, functions) for one in calls) or sure(node.body, functions)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return False
        case _:
            return any(checks(one, functions) for one in ast.walk(node))


def runs(iterable: ast.expr) -> bool:
    """Whether a loop over this goes round at least once."""
    match iterable:
        case ast.Tuple() | ast.List() | ast.Set():
            return bool(iterable.elts)
        case ast.Constant():
            return bool(iterable.value)
        case ast.Dict():
            return bool(iterable.keys)
        case ast.Name():
            return iterable.id.isupper()
        case ast.Attribute():
            return iterable.attr.isupper()
        case ast.Call(func=ast.Name(id="range")):
            return True
        case ast.Call(func=ast.Name(id="zip"), keywords=[ast.keyword(arg="strict")]):
            return any(runs(one) for one in iterable.args)
        case ast.Call(func=ast.Name(id="enumerate" | "sorted" | "reversed" | "product")):
            return all(runs(one) for one in iterable.args)
        case ast.Call(func=ast.Attribute(attr="items" | "keys" | "values", value=value)):
            return runs(value)
    return False


def in_one_branch(test: Function, functions: set[str]) -> Iterator[ast.If]:
    """The branches that check something while the other does not."""
    for node in ast.walk(test):
        if isinstance(node, ast.If):
            inside = any(checks(one, functions) for statement in node.body for one in ast.walk(statement))
            if inside and not any(checks(one, functions) for statement in node.orelse for one in ast.walk(statement)):
                yield node
