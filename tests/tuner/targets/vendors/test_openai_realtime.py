"""OpenAI Realtime's turn detection."""

import json

import pytest

from stages.settings import Settings
from tuner.targets import target
from tuner.targets.export import changed_file, new_file

OPENAI = target("openai-realtime")


def read(detection: dict[str, object], *path: str) -> dict[str, object]:
    document: dict[str, object] = detection
    for key in reversed(path):
        document = {key: document}
    reading = OPENAI.read(json.dumps(document), "session.json")
    return {"target": reading.target, "doubts": reading.doubts, **reading.settings.flat()}


SERVER = {"type": "server_vad", "silence_duration_ms": 700, "interrupt_response": False}
PATH = ("session", "audio", "input", "turn_detection")


@pytest.mark.parametrize("outer", range(4))
def test_a_session_is_read_wherever_the_file_begins(outer: int) -> None:
    found = read(SERVER, *PATH[outer:])
    assert (found["endpointing.silence_ms"], found["vad.silence_ms"]) == (700, 700)
    assert found["barge_in.mode"] == "ignore"


def test_the_detection_alone_is_a_file_too() -> None:
    assert read(SERVER)["endpointing.silence_ms"] == 700


def test_the_form_of_the_beta_is_read_and_written_as_such() -> None:
    assert read(SERVER, "session", "turn_detection")["target"] == "openai-realtime-beta"
    text = json.dumps({"session": {"turn_detection": SERVER}})
    changed = changed_file(OPENAI, Settings().replace({"endpointing.silence_ms": 350}), text, "s.json")
    assert json.loads(changed.text)["session"]["turn_detection"]["silence_duration_ms"] == 350


def test_the_server_s_defaults_hold_where_nothing_is_said() -> None:
    found = read({"type": "server_vad"}, *PATH)
    assert (found["endpointing.silence_ms"], found["barge_in.mode"]) == (500, "interrupt")


def test_a_silence_beyond_the_vad_s_ends_the_turn_all_the_same() -> None:
    found = read({"type": "server_vad", "silence_duration_ms": 2600}, *PATH)
    assert (found["endpointing.silence_ms"], found["vad.silence_ms"]) == (2600, 2000)


def test_semantic_vad_is_said_not_to_be_simulated() -> None:
    found = read({"type": "semantic_vad", "eagerness": "low"}, *PATH)
    assert any("cannot be simulated" in doubt for doubt in found["doubts"])  # type: ignore[attr-defined]
    assert found["endpointing.silence_ms"] == Settings().endpointing.silence_ms


def test_tuned_silences_take_the_place_of_an_eagerness() -> None:
    semantic = {"turn_detection": {"type": "semantic_vad", "eagerness": "low"}}
    text = json.dumps({"session": {"audio": {"input": semantic}}})
    changed = json.loads(changed_file(OPENAI, Settings().replace({"endpointing.silence_ms": 400}), text, "s").text)
    assert changed["session"]["audio"]["input"]["turn_detection"] == {
        "type": "server_vad",
        "silence_duration_ms": 400,
    }


def test_an_eagerness_stays_where_nothing_is_moved() -> None:
    text = json.dumps({"session": {"turn_detection": {"type": "semantic_vad", "eagerness": "low"}}})
    assert changed_file(OPENAI, OPENAI.read(text, "s").settings, text, "s").text == text


def test_appending_is_not_to_be_had() -> None:
    writing = OPENAI.write(Settings().replace({"barge_in.mode": "append"}))
    assert writing.inexact["barge_in.mode"] == ("append", "ignore")


def test_what_the_client_does_is_named_as_such() -> None:
    writing = OPENAI.write(Settings().replace({"llm.timeout_ms": 3000, "endpointing.onset_ms": 100}))
    assert [one.name for one in writing.elsewhere] == ["llm.timeout_ms"]
    assert "response.cancel" in writing.elsewhere[0].reason
    assert "endpointing.onset_ms" in {one.name for one in writing.inexpressible}


def test_a_new_file_is_a_session() -> None:
    tree = json.loads(new_file(OPENAI, Settings()).text)
    assert tree["session"]["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 640


@pytest.mark.parametrize("path", [PATH, ("session", "turn_detection")])
def test_a_detection_that_is_off_is_reported(path: tuple[str, ...]) -> None:
    document: object = None
    for key in reversed(path):
        document = {key: document}
    text = json.dumps(document)
    assert any("turn_detection is null" in doubt for doubt in OPENAI.read(text, "s.json").doubts)
    changed = changed_file(OPENAI, Settings().replace({"endpointing.silence_ms": 350}), text, "s.json").text
    assert not any("null" in doubt for doubt in OPENAI.read(changed, "s.json").doubts)
