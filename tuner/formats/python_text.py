"""Python files: settings as arguments of constructor calls, read by parsing and written by splicing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stages.errors import SettingsError
from tuner.formats.python_calls import Calls, Made, Node, plain_tree
from tuner.formats.python_code import Call, Raw, code
from tuner.formats.tree import NULL, at

Splice = tuple[int, int, str]
_LINE_END = re.compile(rb"[ \t]*(,?)[ \t]*(?:#[^\r\n]*)?(\r\n|\r|\n)")


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
    written_out: tuple[str, ...] = ()
    """Paths that have to be a call or a dict in the file where they are given."""
    header: str = ""
    """The comment that a new file begins with."""
    name: str = "python"
    suffix: str = ".py"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        calls = Calls(text, source, self.made)
        for path in self.written_out:
            node = self._node(calls, path.split("."))
            if node and node.members is None:
                raise SettingsError(
                    f"{source}:{calls.line(node)}: {path} is `{node.value}`, which only running the file would tell: "
                    "write it out there to have it read"
                )
        return self._tree(calls)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        lists = {path: value for path, value in changes.items() if isinstance(value, list)}
        others = {path: value for path, value in changes.items() if path not in lists}
        found = self._edited(self._edited(text, lists), others)
        if found != text:
            self._verify(found, changes)
        return found

    def _edited(self, text: str, changes: Mapping[str, Any]) -> str:
        calls = Calls(text, "the file", self.made)
        before = self._tree(calls)
        moved = {path: value for path, value in changes.items() if at(before, path)[1] != _held(value)}
        moved = {path: value for path, value in moved.items() if value is not None or at(before, path)[0]}
        wanted = self._gathered(moved, calls)
        splices = [one for key, inside in wanted.items() for one in self._splices(calls, key, inside)]
        splices += self._imported(calls, "".join(piece for _, _, piece in splices))
        return _spliced(calls.data, splices)

    def fresh(self, values: Mapping[str, Any]) -> str:
        given = {path: value for path, value in values.items() if value is not None and not path.endswith(("()", "**"))}
        wanted = self._gathered(given, Calls("", "", self.made))
        calls = [f"{self._made(key).variable} = {self._code(key, inside, '')}\n" for key, inside in wanted.items()]
        body = "\n".join(calls)
        return "\n".join([*self.header.splitlines(), *self._imports(body, set()), "", body])

    def _tree(self, calls: Calls) -> dict[str, Any]:
        tree = plain_tree(calls.found)
        for path, spelled in self.spelled.items():
            *parents, last = path.split(".")
            node = self._node(calls, parents)
            inside = node.members.get(last) if node and node.members else None
            if inside is not None and inside.is_call:
                holder = at(tree, ".".join(parents))[1]
                name = inside.called.rpartition(".")[2]
                holder[last] = spelled.get(name, f"{name}()")
        return tree

    def _node(self, calls: Calls, path: list[str]) -> Node | None:
        node = calls.found.get(path[0])
        for name in path[1:]:
            node = node.members.get(name) if node and node.members else None
        return node

    def _made(self, key: str) -> Made:
        return next(one for one in self.made if one.key == key)

    def _gathered(self, changes: Mapping[str, Any], calls: Calls) -> dict[str, dict[str, Any]]:
        """The changes as trees by call; a call that is missing is an argument of its home, or stands alone."""
        wanted: dict[str, dict[str, Any]] = {}
        for path, value in changes.items():
            *parents, last = path.split(".")
            here: Any = wanted
            for name in parents:
                here = here.setdefault(name, {})
            here[last] = value
        for one in reversed(self.made):
            alone = not one.home or (one.variable and one.home.partition(".")[0] not in calls.found)
            if one.key in wanted and one.key not in calls.found and not alone:
                self._into_home(one, wanted.pop(one.key), wanted, calls)
        return {one.key: wanted[one.key] for one in self.made if one.key in wanted}

    def _into_home(self, one: Made, inside: dict[str, Any], wanted: dict[str, Any], calls: Calls) -> None:
        *parents, last = one.home.split(".")
        here: Any = wanted
        for name in parents:
            here = here.setdefault(name, {})
        beside = here.get(last)
        holder = self._node(calls, parents)
        if beside is None and holder and last in (holder.members or {}):
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

    def _splices(self, calls: Calls, key: str, inside: dict[str, Any]) -> Iterator[Splice]:
        if key in calls.found:
            yield from self._changed(calls, calls.found[key], key, inside)
            return
        end = len(calls.data)
        gap = "\n" if not calls.data or calls.data.endswith(b"\n") else "\n\n"
        yield end, end, f"{gap}{self._made(key).variable} = {self._code(key, inside, '')}\n"

    def _changed(self, calls: Calls, node: Node, path: str, inside: dict[str, Any]) -> Iterator[Splice]:
        """Splices that give a call or a dict these members."""
        if node.members is None:
            raise SettingsError(f"{path}: is {node.value!r:.60}, so nothing can be set in it; write it out, then again")
        if node.shared:
            raise SettingsError(
                f"{path}: is `{node.shared}`, which this file means elsewhere too: set "
                + ", ".join(f"{name}={value!r}" for name, value in inside.items())
                + " by hand, or give it an object of its own"
            )
        missing = {}
        for name, value in inside.items():
            held = node.members.get(name)
            if held is None:
                missing[name] = value
            elif isinstance(value, dict):
                yield from self._changed(calls, held, f"{path}.{name}", value)
            elif value is None:
                yield self._removed(node, name)
            else:
                if isinstance(value, list):
                    value = [Raw(dict(held.items)[one]) if one in dict(held.items) else one for one in value]
                line = calls.data[: held.start].rpartition(b"\n")[2].decode()
                yield held.start, held.end, self._value(f"{path}.{name}", value, _indent(line), len(line.strip()))
        if missing:
            yield from self._inserted(calls.data, node, path, missing)

    def _inserted(self, data: bytes, node: Node, path: str, missing: dict[str, Any]) -> Iterator[Splice]:
        """New members at the end of a call or a dict, laid out as it is."""
        end = node.parts[-1][1] if node.parts else data.rindex(b"(" if node.is_call else b"{", node.start, node.end) + 1
        line = data[: node.parts[-1][0] if node.parts else node.start].rpartition(b"\n")[2].decode()
        lone = bool(node.parts) and not line.strip()
        indent = line if lone else _indent(line)
        heads = {name: f"{name}=" if node.is_call else f'"{name}": ' for name in missing}
        pieces = [
            heads[name] + self._value(f"{path}.{name}", value, indent, len(heads[name]))
            for name, value in missing.items()
        ]
        after = _LINE_END.match(data, end)
        if not lone or after is None or after.end() > node.end:
            yield end, end, (", " if node.parts else "") + ", ".join(pieces)
            return
        newline = after.group(2).decode()
        if not after.group(1):
            yield end, end, ","
        yield after.end(), after.end(), "".join(f"{indent}{piece},{newline}" for piece in pieces)

    def _removed(self, node: Node, name: str) -> Splice:
        place = node.places[name]
        if place + 1 < len(node.parts):
            return node.parts[place][0], node.parts[place + 1][0], ""
        return (node.parts[place - 1][1] if place else node.parts[place][0]), node.parts[place][1], ""

    def _value(self, path: str, value: Any, indent: str, used: int) -> str:
        return code(self._written(path, value), indent, used)

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

    def _imported(self, calls: Calls, written: str) -> Iterator[Splice]:
        lines = "\n".join(self._imports(written, calls.names))
        if lines:
            yield calls.last_import, calls.last_import, f"\n{lines}" if calls.last_import else f"{lines}\n"

    def _verify(self, text: str, changes: Mapping[str, Any]) -> None:
        """That the text still parses, and says what it was to say."""
        try:
            tree = self._tree(Calls(text, "the changed file", self.made))
        except SettingsError:
            tree = {}
        for path, value in changes.items():
            there, found = at(tree, path)
            if found != _held(value) or (value is None and there):
                raise SettingsError(f"{path}: could not be set to {value!r} in this file; set it by hand")


def _held(value: Any) -> Any:
    return None if value is NULL else value


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _spliced(data: bytes, splices: list[Splice]) -> str:
    before, newline = len(data), "\r\n" if b"\r\n" in data else "\n"
    for (start, end, piece), _ in sorted(zip(splices, range(len(splices)), strict=True), key=_place, reverse=True):
        if end > before:
            raise SettingsError(
                "two of the changes are to one place in the file; make the outer one by hand, then again"
            )
        before = start
        data = data[:start] + piece.replace("\r\n", "\n").replace("\n", newline).encode() + data[end:]
    return data.decode()


def _place(one: tuple[Splice, int]) -> tuple[int, int, int]:
    (start, end, _), turn = one
    return start, end, turn
