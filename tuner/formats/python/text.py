"""Python files: settings as arguments of constructor calls, read by parsing and written by splicing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stages.brief import brief
from stages.errors import SettingsError
from tuner.formats.placed.brackets import Syntax, Write, bracketed, indent_at
from tuner.formats.placed.edits import Edit, spliced
from tuner.formats.placed.members import Group, changed, grouped, made, pending
from tuner.formats.placed.node import Code, Node
from tuner.formats.python.calls import Calls, Made, PythonNode
from tuner.formats.python.code import Call, Raw, code
from tuner.formats.tree import NULL, at, shallow

_SYNTAX = Syntax(re.compile(r"(?:\s|\\\r?\n|#[^\n]*+)*+"), "#", ends_with_comma=True)


@dataclass(frozen=True)
class Python:
    """Constructor calls in a Python file."""

    made: tuple[Made, ...]
    """The calls that hold settings; one that is the home of another comes before it."""
    imports: Mapping[str, str]
    """A name that code uses -> the module that it is imported from."""
    calls: Mapping[str, str] = field(default_factory=dict)
    """Path -> what is called there, where a missing object is no dict."""
    spelled: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Path of a value that is a call -> what is called, and the text that stands for it in the tree."""
    usual: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Path of a list -> what is called in it where it is left out."""
    header: str = ""
    """The comment that a new file begins with."""
    name: str = "python"
    suffix: str = ".py"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        return shallow(self._tree(Calls(text, source, self.made)), source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        lists = {path: value for path, value in changes.items() if isinstance(value, list)}
        others = {path: value for path, value in changes.items() if path not in lists}
        found = self._edited(self._edited(text, lists), others)
        if found != text:
            self._verify(found, changes)
        return found

    def _edited(self, text: str, changes: Mapping[str, Any]) -> str:
        calls = Calls(text, "the file", self.made)
        wanted = self._gathered(pending(self._tree(calls), changes), calls)
        edits = [one for key, inside in wanted.items() for one in self._edits(calls, key, inside)]
        edits += self._imported(calls, "".join(one.new for one in edits))
        return spliced(text, edits)

    def fresh(self, values: Mapping[str, Any]) -> str:
        given = {path: value for path, value in values.items() if value is not None and not path.endswith(("()", "**"))}
        wanted = self._gathered(given, Calls("", "", self.made))
        calls = [f"{self._made(key).variable} = {self._code(key, inside, '')}\n" for key, inside in wanted.items()]
        body = "\n".join(calls)
        return "\n".join([*self.header.splitlines(), *self._imports(body, set()), "", body])

    def _tree(self, calls: Calls) -> dict[str, Any]:
        tree = calls.tree()
        for path, spelled in self.spelled.items():
            *parents, last = path.split(".")
            node = self._member(self._node(calls, parents), last)
            if node is not None and node.is_call:
                name = node.called.rpartition(".")[2]
                line = node.code.line if node.code else 1
                at(tree, ".".join(parents))[1][last] = spelled.get(name, Code(f"{name}()", line))
        return tree

    def _node(self, calls: Calls, path: list[str]) -> PythonNode | None:
        node = calls.found.get(path[0])
        for name in path[1:]:
            node = self._member(node, name)
        return node

    def _member(self, node: PythonNode | None, name: str) -> PythonNode | None:
        held = node.named().get(name) if node else None
        return held[0] if held and isinstance(held[0], PythonNode) else None

    def _made(self, key: str) -> Made:
        return next(one for one in self.made if one.key == key)

    def _gathered(self, changes: Mapping[str, Any], calls: Calls) -> Group:
        """The changes as trees by call; a call that is missing is an argument of its home, or stands alone."""
        wanted = grouped(changes)
        for one in reversed(self.made):
            alone = not one.home or (one.variable and one.home.partition(".")[0] not in calls.found)
            if one.key in wanted and one.key not in calls.found and not alone:
                self._into_home(one, wanted.pop(one.key), wanted, calls)
        return Group({one.key: wanted[one.key] for one in self.made if one.key in wanted})

    def _into_home(self, one: Made, inside: Group, wanted: Group, calls: Calls) -> None:
        *parents, last = one.home.split(".")
        here: Any = wanted
        for name in parents:
            here = here.setdefault(name, Group())
        beside = here.get(last)
        if beside is None and self._member(self._node(calls, parents), last):
            raise SettingsError(
                f"{one.home} is not made in this file by {one.code}(...): set "
                + ", ".join(f"{name}={value!r}" for name, value in inside.items())
                + " where it is made"
            )
        made = Call(one.code, self._arguments(one.key, inside))
        if beside is None and one.names[0] in self.usual.get(one.home, ()):
            beside = self.usual[one.home]
        if isinstance(beside, list) and one.names[0] in beside:
            here[last] = [made if held == one.names[0] else held for held in beside]
        elif one.listed and (beside is None or all(isinstance(held, Call) for held in beside)):
            here[last] = [*(beside or ()), made]
        elif beside is None or beside == f"{one.key}()":
            here[last] = made

    def _edits(self, calls: Calls, key: str, inside: Group) -> Iterator[Edit]:
        if key in calls.found:
            yield from changed(calls.text, calls.found[key], inside, self, key)
            return
        end = len(calls.text)
        gap = "\n" if not calls.text or calls.text.endswith("\n") else "\n\n"
        yield Edit(end, end, f"{gap}{self._made(key).variable} = {self._code(key, made(inside) or {}, '')}\n")

    def members(self, text: str, holder: Node, gone: Collection[str], write: Write | None) -> Iterator[Edit]:
        return bracketed(text, holder, gone, write, _SYNTAX)

    def member(self, path: str, value: Any, text: str, holder: Node, indent: str) -> str:
        name = path.rpartition(".")[2]
        head = f"{name}=" if isinstance(holder, PythonNode) and holder.is_call else f'"{name}": '
        return head + code(self._written(path, value), indent, len(head))

    def value(self, path: str, value: Any, text: str, node: Node) -> str:
        if isinstance(value, list) and isinstance(node, PythonNode):
            sources = dict(node.calls)
            value = [Raw(sources[one]) if one in sources else one for one in value]
        before = text[text.rfind("\n", 0, node.start) + 1 : node.start]
        return code(self._written(path, value), indent_at(text, node.start), len(before.strip()))

    def _written(self, path: str, value: Any) -> Any:
        """What `code` takes: calls for objects that are made by one, and for texts that stand for one."""
        if isinstance(value, dict):
            inside = {name: self._written(f"{path}.{name}", one) for name, one in value.items()}
            return Call(self.calls[path], inside) if path in self.calls else inside
        if isinstance(value, list):
            return [one if isinstance(one, Raw) or not isinstance(one, str) else self._called(one) for one in value]
        if isinstance(value, str) and value.endswith("()"):
            return self._called(value[:-2])
        return value

    def _called(self, name: str) -> Any:
        made = next((one for one in self.made if name in one.names), None)
        return Call(made.code if made else name, {})

    def _arguments(self, key: str, inside: dict[str, Any]) -> dict[str, Any]:
        return {name: self._written(f"{key}.{name}", one) for name, one in inside.items()}

    def _code(self, key: str, inside: dict[str, Any], indent: str) -> str:
        made = self._made(key)
        return code(Call(made.code, self._arguments(key, inside)), indent, len(made.variable) + 3)

    def _imports(self, written: str, known: set[str]) -> list[str]:
        """The imports of what code uses and the file does not know."""
        names: dict[str, list[str]] = {}
        for name, module in sorted(self.imports.items()):
            if name not in known and re.search(rf"(?<![\w.]){name}[.(]", written):
                names.setdefault(module, []).append(name)
        return [f"from {module} import {', '.join(found)}" for module, found in sorted(names.items())]

    def _imported(self, calls: Calls, written: str) -> Iterator[Edit]:
        lines = "\n".join(self._imports(written, calls.names))
        if lines:
            yield Edit(calls.last_import, calls.last_import, f"\n{lines}" if calls.last_import else f"{lines}\n")

    def _verify(self, text: str, changes: Mapping[str, Any]) -> None:
        """That the text still parses, and says what it was to say."""
        try:
            tree = self._tree(Calls(text, "the changed file", self.made))
        except SettingsError:
            tree = {}
        for path, value in changes.items():
            there, found = at(tree, path)
            if found != _held(value) or (value is None and there):
                raise SettingsError(f"{path}: could not be set to {brief(value)} in this file; set it by hand")


def _held(value: Any) -> Any:
    return None if value is NULL else value
