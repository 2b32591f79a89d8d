"""JavaScript and TypeScript files: settings as the object that a constructor is given, edited where they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stages.brief import brief
from stages.errors import SettingsError
from tuner.formats.placed.brackets import SCRIPT_SPACE, Syntax, Write, bracketed, indent_at
from tuner.formats.placed.edits import Edit, spliced
from tuner.formats.placed.members import Group, changed, grouped, pending
from tuner.formats.placed.node import OPEN, Code, Node, plain
from tuner.formats.script.calls import Calls
from tuner.formats.script.code import code, key, quote_of
from tuner.formats.tree import NULL, at, grown, shallow

_SYNTAX = Syntax(SCRIPT_SPACE, "//", ends_with_comma=True, padding=" ")


@dataclass(frozen=True)
class TypeScript:
    """The options of one call in a file: `new voice.AgentSession({...})`."""

    options: str
    """What is called: the end of a dotted name. Its first argument is the document."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Path of an object in it -> the call whose first argument that is, wherever it stands in the file."""
    constructor: str = ""
    """How the call is written in a new file."""
    name: str = "typescript"
    suffix: str = ".ts"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        calls = self._calls(text, source)
        return shallow(self._tree(calls), source) if calls.found else {}

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        calls = self._calls(text, "the file")
        wanted = grouped(pending(self._tree(calls), changes))
        placed = self._placed(calls, wanted)
        edits = [one for path, node, inside in placed for one in changed(text, node, inside, self, path)]
        found = spliced(text, edits)
        if found != text:
            self._verify(found, changes)
        return found

    def fresh(self, values: Mapping[str, Any]) -> str:
        return f"const session = new {self.constructor or self.options}({code(grown(values), quote_of(chr(39)))});\n"

    def members(self, text: str, holder: Node, gone: Collection[str], write: Write | None) -> Iterator[Edit]:
        return bracketed(text, holder, gone, write, _SYNTAX)

    def member(self, path: str, value: Any, text: str, holder: Node, indent: str) -> str:
        quote, name = quote_of(text), path.rpartition(".")[2]
        return f"{key(name, quote)}: {code(value, quote, indent, len(name) + 2)}"

    def value(self, path: str, value: Any, text: str, node: Node) -> str:
        before = text[text.rfind("\n", 0, node.start) + 1 : node.start]
        written = code(value, quote_of(text), indent_at(text, node.start), len(before.strip()))
        return f"{key(path.rpartition('.')[2], quote_of(text))}: {written}" if node.style == "shorthand" else written

    def _calls(self, text: str, source: str) -> Calls:
        return Calls(text, source, (self.options, *self.parts.values()))

    def _tree(self, calls: Calls) -> dict[str, Any]:
        """The options, with the parts that other calls are given; a part that no call makes is not known."""
        options = calls.found.get(self.options)
        tree = plain(options) if options is not None else {}
        if not isinstance(tree, dict):  # a name from elsewhere, or no object at all
            tree = {OPEN: tree}
        for path, call in self.parts.items():
            if call in calls.found:
                tree[path] = plain(calls.found[call])
            elif options is not None and OPEN not in tree and not isinstance(tree.get(path), dict | Code):
                tree[path] = Code(f"{call}(...)", calls.lines[self.options])
        return tree

    def _placed(self, calls: Calls, wanted: Group) -> Iterator[tuple[str, Node, Group]]:
        """The changes by the object that they are made in."""
        for path, call in self.parts.items():
            if path in wanted and call in calls.found:
                yield path, calls.found[call], wanted.pop(path)
        if wanted and self.options not in calls.found:
            raise SettingsError(f"no {self.options}(...) is in this file: set {', '.join(wanted)} where that is")
        if wanted:
            yield "", calls.found[self.options], wanted

    def _verify(self, text: str, changes: Mapping[str, Any]) -> None:
        """That the text can still be read, and says what it was to say."""
        try:
            tree = self._tree(self._calls(text, "the changed file"))
        except SettingsError:
            tree = {}
        for path, value in changes.items():
            there, found = at(tree, path)
            if found != (None if value is NULL else value) or (value is None and there):
                raise SettingsError(f"{path}: could not be set to {brief(value)} in this file; set it by hand")
