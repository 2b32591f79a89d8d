"""Texts with a form: a reader finds the values with their names, and says how new ones are written there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from tuner.support.redaction.edits import Edit
from tuner.support.redaction.formats.csv_text import csv_edits
from tuner.support.redaction.formats.env_text import env_edits
from tuner.support.redaction.formats.html_text import undrawn
from tuner.support.redaction.formats.json_text import json_edits
from tuner.support.redaction.formats.python_text import python_edits, said
from tuner.support.redaction.formats.toml_text import toml_edits
from tuner.support.redaction.leaf import Change

Reader = Callable[[str, Change], list[Edit]]


def _yaml(text: str, change: Change) -> list[Edit]:
    from tuner.support.redaction.formats.yaml_text import yaml_edits  # a heavy import

    return yaml_edits(text, change)


READERS: dict[str, Reader] = {
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".json5", ".jsonc"), json_edits),
    **dict.fromkeys((".yaml", ".yml"), _yaml),
    ".toml": toml_edits,
    **dict.fromkeys((".py", ".pyi"), python_edits),
    **dict.fromkeys((".env", ".ini", ".cfg", ".conf", ".properties"), env_edits),
    **dict.fromkeys((".csv", ".tsv"), csv_edits),
}
"""By suffix. What a reader cannot make out it leaves to the search through prose."""


def edits_of(text: str, name: str, change: Change) -> list[Edit]:
    """What is to be written anew in a text of this name."""
    reader = READERS.get(_suffix(name))
    return [] if reader is None else reader(text, change)


def searched(text: str, name: str) -> str:
    """The text as it is searched as prose, place for place."""
    return undrawn(text) if _suffix(name) in (".html", ".htm", ".svg", ".xml") else text


def stated(text: str, name: str) -> str:
    """The text as it is searched for values by the names before them, place for place: code only refers."""
    return said(text) if _suffix(name) in (".py", ".pyi") else searched(text, name)


def is_lines(name: str) -> bool:
    """Whether a text of this name is JSON, one value a line."""
    return _suffix(name) in (".jsonl", ".ndjson")


def is_json(name: str) -> bool:
    """Whether a text of this name is JSON."""
    return is_lines(name) or _suffix(name) == ".json"


def is_plain(name: str) -> bool:
    """Whether a text of this name has no form of its own, so that a line `User: ...` is somebody speaking."""
    return _suffix(name) in ("", ".txt", ".log", ".md", ".out", ".text")


def _suffix(name: str) -> str:
    """`.env` for .env and .env.local too."""
    path = PurePath(name.lower())
    return ".env" if path.name.split(".")[:2] == ["", "env"] else path.suffix
