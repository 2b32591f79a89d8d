"""Vendors' settings inside of what customers send: REST answers, web hooks, lists of one; and others' files."""

import json
from pathlib import Path

import pytest

from stages.errors import InputError, SettingsError
from stages.settings import Settings
from tuner.targets import all_targets, target
from tuner.targets.export import changed_file
from tuner.targets.recognition import recognised

PLAN = {"startSpeakingPlan": {"transcriptionEndpointingPlan": {"onPunctuationSeconds": 0.3}}}
VAPI = target("vapi")
WRAPPED = [
    ({"data": PLAN}, "data"),
    ({"data": {"assistant": PLAN}}, "data.assistant"),
    ({"assistant": PLAN}, "assistant"),
    ({"assistantOverrides": PLAN}, "assistantOverrides"),
    ({"message": {"type": "end-of-call-report", "assistant": PLAN}}, "message.assistant"),
    ({"success": True, "call": {"assistant": PLAN, "id": "7"}}, "call.assistant"),
]


@pytest.mark.parametrize(("document", "at"), WRAPPED, ids=[at for _, at in WRAPPED])
def test_settings_in_a_wrapper_are_read_from_there_and_it_is_said(document: dict[str, object], at: str) -> None:
    reading = VAPI.read(json.dumps(document), "hook.json")
    assert reading.settings.endpointing.silence_ms == 300
    assert reading.doubts[0] == f"hook.json: the settings are read from `{at}`"


@pytest.mark.parametrize(("document", "at"), WRAPPED, ids=[at for _, at in WRAPPED])
def test_settings_in_a_wrapper_are_written_there(document: dict[str, object], at: str) -> None:
    after = VAPI.read(json.dumps(document), "hook.json").settings.replace({"endpointing.silence_ms": 500})
    found = changed_file(VAPI, after, json.dumps(document), "hook.json")
    path = f"{at}.startSpeakingPlan.transcriptionEndpointingPlan.onPunctuationSeconds"
    assert found.changes == {path: (0.3, 0.5)}
    assert found.text == json.dumps(document).replace("0.3", "0.5")


def test_an_upper_case_config_of_a_web_console_is_a_wrapper_too() -> None:
    body = {"CONFIG": {"STTConfig": {"VadSilenceTime": 800}, "AgentConfig": {"InterruptSpeechDuration": 600}}}
    found = target("tencent").read(json.dumps(body), "body.json").settings
    assert (found.endpointing.silence_ms, found.barge_in.min_speech_ms) == (800, 600)


def test_volcengine_s_own_config_is_no_wrapper() -> None:
    body = {"Config": {"ASRConfig": {"VADConfig": {"SilenceTime": 900}}}}
    reading = target("volcengine").read(json.dumps(body), "body.json")
    assert reading.settings.endpointing.silence_ms == 900
    assert not [one for one in reading.doubts if "are read from" in one]


def test_a_list_of_one_is_read_and_stays_a_list() -> None:
    text = f"[\n  {json.dumps(PLAN)}\n]\n"
    reading = VAPI.read(text, "list.json")
    assert reading.settings.endpointing.silence_ms == 300
    assert "the one object of a list" in reading.doubts[0]
    found = changed_file(VAPI, reading.settings.replace({"endpointing.silence_ms": 900}), text, "list.json")
    assert found.text == text.replace("0.3", "0.9")


def test_a_list_of_several_is_asked_about() -> None:
    with pytest.raises(SettingsError, match="several objects: which is meant"):
        VAPI.read(json.dumps([PLAN, PLAN]), "list.json")


def test_two_wrappers_with_settings_are_asked_about() -> None:
    with pytest.raises(SettingsError, match="assistant and call both hold settings"):
        VAPI.read(json.dumps({"assistant": PLAN, "call": PLAN}), "two.json")


@pytest.mark.parametrize("name", [name for name in all_targets() if name not in ("json", "toml", "env")])
def test_a_file_with_nothing_of_the_vendor_s_is_refused(name: str) -> None:
    texts = {"python": 'import os\n\nprint("hi")\n', "yaml": "services:\n  web:\n    image: nginx\n"}
    text = texts.get(target(name).format.name, '{"compilerOptions": {"strict": true}}')
    with pytest.raises(SettingsError, match=r"nothing of .* is in it"):
        target(name).read(text, "other")


