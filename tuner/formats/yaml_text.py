"""YAML 1.2: read by ruamel.yaml, edited by splicing values where its parser found them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import StringIO
from typing import Any

from stages.errors import SettingsError
from tuner.formats.tree import NULL, grown, in_unix_lines, shallow

NOTHING = "tag:yaml.org,2002:null"


class Yaml:
    """One YAML document whose root is a mapping."""

    name, suffix = "yaml", ".yaml"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            tree = _safe().load(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
            raise SettingsError(f"{source}{place}: is not YAML: {error.problem or error.context}") from None
        except (YAMLError, RecursionError, ValueError) as error:
            raise SettingsError(f"{source}: is not YAML: {str(error)[:200] or 'nested too deeply'}") from None
        if tree is None:
            return {}
        if not isinstance(tree, dict):
            raise SettingsError(f"{source}: must be a YAML mapping, got {tree!r:.60}")
        return shallow(tree, source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        return in_unix_lines(text, lambda unix: _all_changed(unix, changes))

    def fresh(self, values: Mapping[str, Any]) -> str:
        return _dumped(grown(values))


def _safe() -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True)


def _dumped(tree: Mapping[str, Any]) -> str:
    from ruamel.yaml import YAML

    yaml, text = YAML(), StringIO()
    yaml.representer.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(NOTHING, "null"))
    yaml.dump(dict(tree), text)
    return text.getvalue() if tree else ""


def _all_changed(text: str, changes: Mapping[str, Any]) -> str:
    for path, value in changes.items():
        text = _changed(text, path.split("."), value)
    return text


def _changed(text: str, path: list[str], value: Any) -> str:
    """The text with one value set, or taken out."""
    node = _safe().compose(text)
    if node is None:
        return text if value is None else text + _dumped(grown({".".join(path): value}))
    key_node = parent = None
    for depth, key in enumerate(path):
        rest = grown({".".join(path[depth:]): value})
        if node.tag == NOTHING and key_node is not None:
            return text if value is None else _spliced(text, key_node, node, json.dumps(rest, ensure_ascii=False))
        if not _is_mapping(node):
            raise SettingsError(f"{'.'.join(path[:depth])}: must be a mapping to hold {key!r}; mend that first")
        place = next((i for i, (name, _) in enumerate(node.value) if name.value == key), None)
        if place is None:
            return text if value is None else _inserted(text, node, rest)
        parent, (key_node, node) = node, node.value[place]
    if value is None and parent is not None:
        return _removed(text, parent, place or 0)
    if node.id != "scalar":
        raise SettingsError(f"{'.'.join(path)}: must be one value; mend that first")
    wanted = None if value is NULL else value
    there = _safe().load(text[node.start_mark.index : node.end_mark.index])
    same = there == wanted and isinstance(there, bool) == isinstance(wanted, bool)
    return text if same else _spliced(text, key_node, node, _scalar(value))


def _spliced(text: str, key: Any, node: Any, new: str) -> str:
    """The text with another value for a key; where nothing stood after it, there."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.tag == NOTHING and not node.value:
        start = end = text.index(":", key.end_mark.index) + 1
        new = f" {new}"
    return text[:start] + new + text[end:]


def _is_mapping(node: Any) -> bool:
    return bool(node.id == "mapping")


def _scalar(value: Any) -> str:
    """JSON's form of a value is YAML's too; plain words need no quotes."""
    if value is NULL:
        return "null"
    if isinstance(value, str) and value.isidentifier() and _safe().load(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _inserted(text: str, node: Any, tree: Mapping[str, Any]) -> str:
    """The text with these members at the end of a mapping, indented as its others are."""
    if node.flow_style:
        end = node.end_mark.index - 1
        comma = ", " if node.value else ""
        members = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in tree.items())
        return f"{text[:end].rstrip()}{comma}{members}{text[end:]}"
    indent = " " * node.value[0][0].start_mark.column
    line_end = _line_end(text, node)
    block = _dumped(tree).rstrip("\n").replace("\n", f"\n{indent}")
    return f"{text[:line_end]}\n{indent}{block}{text[line_end:]}"


def _line_end(text: str, node: Any) -> int:
    """Where the last line of a block ends, before its line break."""
    end: int = _last_leaf(node).end_mark.index
    if end and text[end - 1] == "\n":  # a literal block takes its last line break with it
        return end - 1
    found = text.find("\n", end)
    return len(text) if found < 0 else found


def _last_leaf(node: Any) -> Any:
    """The last value in a block, where its text ends."""
    while node.id in ("mapping", "sequence") and node.value and not node.flow_style:
        node = node.value[-1][1] if _is_mapping(node) else node.value[-1]
    return node


def _removed(text: str, parent: Any, place: int) -> str:
    """The text without a member and its line."""
    key, value = parent.value[place]
    if parent.flow_style:
        if place + 1 < len(parent.value):
            return text[: key.start_mark.index] + text[parent.value[place + 1][0].start_mark.index :]
        start = parent.value[place - 1][1].end_mark.index if place else key.start_mark.index
        return text[:start] + text[value.end_mark.index :]
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    end = _line_end(text, value) + 1
    if len(parent.value) == 1:
        return text[: key.start_mark.index] + "{}" + text[_last_leaf(value).end_mark.index :]
    return text[:start] + text[end:]
