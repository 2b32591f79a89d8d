"""Gemini Live's activity detection, in both spellings."""

import json
from pathlib import Path

import pytest

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file, new_file
from tuner.targets.readings import Reading

GEMINI = target("gemini")
SNAKE: dict[str, object] = {
    "realtime_input_config": {
        "automatic_activity_detection": {"silence_duration_ms": 900, "prefix_padding_ms": 40},
        "activity_handling": "NO_INTERRUPTION",
    }
}


def read(document: dict[str, object]) -> Reading:
    return GEMINI.read(json.dumps(document), "config.json")


def detection(**values: object) -> dict[str, object]:
    return {"realtimeInputConfig": {"automaticActivityDetection": values}}


def test_a_live_config_with_a_silence_of_five_seconds_is_read(shared: Path) -> None:
    reading = GEMINI.read((shared / "data/cases/gemini1467/config.json").read_text(), "config.json")
    found = reading.settings.flat()
    assert reading.stated["realtimeInputConfig.automaticActivityDetection.silenceDurationMs"] == 5000
    assert (found["endpointing.silence_ms"], found["vad.silence_ms"]) == (3000, 2000)
    assert (found["endpointing.onset_ms"], found["barge_in.min_speech_ms"]) == (20, 20)
    assert reading.unknown == ()
    assert [one for one in reading.doubts if "5000" in one]
    assert [one for one in reading.doubts if "gemini-3.1-flash-live-preview" in one]


def test_the_names_of_python_are_read_and_written_back() -> None:
    found = read(SNAKE).settings.flat()
    assert (found["endpointing.silence_ms"], found["barge_in.mode"]) == (900, "append")
    changed = changed_file(GEMINI, Settings().replace({"endpointing.silence_ms": 640}), json.dumps(SNAKE), "c.json")
    assert changed.changes["realtime_input_config.automatic_activity_detection.silence_duration_ms"] == (900, 640)


@pytest.mark.parametrize("document", [*SNAKE.values(), {"silenceDurationMs": 900}])
def test_the_object_alone_is_a_file_too(document: dict[str, object]) -> None:
    assert read(document).settings.endpointing.silence_ms == 900


def test_a_doubt_speaks_of_the_keys_of_the_file() -> None:
    assert [one for one in read(SNAKE).doubts if one.startswith("silence_duration_ms is ignored")]


def test_the_model_in_the_file_decides_whether_its_silence_is_doubted() -> None:
    keeps = detection(silenceDurationMs=700) | {"model": "models/gemini-2.5-flash-native-audio-latest"}
    ignores = detection(silenceDurationMs=700) | {"model": "models/gemini-3.1-flash-live-preview"}
    assert not [one for one in read(keeps).doubts if "silence" in one]
    assert [one for one in read(ignores).doubts if "measure" in one]


def test_a_time_that_is_left_out_is_not_known() -> None:
    reading = read(detection(startOfSpeechSensitivity="START_SENSITIVITY_LOW"))
    assert reading.origins["endpointing.silence_ms"] == "not known"
    assert reading.origins["barge_in.min_speech_ms"] == "not known"


def test_a_detection_that_is_disabled_is_said() -> None:
    assert [one for one in read(detection(disabled=True)).doubts if "your client says" in one]


def test_a_typo_is_listed_with_the_closest_key() -> None:
    assert read(detection(silenceDuration=700)).unknown == (
        "realtimeInputConfig.automaticActivityDetection.silenceDuration (did you mean "
        "realtimeInputConfig.automaticActivityDetection.silenceDurationMs?)",
    )


def test_a_new_file_has_google_s_names() -> None:
    text = new_file(GEMINI, Settings().replace({"endpointing.silence_ms": 500})).text
    assert json.loads(text)["realtimeInputConfig"]["automaticActivityDetection"]["silenceDurationMs"] == 500