def test_a_call_without_vad_settings_has_the_vendor_s_90_ms(shared: Path) -> None:
    reading = target("ultravox").read((shared / "data/cases/uv243/call_default.json").read_text(), "call.json")
    assert reading.settings.barge_in.min_speech_ms == 90
    assert any("its defaults are taken" in doubt for doubt in reading.doubts)


def test_a_bare_turn_detection_object_of_agora_is_read() -> None:
    end = {"mode": "semantic", "semantic_config": {"silence_duration_ms": 240, "max_wait_ms": 1500}}
    found = target("agora").read(json.dumps({"mode": "default", "config": {"end_of_speech": end}}), "td.json")
    assert (found.settings.endpointing.silence_ms, found.settings.endpointing.max_silence_ms) == (240, 1500)


def test_a_bare_turn_detection_object_of_agora_s_flat_form_is_read() -> None:
    text = '{"turn_detection": {"silence_duration_ms": 900, "interrupt_mode": "append"}}'
    for one in (text, json.dumps(json.loads(text)["turn_detection"])):
        found = target("agora").read(one, "td.json")
        assert (found.target, found.settings.endpointing.silence_ms) == ("agora-flat", 900)
        assert found.settings.barge_in.mode == "append"


def test_an_old_vad_body_and_a_present_one_are_read_as_their_form(shared: Path) -> None:
    cases = shared / "data/cases/agora-ios"
    old = target("agora").read((cases / "old_vad.json").read_text(), "old_vad.json")
    assert (old.target, old.settings.endpointing.silence_ms, old.settings.barge_in.min_speech_ms) == (
        "agora-vad",
        480,
        160,
    )
    join = target("agora").read((cases / "join.json").read_text(), "join.json")
    assert (join.target, join.settings.endpointing.silence_ms) == ("agora", 640)
    assert [one for one in join.unknown if "end_of_speech.model" in one and "mode" in one.partition("did you mean")[2]]


def test_what_a_wrapper_holds_beside_the_settings_stays() -> None:
    text = '{"ok": true, "data": {"vadSettings": {"turnEndpointDelay": "0.384s"}, "n": 1}}'
    ultravox = target("ultravox")
    after = Settings().replace({"endpointing.silence_ms": 640, "vad.silence_ms": 640})
    found = changed_file(ultravox, after, text, "call.json", in_force=after)
    assert json.loads(found.text)["data"]["vadSettings"]["turnEndpointDelay"] == "0.64s"
    assert (json.loads(found.text)["ok"], json.loads(found.text)["data"]["n"]) == (True, 1)


CONFIG_MAP = """apiVersion: v1
kind: ConfigMap
data:
  LOG_LEVEL: "info"
  agent.json: |
    {"type": "Settings", "agent": {"listen": {"provider":
      {"type": "deepgram", "model": "flux-general-en", "version": "v2", "eot_threshold": 0.9}}}}
"""


def test_the_text_of_a_config_map_is_read_and_not_edited() -> None:
    assert recognised(CONFIG_MAP, "voice.yaml").name == "deepgram-agent"
    reading = target("deepgram-agent").read(CONFIG_MAP, "voice.yaml")
    assert reading.settings.endpointing.eot_threshold == 0.9
    assert "voice.yaml: the settings are read from `agent_json`" in reading.doubts
    with pytest.raises(SettingsError, match="inside of another YAML file, which is not edited"):
        changed_file(target("deepgram-agent"), Settings(), CONFIG_MAP, "voice.yaml")


def test_a_vendor_s_object_may_stand_in_yaml() -> None:
    text = "agent:\n  properties:\n    turn_detection: {silence_duration_ms: 1800, interrupt_mode: append}\n"
    assert recognised(text, "values.yaml").name == "agora"
    assert target("agora").read(text, "values.yaml").settings.endpointing.silence_ms == 1800


@pytest.mark.parametrize("text", ["a: [1, 2\n", "kind: ConfigMap\ndata: {agent.json: '{broken'}\n", "- 1\n- 2\n"])
def test_yaml_without_a_vendor_s_object_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="nothing in it is a setting of a vendor"):
        recognised(text, "values.yaml")
