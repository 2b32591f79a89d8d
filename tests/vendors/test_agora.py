"""Agora's SDK for the world, and the one for mainland China."""

import importlib
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.sdk_checks.tightened import tightened
from tuner.targets.vendors.agora.types import CHECK, CHECK_MAINLAND

JOIN: dict[str, Any] = {
    "channel": "c",
    "token": "t",
    "agent_rtc_uid": "0",
    "remote_rtc_uids": ["1"],
    "llm": {"url": "https://llm.example/v1", "max_history": 20, "params": {"model": "m"}},
    "tts": {"vendor": "microsoft", "params": {"key": "k", "region": "eastus", "voice_name": "v"}},
    "turn_detection": {
        "mode": "default",
        "config": {
            "speech_threshold": 0.5,
            "start_of_speech": {"mode": "vad", "vad_config": {"interrupt_duration_ms": 160}},
            "end_of_speech": {"mode": "semantic", "semantic_config": {"silence_duration_ms": 320, "max_wait_ms": 3000}},
        },
    },
    "interruption": {"enable": True, "mode": "start_of_speech"},
}


def whole(package: str) -> Any:
    module = importlib.import_module(f"{package}.agents.types.start_agents_request_properties")
    return module.StartAgentsRequestProperties


def test_a_join_body_is_taken_whole() -> None:
    TypeAdapter(tightened(whole("agora_agent"))).validate_python(JOIN)
    assert CHECK({"properties": JOIN}) == ()


def test_an_export_into_a_join_body_is_taken_whole() -> None:
    agora = target("agora")
    writing = agora.write(Settings().replace({"endpointing.eot_threshold": 0.5, "llm.max_history": 12}))
    body = agora.format.parse(agora.format.edited(agora.format.fresh({"properties": JOIN}), writing.values), "body")
    assert TypeAdapter(tightened(whole("agora_agent"))).validate_json(agora.format.fresh(body["properties"]))


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("properties.turn_detection.config.end_of_speech.mode", "sematic", "'vad', 'semantic' or 'manual'"),
        (
            "properties.turn_detection.config.end_of_speech.vad_confg.silence_duration_ms",
            300,
            "vad_confg: there is no such key",
        ),
        ("properties.turn_detection.config.end_of_speech.semantic_config.max_wait_ms", 320.5, "integer"),
        ("properties.interruption.mode", "never", "start_of_speech"),
    ],
)
def test_what_the_sdk_lets_through_is_refused(path: str, value: Any, says: str) -> None:
    agora = target("agora")
    text = agora.format.edited(agora.format.fresh({"properties": JOIN}), {path: value})
    assert says in " ".join(CHECK(agora.format.parse(text, "body")))


def test_the_sdk_by_itself_takes_a_bad_enum() -> None:
    detection = {"mode": "default", "config": {"end_of_speech": {"mode": "sematic"}}}
    whole("agora_agent").model_validate(JOIN | {"turn_detection": detection})
    with pytest.raises(ValidationError):
        whole("agora_agent").model_validate(JOIN | {"turn_detection": {"mode": 1}})


def test_mainland_s_sdk_lacks_what_its_target_does_not_write() -> None:
    fields = whole("shengwang_agent").model_fields
    assert "interruption" not in fields
    paths = {one.path for one in target("shengwang").fields}
    assert not any(path.startswith("properties.interruption.") for path in paths)
    assert not any("interruption" in path for rule in target("shengwang").rules for path in rule.theirs)
    body = {"properties": {"turn_detection": JOIN["turn_detection"]}}
    assert CHECK_MAINLAND(body) == ()
    semantic = {"silence_duration_ms": 320, "pause_state_enabled": True}
    body = {"properties": {"turn_detection": {"config": {"end_of_speech": {"semantic_config": semantic}}}}}
    assert "pause_state_enabled" in CHECK_MAINLAND(body)[0]
