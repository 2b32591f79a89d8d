"""By a file's name: how its values are found with their places, and how a new text is written in the place of one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Protocol

from tuner.formats.csv_text import Csv
from tuner.formats.env_text import Env
from tuner.formats.json_text import Json
from tuner.formats.placed.node import Node
from tuner.formats.python.values import PythonValues
from tuner.formats.script.values import ScriptValues
from tuner.formats.toml_text import Toml
from tuner.formats.yaml_text import Yaml


class Reader(Protocol):
    """Any text of one kind, broken ones too."""

    def nodes(self, text: str) -> Iterable[Node]:
        """All values that it can make out, objects and lists with what stands in them."""

    def rewritten(self, text: str, node: Node, new: str) -> str | None:
        """What stands in the place of a value that becomes this text; None: it cannot be written in one piece."""


READERS: dict[str, Reader] = {
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".json5", ".jsonc"), Json()),
    **dict.fromkeys((".yaml", ".yml"), Yaml()),
    ".toml": Toml(),
    **dict.fromkeys((".py", ".pyi"), PythonValues()),
    **dict.fromkeys((".ts", ".mts", ".cts"), ScriptValues()),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".jsx", ".tsx"), ScriptValues(jsx=True)),
    **dict.fromkeys((".env", ".ini", ".cfg", ".conf", ".properties"), Env()),
    **dict.fromkeys((".csv", ".tsv"), Csv()),
}
"""By suffix."""


def reader_of(name: str) -> Reader | None:
    """For a file of this name; None: its text has no form."""
    return READERS.get(suffix_of(name))


def suffix_of(name: str) -> str:
    """`.env` for .env and .env.local too."""
    path = PurePath(name.lower())
    return ".env" if path.name.split(".")[:2] == ["", "env"] else path.suffix
