"""A comparison of settings as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stages.schema_ids import schema_id
from tuner.comparison.comparing import SettingsComparison
from tuner.comparison.difference import Difference
from tuner.comparison.sentences import headline, sentences

SCHEMA = schema_id("compare")


def comparison_json(found: SettingsComparison) -> dict[str, Any]:
    """All of it with its sentences; differences are B less A, and lower is better in every figure."""
    return {
        "schema": SCHEMA,
        "summary": headline(found),
        "sentences": sentences(found),
        "turns": found.turns,
        "sessions": found.sessions,
        "of_turns": found.of_turns,
        "turns_changed": found.turns_changed,
        "figures": _figures(found.figures),
        "settings": [one.json_dict() for one in found.effects],
        "a": found.before.json_dict(),
        "b": found.after.json_dict(),
    } | ({} if found.by is None else {"by": _by(*found.by)})


def _figures(found: Mapping[str, Difference]) -> dict[str, Any]:
    return {name: one.json_dict() for name, one in found.items()}


def _by(tag: str, values: Mapping[str, Mapping[str, Difference]]) -> dict[str, Any]:
    return {"tag": tag, "values": {value: _figures(figures) for value, figures in values.items()}}
