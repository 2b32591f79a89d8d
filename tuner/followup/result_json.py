"""A comparison as the JSON file that `turntempo case attach` writes, and read back from it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from stages.errors import InputError
from stages.schema_ids import schema_id
from stages.settings import NAMES
from tuner.followup.comparison import Comparison, Kept, Off
from tuner.followup.offset import MODEL, PARTS
from tuner.followup.sentences import MAIN, sentences
from tuner.recommendation.form import Count, EstimateForm, Scalar, require_form
from tuner.statistics.intervals import Estimate

SCHEMA = schema_id("comparison")

PART_NAMES = (*PARTS, MODEL)


class _Kept(msgspec.Struct):
    name: str
    measured: bool
    before: EstimateForm
    promised: EstimateForm
    found: EstimateForm


class _Off(msgspec.Struct):
    part: Literal[PART_NAMES]  # type: ignore[valid-type]
    promised_ms: float | None
    found_ms: float | None
    off_ms: float
    low: float | None
    high: float | None
    n: Count


class _Within(msgspec.Struct, rename={"most": "95%_within"}):
    half_within: float
    most: float


class _Comparison(msgspec.Struct):
    figures: list[_Kept]
    parts: list[_Off]
    turns: Count
    sessions: Count
    measured: Count
    model_ms: _Within | None
    other_settings: dict[str, tuple[Scalar, Scalar]]
    assumed_settings: bool
    invented: Count

    def __post_init__(self) -> None:
        if missing := {*MAIN} - {one.name for one in self.figures}:
            raise ValueError(f"figures must hold {min(missing)}")
        if not {*self.other_settings} <= {*NAMES}:
            raise ValueError("other_settings must be named as settings are")


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
    attach = "attach the second recording again with `turntempo case attach`"
    require_form(document, _Comparison, place, attach)
    try:
        return _comparison(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
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
