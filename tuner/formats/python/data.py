"""Settings as data in Python text: dicts, and the named arguments of calls, whatever they are called."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stages.errors import SettingsError
from tuner.formats.placed.edits import spliced
from tuner.formats.placed.members import changed_objects, grouped, pending
from tuner.formats.placed.node import Member, Node, outermost
from tuner.formats.python.calls import Calls, Made, PythonNode, dotted, parsed
from tuner.formats.python.code import code
from tuner.formats.python.text import Python
from tuner.formats.tree import grown, shallow

BUILDERS = "with_"
"""Methods that give one setting by position: `.with_turn_detection(...)`; together they are one object."""


class Written(Calls):
    """Every dict of a module, and every call with named arguments, by the name that it has there."""

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source, ())
        self._inside: set[tuple[int, int]] = set()
        counts: Counter[str] = Counter()
        for name, expression in _candidates(parsed(text, source)):
            if self._span(expression) in self._inside:
                continue
            node = self._call(expression, frozenset()) if isinstance(expression, ast.Call) else self._shown(expression)
            if node.members:
                counts[name] += 1
                self.found[name if counts[name] == 1 else f"{name}#{counts[name]}"] = node
                self._inside |= set(_spans(node))
        self.found = outermost(self.found)
        if built := self._built(parsed(text, source)):
            self.found[BUILDERS] = built

    def _shown(self, expression: ast.expr) -> PythonNode:
        return self._node(expression, frozenset(), 0)

    def _built(self, module: ast.Module) -> PythonNode | None:
        """What the builders are given, as one object; nothing can be added to it in the text."""
        members = []
        for call in (one for one in ast.walk(module) if isinstance(one, ast.Call) and len(one.args) == 1):
            name = dotted(call.func) or getattr(call.func, "attr", "")
            key = name.rpartition(".")[2]
            if key.startswith(BUILDERS):
                node = self._shown(call.args[0])
                members.append(Member(key.removeprefix(BUILDERS), node, node.start, node.end))
        return PythonNode(members[0].start, members[-1].end, members=members) if members else None


def _candidates(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Name and expression of each dict and call with named arguments, the outer before the inner."""
    named = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            named[id(node.value)] = dotted(target).rpartition(".")[2]
        if isinstance(node, ast.Dict):
            yield named.get(id(node)) or "dict", node
        if isinstance(node, ast.Call) and node.keywords:
            called = dotted(node.func) or getattr(node.func, "attr", "call")
            yield called.rpartition(".")[2], node


def _spans(node: Node) -> Iterator[tuple[int, int]]:
    """Where everything in an object stands."""
    for one in node.members or ():
        yield one.node.start, one.node.end
        yield from _spans(one.node)


@dataclass(frozen=True)
class PythonData(Python):
    """Objects of a Python text, each under the name that it has there."""

    made: tuple[Made, ...] = ()
    imports: Mapping[str, str] = field(default_factory=dict)
    name: str = "python-data"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        return shallow(Written(text, source).tree(), source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        written = Written(text, "the file")
        wanted = grouped(pending(written.tree(), changes))
        if missing := [name for name in wanted.get(BUILDERS, ()) if name not in written.found[BUILDERS].named()]:
            calls = ", ".join(f".{BUILDERS}{name}(...)" for name in missing)
            raise SettingsError(f"this file builds its settings step by step: add {calls} by hand, then again")
        return spliced(text, changed_objects(text, written.found, wanted, self))

    def fresh(self, values: Mapping[str, Any]) -> str:
        return f"settings = {code(grown(values))}\n"
