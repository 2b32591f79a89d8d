"""TOML 1.0: read by `tomllib`, edited where a scanner finds the values. It has no null."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stages.errors import SettingsError
from stages.toml import loaded
from tuner.formats.placed.brackets import Syntax, Write, bracketed
from tuner.formats.placed.edits import Edit, spliced
from tuner.formats.placed.members import Group, changed, grouped, pending
from tuner.formats.placed.node import Member, Node
from tuner.formats.toml_scan import Section, sections, values
from tuner.formats.tree import NULL, TOO_LARGE, grown, in_unix_lines, shallow

_INLINE = Syntax(re.compile(r"(?:\s|#[^\n]*)*+"), "#")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass
class Table(Node):
    """All that a document says of one table, under its header and by dotted keys."""

    path: tuple[str, ...] = ()
    section: Section | None = None
    """Where it has new pairs; None: it has no place of its own yet."""


class Toml:
    """TOML text."""

    name, suffix = "toml", ".toml"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        try:
            return shallow(loaded(text), source)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{source}{_place(text, str(error))}") from None
        except RecursionError:
            raise SettingsError(f"{source}: {TOO_LARGE}") from None
        except ValueError:  # a whole number of over 4,300 digits
            raise SettingsError(f"{source}: is not TOML that can be read: a number in it is too long") from None

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        wanted = grouped(pending(self.parse(text, "the file"), changes))
        return in_unix_lines(text, lambda unix: self._edited(unix, wanted)) if wanted else text

    def _edited(self, text: str, wanted: Group) -> str:
        whole = text if text.endswith("\n") or not text else f"{text}\n"
        edits = list(changed(whole, _Document(whole).root, wanted, self))
        pairs_first = sorted(edits, key=lambda one: one.new.startswith("\n["))
        return spliced(whole, pairs_first)

    def fresh(self, values: Mapping[str, Any]) -> str:
        return "\n\n".join(_written_sections((), grown(values))) + "\n"

    def members(self, text: str, holder: Node, gone: Collection[str], write: Write | None) -> Iterator[Edit]:
        if holder.style == "dotted":
            raise SettingsError("a dotted key stands within { }: write it as a table of its own, then again")
        if not isinstance(holder, Table):
            yield from bracketed(text, holder, gone, write, _INLINE)
            return
        for one in holder.members or ():
            if one.name in gone:
                if isinstance(one.node, Table):
                    raise SettingsError(f"{one.name}: must be one value to be taken out; mend that first")
                yield Edit(text.rfind("\n", 0, one.start) + 1, _next_line(text, one.end), "")
        new = write("") if write else []
        yield from _inserted(text, holder, [one for one in new if not one.startswith("[")])
        blocks = [one for one in new if one.startswith("[")]
        if blocks:
            yield Edit(len(text), len(text), "\n" + "\n\n".join(blocks) + "\n")

    def member(self, path: str, value: Any, text: str, holder: Node, indent: str) -> str:
        names = tuple(path.split("."))
        if not isinstance(holder, Table):
            return f"{_key(names[-1])} = {_literal(value)}"
        if isinstance(value, dict):
            return "\n\n".join(_written_sections(names, value))
        if holder.section is None:
            return "\n\n".join(_written_sections(names[:-1], {names[-1]: value}))
        own = names[len(holder.section.names) :]
        return f"{'.'.join(map(_key, own))} = {_literal(value)}"

    def value(self, path: str, value: Any, text: str, node: Node) -> str:
        if isinstance(node, Table):
            raise SettingsError(f"{path}: must be one value; mend that first")
        return _literal(value)

    def nodes(self, text: str) -> Iterable[Node]:
        return values(text)

    def rewritten(self, text: str, node: Node, new: str) -> str | None:
        if node.style in ('"""', "'''") and "\n" in new and "\n" in text[node.start : node.end]:
            return None  # of several lines only some words change: not one value
        return _literal(new)


def _place(text: str, message: str) -> str:
    """:line:column: and what is wrong."""
    found = _PLACE.search(message)
    line, column = (
        (found[1], found[2]) if found and found[1] else (text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1)
    )
    return f":{line}:{column}: is not TOML: {_PLACE.sub('', message)}"


class _Document:
    """The sections of a text as one object."""

    def __init__(self, text: str) -> None:
        found = sections(text)
        self.root = Table(0, len(text), members=[], inner=0, section=found[0])
        self._tables: dict[tuple[str, ...], Table] = {(): self.root}
        self._lists: set[tuple[str, ...]] = set()
        for section in found:
            if section.is_item:
                self._hold(section.names, Node(section.start, section.end, items=[]), section)
                self._lists.add(section.names)
            elif table := self._table(section.names, section):
                table.section = section
            for pair in section.pairs:
                self._hold((*section.names, *pair.names), pair.node, section, pair.keys[0].start)

    def _hold(self, path: tuple[str, ...], node: Node, section: Section, start: int = 0) -> None:
        """A value in its table, unless that is in a list, where no path leads."""
        table = self._table(path[:-1], section)
        if table is not None and table.members is not None:
            table.members.append(Member(path[-1], node, start, node.end))

    def _table(self, path: tuple[str, ...], section: Section) -> Table | None:
        """The table of this path; made where it is missing, in those above it."""
        if path in self._lists:
            return None
        if path not in self._tables:
            above = self._table(path[:-1], section)
            if above is None or above.members is None:
                return None
            dotted = section if len(path) > len(section.names) else None
            self._tables[path] = Table(0, 0, members=[], inner=0, path=path, section=dotted)
            above.members.append(Member(path[-1], self._tables[path], 0, 0))
        return self._tables[path]


def _inserted(text: str, table: Table, lines: list[str]) -> Iterator[Edit]:
    """Pairs after the last of the table, or of its section."""
    section = table.section
    if not lines or section is None:
        return
    own = [one.node.end for one in section.pairs if (*section.names, *one.names[:-1]) == table.path]
    last = max(own or [one.node.end for one in section.pairs] or [section.end])
    place = _next_line(text, last) if last else 0
    yield Edit(place, place, "\n".join(lines) + "\n")


def _next_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _written_sections(names: tuple[str, ...], tree: Mapping[str, Any]) -> Iterator[str]:
    """A table with those in it, a section each."""
    lines = [f"{_key(name)} = {_literal(value)}" for name, value in tree.items() if not isinstance(value, dict)]
    tables = {name: value for name, value in tree.items() if isinstance(value, dict)}
    if lines or (names and not tables):
        header = [f"[{'.'.join(map(_key, names))}]"] if names else []
        yield "\n".join([*header, *lines])
    for name, value in tables.items():
        yield from _written_sections((*names, name), value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _literal(value: Any) -> str:
    if value is None or value is NULL:
        raise SettingsError("TOML has no null; leave the key out")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)} = {_literal(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return json.dumps(value)
