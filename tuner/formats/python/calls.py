"""Constructor calls in Python text and their arguments as trees, found by parsing: nothing is ever run."""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stages.errors import Ambiguous, SettingsError
from tuner.formats.placed.node import OPEN, Code, Member, Node, plain
from tuner.formats.placed.places import Places
from tuner.formats.tree import DEEPEST, TOO_LARGE

MOST_NODES = 100_000
"""A name that stands for an object is followed wherever it is used: a few lines can make any number of values."""
_CLOSING = re.compile(r"(?:\s|\\|#[^\r\n]*+)*+\)")


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
    several: bool = False
    """A file may hold several: that with the most arguments counts, and the tree says how many there are."""

    def is_called(self, name: str) -> bool:
        return any(
            name.endswith(one[1:]) if one.startswith("*") else f".{name}".endswith(f".{one}") for one in self.names
        )


@dataclass
class PythonNode(Node):
    """A value in Python text."""

    called: str = ""
    """What is called, where it is a call that keeps its arguments."""
    calls: tuple[tuple[str, str], ...] = ()
    """Of a list of calls: what is called, and the source, in order."""

    @property
    def is_call(self) -> bool:
        return bool(self.called)


class Calls:
    """The calls of a module that hold settings."""

    def __init__(self, text: str, source: str, made: tuple[Made, ...]) -> None:
        self.text, self._source, self._count = text, source, 0
        module = parsed(text, source)
        self._places = Places(text)
        self._bound = dict(_bound_once(module))
        loads = (one for one in ast.walk(module) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))
        self._uses = Counter(one.id for one in loads)
        self.names = set(_top_names(module))
        """What imports and assignments of the module bind."""
        self.last_import = max((self._span(one)[1] for one in module.body if _is_import(one)), default=0)
        self.found: dict[str, PythonNode] = {}
        self._lines: dict[str, int] = {}
        self._imported = dict(_imported(module))
        self._bases = dict(_bases(module))
        self._counts: Counter[str] = Counter()
        bound = {id(value): name for name, value in self._bound.items()}
        for call in (one for one in ast.walk(module) if isinstance(one, ast.Call)):
            name = self._called(call)
            for one in made:
                if one.is_called(name) or (name == one.code and bound.get(id(call), "") == one.variable):
                    self._add(one, call)

    def tree(self) -> dict[str, Any]:
        """Key -> the arguments of its call, under "()" what is called, under "(n)" how many such calls there are."""
        counts = {key: {"(n)": count} for key, count in self._counts.items() if count > 1}
        named = {key: {"()": node.called} if node.called else {} for key, node in self.found.items()}
        return {key: named[key] | counts.get(key, {}) | plain(node) for key, node in self.found.items()}

    def _called(self, call: ast.Call) -> str:
        """What is called, dotted; of a class that is imported by its name, or under another, the module with it.

        `super().__init__(...)` in a class is a call of what that is made of.
        """
        name = self._bases.get(id(call)) or dotted(call.func)
        first, _, rest = name.partition(".")
        whole = self._imported.get(first, first)
        if first[:1].isupper() or whole.rpartition(".")[2] != first:
            return f"{whole}.{rest}" if rest else whole
        return name

    def _add(self, made: Made, call: ast.Call) -> None:
        key = made.key
        self._counts[key] += 1
        if key in self.found and made.several:
            other = self._call(call, frozenset())
            if len(other.members or ()) > len(self.found[key].members or ()):
                self.found[key] = other
            return
        if key in self.found:
            raise Ambiguous(
                f"{self._source}:{call.lineno}: {dotted(call.func)}(...) stands here and in line {self._lines[key]}: "
                "which one is meant? Give a file with that one alone"
            )
        self._lines[key] = call.lineno
        self.found[key] = self._call(call, frozenset())

    def _node(self, expression: ast.expr, names: frozenset[str], depth: int) -> PythonNode:
        """An expression with its place; a name that is bound once is what it is bound to."""
        self._count += 1
        if self._count > MOST_NODES or depth > DEEPEST:
            raise SettingsError(f"{self._source}: {TOO_LARGE}")
        start, end = self._span(expression)
        if isinstance(expression, ast.Name) and expression.id in self._bound and expression.id not in names:
            return self._followed(expression.id, start, end, names, depth)
        if isinstance(expression, ast.Call) and _keeps(dotted(expression.func)):
            return self._call(expression, names, depth)
        if isinstance(expression, ast.Dict) and all(_is_text(key) for key in expression.keys if key is not None):
            return self._dict(expression, names, depth)
        calls = self._listed(expression, names, depth)
        value = sorted(name for name, _ in calls) if calls else self._value(expression)
        return PythonNode(start, end, value, calls=calls)

    def _followed(self, name: str, start: int, end: int, names: frozenset[str], depth: int) -> PythonNode:
        target = self._node(self._bound[name], names | {name}, depth + 1)
        if isinstance(target.value, Code):  # a change is made where it is used
            return PythonNode(start, end, target.value)
        if self._uses[name] > 1:  # others mean it too: a change is made here alone, or not at all
            target.start, target.end, target.shared = start, end, name
        return target

    def _call(self, call: ast.Call, names: frozenset[str], depth: int = 0) -> PythonNode:
        start, end = self._span(call)
        members = []
        parts: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        for part in sorted(parts, key=self._span):
            if isinstance(part, ast.keyword):
                node = self._node(part.value, names, depth + 1)
                members.append(Member(part.arg or OPEN, node, *self._span(part), opens=_opens(part.arg, node)))
            else:
                members.append(Member(None, Node(*self._span(part)), *self._span(part)))
        inner = self.text.index("(", self._span(call.func)[1]) + 1
        code = Code(self.text[start:end], call.lineno)
        return PythonNode(start, end, members=members, inner=inner, code=code, called=self._called(call))

    def _dict(self, held: ast.Dict, names: frozenset[str], depth: int) -> PythonNode:
        members = []
        for key, value in zip(held.keys, held.values, strict=True):
            node = self._node(value, names, depth + 1)
            name = str(key.value) if isinstance(key, ast.Constant) else None
            start, end = self._span(key or value)[0], self._past_brackets(self._span(value)[1])
            members.append(Member(OPEN if name is None else name, node, start, end, opens=_opens(name, node)))
        return PythonNode(*self._span(held), members=members)

    def _past_brackets(self, end: int) -> int:
        """Where a dict's value ends with the brackets around it, which are none of its expression."""
        while closing := _CLOSING.match(self.text, end):
            end = closing.end()
        return end

    def _listed(self, expression: ast.expr, names: frozenset[str], depth: int) -> tuple[tuple[str, str], ...]:
        """What is called in a list that holds calls alone, and their source."""
        if not isinstance(expression, ast.List):
            return ()
        each = [self._node(one, names, depth + 1) for one in expression.elts]
        if not all(one.is_call for one in each):
            return ()
        sources = (self.text[slice(*self._span(one))] for one in expression.elts)
        return tuple((one.called.rpartition(".")[2], source) for one, source in zip(each, sources, strict=True))

    def _value(self, expression: ast.expr) -> Any:
        try:
            value = ast.literal_eval(expression)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return Code(self.text[slice(*self._span(expression))], expression.lineno)
        return list(value) if isinstance(value, tuple) else value

    def _span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        return span(node, self._places)


