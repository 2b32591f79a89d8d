"""A comparison as the JSON file that `turntempo case attach` writes, and read back from it."""

from __future__ import annotations

from typing import Any

from stages.errors import InputError
from stages.schema_ids import schema_id
from tuner.followup.comparison import Comparison, Kept, Off
from tuner.followup.sentences import sentences
from tuner.statistics.intervals import Estimate

SCHEMA = schema_id("comparison")


def comparison_json(found: Comparison) -> dict[str, Any]:
    """All of it as plain JSON values, with its sentences."""
    return {
        "schema": SCHEMA,
        "kept": found.kept,
        "summary": sentences(found),
        "turns": found.turns,
        "sessions": found.sessions,
        "measured": found.measured,
        "model_ms": found.model_ms and {"half_within": found.model_ms[0], "95%_within": found.model_ms[1]},
        "figures": [one.json_dict() for one in found.figures],
        "parts": [one.json_dict() for one in found.parts],
        "other_settings": {name: list(values) for name, values in found.other_settings.items()},
        "assumed_settings": found.assumed_settings,
        "invented": found.invented,
    }


def read_comparison(document: dict[str, Any], place: str) -> Comparison:
    """What was promised beside what was found, from the file of this name. Raises InputError."""
    try:
        return _comparison(document)
    except (KeyError, TypeError, AttributeError) as error:
        attach = "attach the second recording again with `turntempo case attach`"
        raise InputError(f"{place}: is not what `turntempo case attach` writes ({error!r}); {attach}") from None


def _comparison(document: dict[str, Any]) -> Comparison:
    within = document["model_ms"]
    return Comparison(
        figures=tuple(_kept(one) for one in document["figures"]),
        parts=tuple(Off(**{name: one[name] for name in Off.__dataclass_fields__}) for one in document["parts"]),
        turns=document["turns"],
        sessions=document["sessions"],
        measured=document["measured"],
        model_ms=within and (within["half_within"], within["95%_within"]),
        other_settings={name: (was, then) for name, (was, then) in document["other_settings"].items()},
        assumed_settings=document["assumed_settings"],
        invented=document["invented"],
    )


def _kept(document: dict[str, Any]) -> Kept:
    name = document["name"]
    before, promised, found = (Estimate(name, **document[which]) for which in ("before", "promised", "found"))
    return Kept(name, before, promised, found, document["measured"])
