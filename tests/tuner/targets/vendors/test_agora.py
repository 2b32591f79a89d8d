"""Agora's join body by hand: what a support engineer gets to see, read and changed."""

import json
from typing import Any

import pytest

from stages.errors import SettingsError
from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file, new_file
from tuner.targets.readings import Reading

AGORA, SHENGWANG = target("agora"), target("shengwang")

BODY = """{
    "name": "tutor-1",
    "properties": {
        "channel": "room", "token": "t", "agent_rtc_uid": "0", "remote_rtc_uids": ["*"],
        "llm": {"url": "https://llm.example", "max_history": 20},
        "turn_detection": {
            "mode": "default",
            "config": {
                "speech_threshold": 0.6,
                "start_of_speech": {
                    "mode": "vad",
                    "vad_config": {"interrupt_duration_ms": 200, "speaking_interrupt_duration_ms": 480}
                },
                "end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": 1500}}
            }
        },
        "interruption": {"enable": true}
    }
}
"""
FLAT = """{"name": "n", "properties": {"turn_detection": {"type": "agora_vad", "interrupt_mode": "append",
  "interrupt_duration_ms": 200, "silence_duration_ms": 900}}}
"""
OLDEST = """{"properties": {"vad": {"silence_duration_ms": 700}, "turn_detection": {"interrupt_mode": "ignore"}}}"""


def read(text: str, of: Any = AGORA) -> Reading:
    found: Reading = of.read(text, "join.json")
    return found


def test_the_present_form_is_read() -> None:
    reading = read(BODY)
    assert reading.ours == {
        "endpointing.silence_ms": 1500,
        "endpointing.eot_threshold": None,
        "endpointing.onset_ms": 200,
        "llm.max_history": 10,
        "barge_in.mode": "interrupt",
        "barge_in.withdraw_ms": 480,
        "barge_in.min_speech_ms": 480,
    }
    assert reading.origins["endpointing.silence_ms"] == "stated"
    assert reading.origins["eager.on"] == "vendor stack"
    assert reading.origins["asr.final_timeout_ms"] == "not known"
    assert (reading.unknown, reading.doubts) == ((), ())


def test_what_a_body_leaves_out_has_the_vendor_s_default() -> None:
    reading = read('{"name": "n", "properties": {"channel": "room", "llm": {"url": "u"}}}')
    flat = reading.settings.flat()
    assert (flat["endpointing.silence_ms"], flat["barge_in.min_speech_ms"], flat["llm.max_history"]) == (640, 160, 16)
    assert set(reading.origins.values()) == {"vendor default", "vendor stack", "not known"}


def test_properties_alone_are_read_and_changed_as_they_stand() -> None:
    alone = json.dumps(json.loads(BODY)["properties"])
    assert read(alone).settings == read(BODY).settings
    changed = changed_file(AGORA, Settings().replace(read(alone).ours | {"endpointing.silence_ms": 640}), alone, "x")
    assert changed.changes == {"turn_detection.config.end_of_speech.vad_config.silence_duration_ms": (1500, 640)}


def test_the_semantic_mode_is_a_threshold_with_two_waits() -> None:
    end = {"mode": "semantic", "semantic_config": {"silence_duration_ms": 240, "max_wait_ms": -1}}
    reading = read(json.dumps({"properties": {"turn_detection": {"config": {"end_of_speech": end}}}}))
    flat = reading.settings.flat()
    assert (flat["endpointing.silence_ms"], flat["endpointing.max_silence_ms"]) == (240, 10_000)
    assert flat["endpointing.eot_threshold"] == 0.5
    assert any("no bound" in doubt for doubt in reading.doubts)
    assert any("threshold are not published" in doubt for doubt in reading.doubts)


def test_the_flat_form_is_read_with_its_own_defaults() -> None:
    reading = read(FLAT)
    assert reading.target == "agora-flat"
    flat = reading.settings.flat()
    assert (flat["endpointing.silence_ms"], flat["barge_in.mode"]) == (900, "append")
    assert {flat[name] for name in ("endpointing.onset_ms", "barge_in.withdraw_ms", "barge_in.min_speech_ms")} == {200}
    assert read('{"turn_detection": {"interrupt_mode": "adaptive"}}').settings.flat()["endpointing.silence_ms"] == 480


