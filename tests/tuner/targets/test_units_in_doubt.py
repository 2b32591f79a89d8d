"""Seconds where a vendor takes milliseconds, and the other way round: asked about for every field alike."""

import json

import pytest

from stages.errors import SettingsError
from tuner.targets import all_targets, target
from tuner.targets.field import Field
from tuner.targets.target import Target

FORMS = list({form.name: form for one in all_targets().values() for form in (*one.older, one)}.values())
TIMES = [
    (form, one)
    for form in FORMS
    for one in form.fields
    if one.unit == "ms" and form.name not in ("json", "toml", "env")
]


@pytest.mark.parametrize(("form", "field"), TIMES, ids=lambda one: getattr(one, "path", getattr(one, "name", "")))
def test_half_a_millisecond_is_asked_about_wherever_it_stands(form: Target, field: Field) -> None:
    doubt = field.problem(0.5) or field.unit_doubt(0.5)
    assert doubt
    assert "were seconds meant? 0.5 s is 500 ms" in doubt


def test_the_question_is_a_doubt_where_the_vendor_takes_the_number() -> None:
    text = json.dumps({"turnHandling": {"endpointing": {"minDelay": 0.5, "maxDelay": 3.0}}})
    doubts = target("livekit-node").read(text, "session.json").doubts
    assert "turnHandling.endpointing.minDelay is 0.5 ms: were seconds meant? 0.5 s is 500 ms" in doubts
    assert "turnHandling.endpointing.maxDelay is 3.0 ms: were seconds meant? 3 s is 3000 ms" in doubts


def test_the_question_is_part_of_the_error_where_the_vendor_refuses_the_number() -> None:
    text = json.dumps({"type": "server_vad", "silence_duration_ms": 0.5})
    with pytest.raises(SettingsError, match=r"whole number, got 0\.5; were seconds meant\? 0\.5 s is 500 ms"):
        target("openai-realtime").read(text, "session.json")
    with pytest.raises(SettingsError, match="were seconds meant"):
        target("tencent").read('{"STTConfig": {"VadSilenceTime": 1}}', "body.json")


@pytest.mark.parametrize("value", [0, 20, 100, 640, 3000, -1])
def test_usual_times_in_ms_are_not_asked_about(value: int) -> None:
    assert Field("wait_ms", "number", "ms", 0, 3000, special=(-1,)).unit_doubt(value) is None


def test_milliseconds_where_seconds_are_taken_are_asked_about() -> None:
    delay = Field("min_delay", "number", "s", 0, 3)
    assert delay.unit_doubt(500) == "were milliseconds meant? 500 ms is 0.5 s"
    assert delay.unit_doubt(25) is None
    assert Field("idle", "number", "s", 0, 3600).unit_doubt(300) is None


def test_a_python_session_with_milliseconds_is_asked_about() -> None:
    reading = target("livekit").read("AgentSession(turn_handling={'endpointing': {'min_delay': 500}})", "agent.py")
    assert [one for one in reading.doubts if "were milliseconds meant? 500 ms is 0.5 s" in one]


def test_the_question_is_asked_once_of_a_value() -> None:
    text = json.dumps({"voiceOptions": {"minEndpointingDelay": 0.5}})
    doubts = [one for one in target("livekit-node").read(text, "session.json").doubts if "were seconds meant?" in one]
    assert doubts == ["voiceOptions.minEndpointingDelay is 0.5 ms: were seconds meant? 0.5 s is 500 ms"]
