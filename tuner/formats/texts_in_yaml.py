"""JSON or YAML in the texts of a YAML file, as in a ConfigMap of Kubernetes, and that YAML itself. Read alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stages.errors import SettingsError
from tuner.formats.json_text import Json
from tuner.formats.tree import grown, shallow
from tuner.formats.yaml_text import Yaml

DOCUMENT = "document"
"""The name of the YAML itself."""
LONGEST = 1 << 20
"""Letters of a text that is looked into."""


class TextsInYaml:
    """The objects that stand in a YAML file as texts, by the names before them, beside the file's own object."""

    name, suffix = "yaml-texts", ".yaml"

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        """Name -> object; a dot in a name is written as `_`. Raises SettingsError where the text is no YAML mapping."""
        tree = Yaml().parse(text, source)
        found: dict[str, Any] = {DOCUMENT: dict(tree)}
        for name, held in _texts(tree):
            inner = _object(held, source)
            if inner:
                found.setdefault(name.replace(".", "_"), dict(inner))
        return shallow(found, source)

    def edited(self, text: str, changes: Mapping[str, Any]) -> str:
        """The text as it is; SettingsError where something is to be changed in it."""
        if not changes:
            return text
        raise SettingsError(
            "the settings stand inside of another YAML file, which is not edited: copy the object, as JSON, into a "
            "file of its own and give that as the base"
        )

    def fresh(self, values: Mapping[str, Any]) -> str:
        """JSON, which is YAML too."""
        return json.dumps(grown(values), indent=2, ensure_ascii=False) + "\n"


def _texts(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text in the tree that may be an object, with the name before it."""
    todo: list[tuple[str, Any]] = [("", tree)]
    while todo:
        name, value = todo.pop()
        if isinstance(value, Mapping):
            todo += [(str(key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            todo += [(name, inner) for inner in value]
        elif isinstance(value, str) and len(value) <= LONGEST and ("{" in value or (":" in value and "\n" in value)):
            yield name, value


def _object(text: str, source: str) -> Mapping[str, Any]:
    """The object that a text is; empty where it is none."""
    for format_ in (Json(), Yaml()):
        try:
            return format_.parse(text, source)
        except SettingsError:
            continue
    return {}
