"""Event logs of OpenAI Realtime: speech from the offsets, answers from the receive times, and neither made up."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import AUTO, Imported, import_recording
from stages.errors import RecordingError
from stages.turn import Turn
from tests.pipeline.importers.openai_realtime_source import (
    SILENCE,
    Timed,
    answered,
    bare,
    call,
    json_lines,
    models,
    opening,
    printed,
    spoken,
)
from tuner.deploy.in_force import settings_in_force

Reader = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Imports logs given as bytes."""

    def imported(*logs: bytes, **options: Any) -> Imported:
        paths = [tmp_path / f"events-{place}.log" for place in range(len(logs))]
        for path, content in zip(paths, logs, strict=True):
            path.write_bytes(content)
        return import_recording(AUTO, paths, options)

    return imported


def close(*values: float) -> object:
    return pytest.approx(list(values), abs=1)


def responses(turns: tuple[Turn, ...]) -> list[float | None]:
    return [turn.response_ms for turn in turns]


def test_the_response_counts_from_the_end_of_speech_without_the_silence_of_the_detection(read: Reader) -> None:
    turns = read(json_lines(call())).turns
    assert responses(turns) == close(1100, 1000, 2100, 1100)
    assert [turn.speech.end_ms for turn in turns] == close(2000, 3000, 1000, 1500)


def test_a_response_that_nobody_heard_makes_a_pause_of_the_turn(read: Reader) -> None:
    turns = read(json_lines(call())).turns
    assert [[(one.at_ms, one.ms) for one in turn.speech.pauses or ()] for turn in turns] == [
        [],
        [pytest.approx((1000, 800), abs=1)],
        [],
        [],
    ]


def test_the_model_is_one_stage_from_the_request_to_the_first_audio(read: Reader) -> None:
    turns = read(json_lines(call())).turns
    assert [(turn.llm.ttft_ms or ())[0] for turn in turns] == close(480, 380, 380, 480)
    assert {(turn.tts.ttfb_ms or ())[0] for turn in turns} == {0}
    assert {turn.asr.final_ms for turn in turns} == {0}


def test_audio_that_was_cut_off_ends_the_reply_and_the_user_interrupted_it(read: Reader) -> None:
    turns = read(json_lines(call())).turns
    assert [[over.kind for over in turn.overlaps or ()] for turn in turns] == [[], [], ["interrupt"], []]
    (over,) = turns[2].overlaps or ()
    assert over.at_ms == pytest.approx(900, abs=1)
    assert over.words == 4


def test_what_python_prints_is_read_as_the_json_of_it(read: Reader) -> None:
    turns = read(printed(call())).turns
    assert responses(turns) == close(1100, 1000, 2100, 1100)
    assert [turn.speech.end_ms for turn in turns] == close(2000, 3000, 1000, 1500)


@pytest.mark.parametrize("log", [bare, models])
def test_without_receive_times_speech_and_pauses_are_known_and_no_response_time(
    read: Reader, log: Callable[..., bytes]
) -> None:
    imported = read(log(call()))
    assert responses(imported.turns) == [None] * 4
    assert [turn.speech.end_ms for turn in imported.turns] == close(2000, 3000, 1000, 1500)
    assert [len(turn.speech.pauses or ()) for turn in imported.turns] == [0, 1, 0, 0]
    assert {turn.llm.reply_tokens for turn in imported.turns} == {8}
    assert any("has no receive times" in note.message for note in imported.report.of("doubtful"))


def test_semantic_vad_does_not_say_when_speech_ended_so_nothing_counts_from_there(read: Reader) -> None:
    log = json_lines(call({"type": "semantic_vad", "eagerness": "auto"}))
    imported = read(log)
    assert responses(imported.turns) == [None] * 4
    assert {turn.speech.pauses for turn in imported.turns} == {None}
    assert "--option silence_ms=MS" in imported.report.of("doubtful")[0].message
    assert responses(read(log, silence_ms=SILENCE).turns)[0] == pytest.approx(1100, abs=1)


def test_the_detection_of_the_session_is_in_force(read: Reader) -> None:
    settings = settings_in_force(read(json_lines(call())))
    assert settings is not None
    assert (settings.endpointing.silence_ms, settings.vad.silence_ms) == (SILENCE, SILENCE)


def test_sessions_with_another_detection_are_refused(read: Reader) -> None:
    other = {"type": "server_vad", "silence_duration_ms": 900}
    with pytest.raises(RecordingError, match="another turn detection than the session before it"):
        read(json_lines(call()), json_lines(call(other, "sess_2")))


def test_a_detection_that_is_changed_later_is_said(read: Reader) -> None:
    update = {
        "type": "session.updated",
        "session": {"turn_detection": {"type": "server_vad", "silence_duration_ms": 900}},
    }
    imported = read(json_lines(sorted([*call(), (30.0, update)], key=lambda one: one[0])))
    assert any("changed its turn detection after somebody spoke" in note.message for note in imported.report.notes)
    assert responses(imported.turns) == close(1100, 1000, 2100, 1100)


def test_the_words_of_the_beta_are_read_as_those_of_today(read: Reader) -> None:
    old = json_lines(call()).replace(b"output_audio", b"audio")
    assert responses(read(old).turns) == close(1100, 1000, 2100, 1100)


def test_events_that_are_there_twice_are_counted_once(read: Reader) -> None:
    lines = json_lines(call()).split(b"\n")
    twice = b"\n".join(line for line in lines for _ in range(2))
    imported = read(twice)
    assert responses(imported.turns) == close(1100, 1000, 2100, 1100)
    assert [(fault.kind, fault.count) for fault in imported.report.faults] == [("duplicate", len(lines))]


def test_sessions_of_one_log_may_number_their_events_alike(read: Reader) -> None:
    imported = read(b"\n".join(json_lines(call(name=name)) for name in ("sess_1", "sess_2")))
    assert (imported.report.sessions, len(imported.turns), imported.report.faults) == (2, 8, ())


def test_audio_that_the_log_leaves_out_has_no_length(read: Reader) -> None:
    log = [(at, event | {"delta": "<audio>"}) if "delta" in event else (at, event) for at, event in call()]
    turns = read(json_lines(log)).turns
    assert turns[0].overlaps is None
    assert turns[0].tts.ms_per_token is None


def test_the_idle_timeout_is_no_answer(read: Reader) -> None:
    idle: list[Timed] = [
        (
            9.0,
            {"type": "input_audio_buffer.timeout_triggered", "item_id": "u9", "audio_start_ms": 1, "audio_end_ms": 2},
        ),
        (9.1, {"type": "input_audio_buffer.committed", "item_id": "u9"}),
        *answered("r9", 9.2, 9.6, 3),
    ]
    imported = read(json_lines([*opening(), *spoken("u1", 1.0, 3.0), *answered("r1", 3.62, 4.1, 10), *idle]))
    assert responses(imported.turns) == close(1100)
    assert imported.report.counts["times that the idle timeout made the model speak"] == 1


def test_nothing_that_was_said_is_kept(read: Reader) -> None:
    imported = read(json_lines(call()))
    held = json.dumps([turn.json_dict() for turn in imported.turns]) + json.dumps(imported.report.json_dict())
    assert "weather" not in held
    assert "sunny" not in held