def parsed(text: str, source: str) -> ast.Module:
    """The module; SettingsError with the place where it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of a customer's escapes
            return ast.parse(text)
    except SyntaxError as error:
        place = f"{source}:{error.lineno or 1}:{error.offset or 1}"
        raise SettingsError(f"{place}: is not Python: {error.msg}") from None
    except ValueError as error:
        raise SettingsError(f"{source}: is not Python: {error}") from None
    except (RecursionError, MemoryError):
        raise SettingsError(f"{source}: is not Python that can be read: it is nested too deeply") from None


def span(node: ast.expr | ast.stmt | ast.keyword, places: Places) -> tuple[int, int]:
    """Where a parsed node stands in the text."""
    if node.end_lineno is None or node.end_col_offset is None:
        raise AssertionError("a parsed node knows its place")
    return places.of_line(node.lineno, node.col_offset), places.of_line(node.end_lineno, node.end_col_offset)


def dotted(called: ast.expr) -> str:
    """`silero.VAD.load`; empty where what is called has no name."""
    names = []
    while isinstance(called, ast.Attribute | ast.Subscript):
        if isinstance(called, ast.Attribute):
            names.append(called.attr)
        called = called.value
    if isinstance(called, ast.Name):
        names.append(called.id)
    return ".".join(reversed(names))


def _opens(name: str | None, node: Node) -> bool:
    return name is None and node.members is not None


def _keeps(called: str) -> bool:
    """Whether what is called keeps its arguments, as a class or dict does; what a function makes of them is its own."""
    name = called.rpartition(".")[2]
    return name == "dict" or name[:1].isupper()


def _is_text(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _imported(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, and the module, or the name in one, that it stands for."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)
        elif isinstance(node, ast.Import):
            yield from ((one.asname, one.name) for one in node.names if one.asname)


def _bases(module: ast.Module) -> Iterator[tuple[int, str]]:
    """The id of each call of `super().__init__` in a class, and the first that the class is made of."""
    for made in (one for one in ast.walk(module) if isinstance(one, ast.ClassDef) and one.bases):
        for call in (one for one in ast.walk(made) if isinstance(one, ast.Call)):
            begun = call.func.value if isinstance(call.func, ast.Attribute) else None
            if isinstance(begun, ast.Call) and dotted(begun.func) == "super" and call.func.attr == "__init__":  # type: ignore[attr-defined]
                yield id(call), dotted(made.bases[0])


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _bound_once(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Names that the whole file binds in one place, by a plain assignment, and the value."""
    counts: Counter[str] = Counter()
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            counts[node.id] += 1
        elif isinstance(node, ast.arg):
            counts[node.arg] += 2
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
