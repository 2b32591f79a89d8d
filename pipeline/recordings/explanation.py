"""pydantic's error for a line as a message for people: the field, the rule, what came, the next step."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from pipeline.recordings.problem import Problem
from stages.errors import UnknownName
from stages.model import Model
from stages.turn import SCHEMA, AsrDraws, History, LlmDraws, Network, Overlap, Pause, Speech, ToolRound, TtsDraws, Turn

GROUPS: dict[str, type[Model]] = {
    "": Turn,
    "speech": Speech,
    "speech.pauses": Pause,
    "network": Network,
    "asr": AsrDraws,
    "llm": LlmDraws,
    "llm.tools": ToolRound,
    "tts": TtsDraws,
    "overlaps": Overlap,
    "history": History,
}

KEYS = {group: [info.alias or name for name, info in model.model_fields.items()] for group, model in GROUPS.items()}
"""Group -> the keys it may have."""

_FIRST = ("json_invalid", "model_type", "literal_error", "extra_forbidden")
"""Of several errors one of these kinds is reported, as it explains the others."""


def explained(error: ValidationError) -> Problem:
    """The first thing that is wrong, as a problem of the line."""
    details = error.errors(include_url=False)
    by_weight = sorted(details, key=lambda d: _FIRST.index(d["type"]) if d["type"] in _FIRST else len(_FIRST))
    detail: Any = by_weight[0]
    field = _dotted(detail["loc"])
    rule, message = _rule_and_message(detail, field)
    return Problem(rule, message, field or None)


def _rule_and_message(detail: Any, field: str) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    came = f"got {_shown(detail['input'])}"
    match kind:
        case "json_invalid":
            why = context["error"].replace(" at line 1 column ", " at column ")
            return "not JSON", f"is not JSON: {why}; a line holds one turn as one JSON object"
        case "model_type" | "model_attributes_type":
            whole = "; a recording is JSON Lines, one turn a line" if not field else ""
            return "wrong type", f"must be a JSON object, {came}{whole}"
        case "missing":
            return "missing field", "is missing, and every turn needs it"
        case "extra_forbidden":
            return "unknown key", _unknown_key(detail["loc"])
        case "literal_error":
            if field == "schema":
                return "wrong schema", f"must be {SCHEMA!r}, {came}"
            return "not a choice", f"must be {context['expected']}, {came}"
        case "finite_number":
            return "not finite", f"must be a finite number, {came}; leave out what is not known"
        case "greater_than_equal":
            low = context["ge"]
            return (
                ("negative", f"must not be negative, {came}")
                if low == 0
                else ("out of range", f"must be at least {low}, {came}")
            )
        case "less_than_equal":
            return "out of range", f"must be at most {context['le']:g}, {came}"
        case "value_error":
            return "out of order", str(context["error"])
        case "string_pattern_mismatch":
            return "out of range", f"must be plain text without control characters, {came}"
        case "int_from_float":
            return "wrong type", f"must be a whole number, {came}"
    return _otherwise(kind, detail["msg"], came)


def _otherwise(kind: str, said: str, came: str) -> tuple[str, str]:
    rule = "wrong type" if kind.endswith(("_type", "_parsing")) else "out of range"
    quoted = "; write numbers without quotes" if kind in ("float_type", "int_type") and came.startswith("got '") else ""
    unknown = "; leave out what is not known" if came == "got null" else ""
    return rule, f"{said.replace('Input should', 'must').replace('Tuple should', 'must')}, {came}{quoted}{unknown}"


def _unknown_key(loc: tuple[int | str, ...]) -> str:
    group = ".".join(str(part) for part in loc[:-1] if isinstance(part, str))
    return str(UnknownName("key", str(loc[-1]), KEYS.get(group, [])))


def _dotted(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def _shown(value: Any) -> str:
    """A value as it stands in the line, shortened."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


WRONG_SCHEMA = Problem("wrong schema", f"is missing: a turn says {SCHEMA!r}", "schema")
