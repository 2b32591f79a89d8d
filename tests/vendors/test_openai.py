"""OpenAI's own types."""

import inspect

import pytest
from openai.types.realtime import realtime_audio_input_turn_detection as types

from tuner.targets.vendors.openai_realtime import GA

PATH = "session.audio.input.turn_detection"


def check(**detection: object) -> tuple[str, ...]:
    assert GA.check is not None
    return tuple(GA.check({"session": {"audio": {"input": {"turn_detection": detection}}}}))


def test_both_vads_are_taken() -> None:
    assert check(type="server_vad", silence_duration_ms=500, idle_timeout_ms=None) == ()
    assert check(type="semantic_vad", eagerness="low") == ()


@pytest.mark.parametrize(
    "detection",
    [
        {"type": "server_vad", "silence_duration": 500},
        {"type": "server_vad", "silence_duration_ms": "500"},
        {"type": "server_vad", "eagerness": "low"},
        {"type": "semantic_vad", "eagerness": "warp"},
        {"type": "vad"},
        {"silence_duration_ms": 500},
    ],
)
def test_what_is_none_of_theirs_is_refused(detection: dict[str, object]) -> None:
    assert check(**detection)


def test_the_defaults_are_those_of_the_sdk_s_comments() -> None:
    source = " ".join(inspect.getsource(types).split())
    assert "Defaults to 500ms" in source
    assert GA.defaults[f"{PATH}.silence_duration_ms"] == 500
    assert "Defaults to 300ms" in source
    assert GA.defaults[f"{PATH}.prefix_padding_ms"] == 300
    assert "defaults to 0.5" in source
    assert GA.defaults[f"{PATH}.threshold"] == 0.5
    assert "max timeouts of 8s, 4s, and 2s" in source


def test_every_key_of_theirs_is_a_field_of_ours() -> None:
    theirs = {*types.ServerVad.model_fields, *types.SemanticVad.model_fields}
    assert theirs == {one.path.removeprefix(f"{PATH}.") for one in GA.fields}
