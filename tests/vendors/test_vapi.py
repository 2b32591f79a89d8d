"""Vapi's own types."""

import pytest
from vapi.types.start_speaking_plan import StartSpeakingPlan
from vapi.types.stop_speaking_plan import StopSpeakingPlan
from vapi.types.transcription_endpointing_plan import TranscriptionEndpointingPlan

from tuner.targets.vendors.vapi import PLAN, START, STOP, VAPI


def check(document: dict[str, object]) -> tuple[str, ...]:
    assert VAPI.check is not None
    return tuple(VAPI.check(document))


@pytest.mark.parametrize(
    "wrong",
    [
        {"startSpeakingPlan": {"waitSecond": 0.4}},
        {"startSpeakingPlan": {"wait_seconds": 0.4}},
        {"startSpeakingPlan": {"smartEndpointingPlan": {"provider": "livkit"}}},
        {"startSpeakingPlan": {"transcriptionEndpointingPlan": {"onPunctuation": 0.1}}},
        {"stopSpeakingPlan": {"numWords": "2"}},
    ],
)
def test_what_is_none_of_theirs_is_refused(wrong: dict[str, object]) -> None:
    assert check(wrong)


def test_a_plan_in_full_is_taken() -> None:
    start = {
        "waitSeconds": 0.4,
        "smartEndpointingPlan": {"provider": "livekit", "waitFunction": "20 + 500 * sqrt(x)"},
        "customEndpointingRules": [
            {"type": "assistant", "regex": "number", "timeoutSeconds": 2.0},
        ],
    }
    assert check({"name": "Jo", "startSpeakingPlan": start, "stopSpeakingPlan": {"backoffSeconds": 1}}) == ()


@pytest.mark.parametrize(
    ("prefix", "type_"), [(START, StartSpeakingPlan), (STOP, StopSpeakingPlan), (PLAN, TranscriptionEndpointingPlan)]
)
def test_every_key_of_theirs_is_a_field_of_ours(prefix: str, type_: type) -> None:
    assert type_.model_fields  # type: ignore[attr-defined]
    for name, info in type_.model_fields.items():  # type: ignore[attr-defined]
        path = f"{prefix}.{info.alias or name}"
        assert path in VAPI.by_path or any(one.startswith(f"{path}.") for one in VAPI.by_path), path


def test_the_defaults_are_those_of_the_sdk_s_descriptions() -> None:
    plans = ((START, StartSpeakingPlan), (STOP, StopSpeakingPlan), (PLAN, TranscriptionEndpointingPlan))
    theirs = {f"{prefix}.{info.alias}": info for prefix, plan in plans for info in plan.model_fields.values()}
    numbers = [one for one in VAPI.fields if one.path in theirs and one.kind in ("number", "integer")]
    assert numbers
    for field in numbers:
        default = (theirs[field.path].description or "").rpartition("@default ")[2].split("\n")[0]
        assert float(default) == field.default, field.path
