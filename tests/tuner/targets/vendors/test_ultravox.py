"""Ultravox's vadSettings."""

import json

import pytest

from stages.errors import SettingsError
from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file, new_file

ULTRAVOX = target("ultravox")


def test_durations_are_text_in_seconds() -> None:
    text = '{"vadSettings": {"turnEndpointDelay": "0.64s", "minimumInterruptionDuration": "0.2s"}}'
    ours = ULTRAVOX.read(text, "call.json").settings
    assert ours.endpointing.silence_ms == ours.vad.silence_ms == 640
    assert ours.barge_in.min_speech_ms == ours.barge_in.withdraw_ms == 200


def test_the_defaults_are_twelve_frames_and_90_ms() -> None:
    ours = ULTRAVOX.read("{}", "call.json").settings
    assert (ours.endpointing.silence_ms, ours.barge_in.min_speech_ms) == (12 * 32, 90)


def test_a_delay_is_a_whole_number_of_frames() -> None:
    writing = ULTRAVOX.write(Settings().replace({"endpointing.silence_ms": 500}))
    assert writing.values["vadSettings.turnEndpointDelay"] == "0.512s"
    assert writing.inexact["endpointing.silence_ms"] == (500, 512)
    assert {value % 32 for value in ULTRAVOX.deployable_space().values["endpointing.silence_ms"]} == {0}


def test_a_call_template_is_changed_as_one() -> None:
    text = '{"callTemplate": {"model": "m", "vadSettings": {"turnEndpointDelay": "0.384s"}}}'
    changed = changed_file(ULTRAVOX, Settings().replace({"endpointing.silence_ms": 320}), text, "agent.json")
    assert json.loads(changed.text)["callTemplate"]["vadSettings"]["turnEndpointDelay"] == "0.32s"


def test_a_template_without_vad_settings_gets_them() -> None:
    changed = changed_file(ULTRAVOX, Settings().replace({"endpointing.silence_ms": 320}), '{"callTemplate": {}}', "a")
    assert json.loads(changed.text)["callTemplate"]["vadSettings"]["turnEndpointDelay"] == "0.32s"


def test_an_interruption_shorter_than_a_turn_is_reported() -> None:
    reading = ULTRAVOX.read('{"vadSettings": {"minimumTurnDuration": "0.3s"}}', "call.json")
    assert any("ignores the latter" in doubt for doubt in reading.doubts)


@pytest.mark.parametrize("wrong", ['"384ms"', "0.384", '"fast"', '"-1s"'])
def test_what_is_no_duration_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"vadSettings\.turnEndpointDelay"):
        ULTRAVOX.read(f'{{"vadSettings": {{"turnEndpointDelay": {wrong}}}}}', "call.json")


def test_a_new_file_holds_both() -> None:
    assert json.loads(new_file(ULTRAVOX, Settings().replace({"endpointing.silence_ms": 640})).text) == {
        "vadSettings": {"turnEndpointDelay": "0.64s", "minimumInterruptionDuration": "0.3s"}
    }
