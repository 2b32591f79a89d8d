"""Texts with a form: a reader finds the values with their names, and says how new ones are written there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from tuner.redaction.edits import Edit
from tuner.redaction.formats.json_text import json_edits
from tuner.redaction.leaf import Change

Reader = Callable[[str, Change], list[Edit]]

READERS: dict[str, Reader] = {
    ".json": json_edits,
    ".jsonl": json_edits,
    ".ndjson": json_edits,
}
"""By suffix. What a reader cannot make out it leaves to the search through prose."""


def edits_of(text: str, name: str, change: Change) -> list[Edit]:
    """What is to be written anew in a text of this name."""
    reader = READERS.get(PurePath(name).suffix.lower())
    return [] if reader is None else reader(text, change)
