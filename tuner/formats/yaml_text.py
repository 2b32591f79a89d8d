"""YAML 1.2: read by ruamel.yaml, edited where its parser found the values."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import StringIO
from typing import TYPE_CHECKING, Any

from stages.errors import SettingsError
from tuner.formats.placed.brackets import Syntax, Write, bracketed
from tuner.formats.placed.edits import Edit, spliced
from tuner.formats.placed.members import changed, grouped, made, pending
from tuner.formats.placed.node import Member, Node
from tuner.formats.tree import NULL, TOO_LARGE, grown, in_unix_lines, named, shallow, with_null

if TYPE_CHECKING:
    from tuner.formats.yaml_nodes import Documents

_FLOW = Syntax(re.compile(r"(?:\s|#[^\n]*)*+"), "#")
_PLAIN = re.compile(r"[A-Za-z_][\w/-]*(?:[ .][\w/-]+)*")
_NULL_TAG = "tag:yaml.org,2002:null"


class Yaml:
    """One YAML document whose root is a mapping."""

    name, suffix = "yaml", ".yaml"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        from tuner.formats.yaml_nodes import nested_until

        if nested_until(text) < len(text) or (
            "<<" in text and _documents(text).too_large
        ):  # merged mappings are copied
            raise SettingsError(f"{source}: {TOO_LARGE}")
        try:
            tree = _safe().load(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
            raise SettingsError(f"{source}{place}: is not YAML: {error.problem or error.context}") from None
        except (YAMLError, ValueError) as error:
            raise SettingsError(f"{source}: is not YAML: {str(error)[:200]}") from None
        except RecursionError:
            raise SettingsError(f"{source}: {TOO_LARGE}") from None
        if tree is None:
            return {}
        if not isinstance(tree, dict):
            raise SettingsError(
                f"{source}: must be a YAML mapping, `name: value`; give the agent's configuration alone"
            )
        return named(shallow(tree, source), source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        return in_unix_lines(text, lambda unix: self._in_turn(unix, changes))

    def _in_turn(self, text: str, changes: Mapping[str, Any]) -> str:
        """What goes is taken out last: the line of a block's last member is where members are added behind it."""
        put = {path: value for path, value in changes.items() if value is not None}
        gone = {path: None for path in changes if path not in put}
        for some in (put, gone):
            text = self._edited(text, some) if some else text
        return text

    def _edited(self, text: str, changes: Mapping[str, Any]) -> str:
        wanted = grouped(pending(self.parse(text, "the file"), changes))
        roots = _documents(text).roots if wanted else []
        if roots and roots[0].members is not None:
            return spliced(text, changed(text, roots[0], wanted, self))
        fresh = made(wanted)
        return text if fresh is None else text + _dumped(fresh)

    def fresh(self, values: Mapping[str, Any]) -> str:
        return _dumped(grown(values))

    def members(self, text: str, holder: Node, gone: Collection[str], write: Write | None) -> Iterator[Edit]:
        if holder.style == "flow":
            yield from bracketed(text, holder, gone, write, _FLOW)
        else:
            yield from _block(text, holder, gone, write)

    def member(self, path: str, value: Any, text: str, holder: Node, indent: str) -> str:
        tree = {path.rpartition(".")[2]: with_null(value)}
        if holder.style == "flow":
            ((name, held),) = tree.items()
            return f"{_scalar(name)}: {json.dumps(held, ensure_ascii=False)}"
        return _dumped(tree).rstrip("\n").replace("\n", f"\n{indent}")

    def value(self, path: str, value: Any, text: str, node: Node) -> str:
        if node.shared:
            raise SettingsError(f"{path}: is `{node.shared}`, which this file means elsewhere too: set it by hand")
        if node.items is not None or node.members is not None:
            raise SettingsError(f"{path}: must be one value; mend that first")
        if node.start != node.end:
            return _scalar(value)
        return f" {_scalar(value)}" if text.startswith(":", node.start - 1) else f": {_scalar(value)}"

    def nodes(self, text: str) -> Iterable[Node]:
        return _documents(text).roots

    def rewritten(self, text: str, node: Node, new: str) -> str | None:
        raw = text[node.start : node.end]
        if node.style in ("|", ">"):  # a block of several lines, of which only some words change: not one value
            return None if "\n" in new else new + raw[len(raw.rstrip()) :]
        return new if _PLAIN.fullmatch(new) else json.dumps(new, ensure_ascii=False)


def _documents(text: str) -> Documents:
    from tuner.formats.yaml_nodes import Documents  # a heavy import

    return Documents(text)


def _safe() -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True)


def _dumped(tree: Mapping[str, Any]) -> str:
    from ruamel.yaml import YAML

    yaml, text = YAML(), StringIO()
    yaml.representer.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(_NULL_TAG, "null"))
    yaml.dump(with_null(tree), text)
    return text.getvalue() if tree else ""


def _scalar(value: Any) -> str:
    """JSON's form of a value is YAML's too; plain words need no quotes."""
    if value is NULL:
        return "null"
    if isinstance(value, str) and value.isidentifier() and _safe().load(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _block(text: str, holder: Node, gone: Collection[str], write: Write | None) -> Iterator[Edit]:
    """Members a line each: taken out with their lines, put in after the last."""
    members = holder.members or []
    taken = [one for one in members if one.name in gone]
    kept = [one for one in members if one not in taken]
    indent = " " * (members[0].start - text.rfind("\n", 0, members[0].start) - 1)
    new = f"\n{indent}".join(write(indent)) if write else "{}"
    if not kept:
        yield Edit(members[0].start, _line_end(text, members[-1]), new)
        return
    for one in taken:
        yield Edit(text.rfind("\n", 0, one.start) + 1, min(_line_end(text, one) + 1, len(text)), "")
    if write:
        place = _line_end(text, kept[-1])
        yield Edit(place, place, f"\n{indent}{new}")


def _line_end(text: str, one: Member) -> int:
    """Where the last line of a member ends, before its line break."""
    node = one.node
    while node.style == "block" and (node.members or node.items):
        node = node.members[-1].node if node.members else node.items[-1]  # type: ignore[index]
    if node.end and text[node.end - 1] == "\n":  # a literal block takes its last line break with it
        return node.end - 1
    found = text.find("\n", node.end)
    return len(text) if found < 0 else found
