"""JSON with comments and commas at the end: read strictly otherwise, edited where the values stand."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from stages.errors import SettingsError
from tuner.formats.json_scan import scanned
from tuner.formats.placed.brackets import SCRIPT_SPACE, Syntax, Write, begins_line, bracketed, step_of
from tuner.formats.placed.edits import Edit, spliced
from tuner.formats.placed.members import changed, grouped, pending
from tuner.formats.placed.node import Node, plain
from tuner.formats.tree import grown, shallow, with_null

_SYNTAX = Syntax(SCRIPT_SPACE, "//", block=True)


class Json:
    """JSON text, as RFC 8259 has it, and what its users add: comments, and a comma after the last value."""

    name, suffix = "json", ".json"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        return shallow(plain(_root(text, source)), source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        root = _root(text, "the file")
        wanted = grouped(pending(plain(root), changes))
        return spliced(text, changed(text, root, wanted, self))

    def fresh(self, values: Mapping[str, Any]) -> str:
        return json.dumps(grown(values), indent=2, ensure_ascii=False) + "\n"

    def members(self, text: str, holder: Node, gone: Collection[str], write: Write | None) -> Iterator[Edit]:
        return bracketed(text, holder, gone, write, _SYNTAX)

    def member(self, path: str, value: Any, text: str, holder: Node, indent: str) -> str:
        name = path.rpartition(".")[2]
        in_one_line = holder.members and not begins_line(text, holder.members[-1].start)
        step = None if in_one_line else step_of(text, holder)
        return f"{json.dumps(name, ensure_ascii=False)}: {_written(value, indent, step)}"

    def value(self, path: str, value: Any, text: str, node: Node) -> str:
        return _written(value, "", None)

    def nodes(self, text: str) -> Iterable[Node]:
        return scanned(text)

    def rewritten(self, text: str, node: Node, new: str) -> str | None:
        return json.dumps(new, ensure_ascii=False)


def _root(text: str, source: str) -> Node:
    top = scanned(text, source)
    if not top or top[0].members is None:
        raise SettingsError(f"{source}: must be a JSON object, {{...}}; give the vendor's configuration alone")
    return top[0]


def _written(value: Any, indent: str, step: str | None) -> str:
    return json.dumps(with_null(value), indent=step, ensure_ascii=False).replace("\n", f"\n{indent}")