def test_the_form_before_the_flat_one_is_read() -> None:
    reading = read(OLDEST)
    assert reading.target == "agora-vad"
    assert (reading.ours["endpointing.silence_ms"], reading.ours["barge_in.mode"]) == (700, "ignore")


def test_flat_keys_beside_the_present_form_are_reported() -> None:
    body = json.loads(BODY)
    body["properties"]["turn_detection"]["silence_duration_ms"] = 480
    reading = read(json.dumps(body))
    assert reading.target == "agora"
    assert any("turn_detection.silence_duration_ms" in path for path in reading.unknown)


def test_a_change_touches_its_own_lines_alone() -> None:
    wanted = {"endpointing.silence_ms": 720, "barge_in.mode": "ignore", "barge_in.min_speech_ms": 480}
    found = changed_file(AGORA, read(BODY).settings.replace(wanted), BODY, "join.json")
    assert found.text == BODY.replace("1500", "720").replace(
        '{"enable": true}', '{"enable": false, "disabled_config": {"strategy": "ignore"}}'
    )
    lines = found.diff.splitlines()
    assert lines[:2] == ["--- join.json", "+++ join.json (changed)"]
    assert [sum(line.startswith(sign) for line in lines[2:]) for sign in "-+"] == [2, 2]


def test_a_flat_file_stays_flat() -> None:
    settings = read(FLAT).settings.replace({"endpointing.silence_ms": 640, "endpointing.eot_threshold": 0.5})
    found = changed_file(AGORA, settings, FLAT, "join.json")
    assert found.text == FLAT.replace("900", "640")
    assert [one.name for one in found.writing.inexpressible] == ["endpointing.eot_threshold"]


def test_a_new_object_gets_the_key_it_must_have() -> None:
    base = '{"properties": {"channel": "room"}}'
    settings = read(base).settings.replace({"barge_in.min_speech_ms": 300, "barge_in.withdraw_ms": 300})
    found = changed_file(AGORA, settings, base, "join.json")
    start = json.loads(found.text)["properties"]["turn_detection"]["config"]["start_of_speech"]
    assert start == {"mode": "vad", "vad_config": {"speaking_interrupt_duration_ms": 300}}


def test_what_reads_as_something_else_stays_unless_it_is_moved() -> None:
    body = BODY.replace('"mode": "vad", "vad_config": {"silence_duration_ms": 1500}', '"mode": "manual"')
    reading = read(body)
    assert any("manual" in doubt for doubt in reading.doubts)
    louder = reading.settings.replace({"barge_in.min_speech_ms": 500, "barge_in.withdraw_ms": 500})
    assert changed_file(AGORA, louder, body, "x").text == body.replace("480", "500")


def test_only_ranges_that_every_reference_has_are_written() -> None:
    off = {"endpointing.silence_ms": 0, "endpointing.eot_threshold": 0.2, "endpointing.max_silence_ms": 100}
    values = AGORA.write(Settings().replace(off)).values
    assert {path.rpartition(".")[2]: value for path, value in values.items() if "semantic_config" in path} == {
        "silence_duration_ms": 120,
        "max_wait_ms": 500,
    }


