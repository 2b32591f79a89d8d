"""Settings as data in JavaScript and TypeScript text: object literals, wherever they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stages.errors import SettingsError
from tuner.formats.placed.edits import spliced
from tuner.formats.placed.members import changed_objects, grouped, pending
from tuner.formats.placed.node import Node, outermost, plain
from tuner.formats.script.calls import Calls
from tuner.formats.script.code import code, quote_of
from tuner.formats.script.syntax import field, walked
from tuner.formats.script.text import TypeScript
from tuner.formats.tree import grown, shallow

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

_TRANSPARENT = frozenset(
    (
        "arguments",
        "as_expression",
        "await_expression",
        "call_expression",
        "parenthesized_expression",
        "satisfies_expression",
    )
)
"""What may stand between an object and what it is bound to: `body = JSON.stringify({...} as Body)`."""

SUFFIXES = (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".tsx")
"""Of scripts: one that is broken in a place is read elsewhere; other text must be a script as a whole."""


class Written(Calls):
    """Every object literal of a script by the name that it has there, the outermost alone."""

    def __init__(self, text: str, source: str) -> None:
        super().__init__(text, source, ())
        inside: set[tuple[int, int]] = set()
        counts: Counter[str] = Counter()
        for expression in (one for one in walked(self.script.root) if one.type == "object"):
            if self.script.span(expression) in inside or expression.has_error:
                continue
            node = self.node(expression)
            inside |= set(_spans(node))
            if node.members:
                name = self._name(expression)
                counts[name] += 1
                self.found[name if counts[name] == 1 else f"{name}#{counts[name]}"] = node
        self.found = outermost(self.found)
        if not self.found and self.script.root.has_error:
            raise SettingsError(f"{source}: is neither JavaScript nor TypeScript")

    def tree(self) -> dict[str, Any]:
        """Name -> object."""
        return {name: plain(node) for name, node in self.found.items()}

    def _name(self, expression: Syntax) -> str:
        """What the object is bound to, or the call that it is given to."""
        called, here = "", expression.parent
        while here is not None and here.type in _TRANSPARENT:
            if here.type == "call_expression":
                called = self.dotted(field(here, "function")).rpartition(".")[2]
            here = here.parent
        named = {"variable_declarator": "name", "pair": "key", "assignment_expression": "left"}
        target = field(here, named[here.type]) if here is not None and here.type in named else None
        name = self.dotted(target) or (self.script.source(target) if target is not None else called)
        return name.rpartition(".")[2].strip("'\"") or "object"


def _spans(node: Node) -> list[tuple[int, int]]:
    """Where everything in an object stands."""
    found: list[tuple[int, int]] = []
    todo = [node]
    while todo:
        one = todo.pop()
        found.append((one.start, one.end))
        todo += [member.node for member in one.members or ()] + (one.items or [])
    return found


@dataclass(frozen=True)
class ScriptData(TypeScript):
    """Objects of a JavaScript or TypeScript text, each under the name that it has there."""

    options: str = ""
    name: str = "script-data"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        written = Written(text, source)
        if written.script.root.has_error and not source.lower().endswith(SUFFIXES):
            raise SettingsError(f"{source}: is neither JavaScript nor TypeScript")
        return shallow(written.tree(), source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        written = Written(text, "the file")
        wanted = grouped(pending(written.tree(), changes))
        return spliced(text, changed_objects(text, written.found, wanted, self))

    def fresh(self, values: Mapping[str, Any]) -> str:
        return f"const settings = {code(grown(values), quote_of(chr(39)))};\n"
