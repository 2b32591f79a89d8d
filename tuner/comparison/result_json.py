"""A comparison of settings as plain JSON values."""

from __future__ import annotations

from typing import Any

from stages.schema_ids import schema_id
from tuner.comparison.comparing import SettingsComparison
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
        "figures": {name: one.json_dict() for name, one in found.figures.items()},
        "settings": [one.json_dict() for one in found.effects],
        "a": found.before.json_dict(),
        "b": found.after.json_dict(),
    }