def test_llm_and_tts_timeouts_are_kept_apart_with_their_place() -> None:
    writing = AGORA.write(Settings().replace({"llm.timeout_ms": 900, "tts.hedge": True, "filler.after_ms": 700}))
    assert [one.name for one in writing.elsewhere] == ["llm.timeout_ms", "tts.hedge"]
    assert "your own LLM service" in writing.elsewhere[0].reason
    assert [one.name for one in writing.inexpressible] == ["filler.after_ms"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1500", '"1500"', "vad_config.silence_duration_ms: must be a number, got '1500'"),
        ("1500", "2500", "vad_config.silence_duration_ms: must be within 0..2000 ms, got 2500"),
        ("1500", "1.5", "vad_config.silence_duration_ms: must be a whole number, got 1.5"),
        ('"mode": "default"', '"mode": "fast"', "turn_detection.mode: must be one of default, got 'fast'"),
        ("200", "null", "vad_config.interrupt_duration_ms: may not be null; leave the key out instead"),
    ],
)
def test_a_wrong_value_is_reported_with_file_path_and_rule(old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(BODY.replace(old, new, 1))
    assert str(refused.value).startswith("join.json: properties.turn_detection.")
    assert said in str(refused.value)


def test_something_else_in_the_place_of_an_object_is_reported() -> None:
    for wrong, shown in (('"fast"', "'fast'"), ("[1]", "[1]"), ("5", "5")):
        with pytest.raises(
            SettingsError, match=r"properties\.turn_detection\.config: must be an object, got"
        ) as refused:
            read('{"properties": {"turn_detection": {"config": %s}}}' % wrong)  # noqa: UP031
        assert shown in str(refused.value)
    assert read('{"properties": {"turn_detection": null}}').settings == read('{"properties": {"llm": null}}').settings


def test_every_wrong_value_is_reported_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read(BODY.replace("1500", "9999").replace("200", "1"))
    assert len(str(refused.value).splitlines()) == 3


def test_a_misspelt_key_is_reported_with_the_closest() -> None:
    (unknown,) = read(BODY.replace("silence_duration_ms", "silence_duraton_ms")).unknown
    where = "properties.turn_detection.config.end_of_speech.vad_config"
    assert unknown == f"{where}.silence_duraton_ms (did you mean {where}.silence_duration_ms?)"
    (unknown,) = read(BODY.replace('"silence_duration_ms": 1500', '"silence_duration_ms": 1500, "foo": 1')).unknown
    assert unknown == f"{where}.foo"


def test_the_mainland_build_has_no_interruption_and_no_pause_state() -> None:
    for mode, start in (
        ("interrupt", {"mode": "vad"}),
        ("append", {"mode": "disabled", "disabled_config": {"strategy": "append"}}),
        ("ignore", {"mode": "disabled", "disabled_config": {"strategy": "ignored"}}),
    ):
        text = new_file(SHENGWANG, Settings().replace({"barge_in.mode": mode, "endpointing.eot_threshold": 0.5})).text
        properties = json.loads(text)["properties"]
        assert "interruption" not in properties
        assert "pause_state_enabled" not in text
        assert properties["turn_detection"]["config"]["start_of_speech"].items() >= start.items()
        assert read(text, SHENGWANG).ours["barge_in.mode"] == mode
    assert read(BODY, SHENGWANG).ours == read(BODY).ours


def test_keywords_of_either_spelling_and_their_own_voice_are_read() -> None:
    flat = read('{"properties": {"turn_detection": {"interrupt_mode": "keywords"}}}')
    assert any("which words" in doubt for doubt in flat.doubts)
    keywords = {"triggered_keywords": ["stop"], "interrupt_duration_ms": 200, "prefix_padding_ms": 100}
    start = {"mode": "keywords", "keywords_config": keywords}
    reading = read(json.dumps({"properties": {"turn_detection": {"config": {"start_of_speech": start}}}}))
    assert reading.unknown == ()


def test_a_value_that_is_read_and_would_not_be_written_is_reported() -> None:
    reading = read(BODY.replace("1500", "80"))
    assert reading.settings.endpointing.silence_ms == 80
    (doubt,) = reading.doubts
    assert "silence_duration_ms is 80" in doubt
    assert "120..2000 ms" in doubt
    assert read(BODY).doubts == ()


def test_an_interruption_that_the_mainland_build_does_not_have_is_reported() -> None:
    reading = read(BODY.replace('"enable": true', '"enable": false'), SHENGWANG)
    assert reading.unknown == ()
    assert any("interruption is in it" in doubt for doubt in reading.doubts)


def test_an_unfinished_turn_that_ends_sooner_than_a_finished_one_is_reported() -> None:
    semantic = {"mode": "semantic", "semantic_config": {"silence_duration_ms": 900, "max_wait_ms": 600}}
    reading = read(json.dumps({"properties": {"turn_detection": {"config": {"end_of_speech": semantic}}}}))
    assert any("max_silence_ms=600 is below" in doubt for doubt in reading.doubts)
