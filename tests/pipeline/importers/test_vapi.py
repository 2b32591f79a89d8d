"""Vapi's calls and logs: what its latencies are in a turn, and which messages belong to which."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import AUTO, Imported, import_recording
from stages.errors import RecordingError
from tests.pipeline.importers.vapi_source import TURNS, call, log, messages, report
from tuner.deploy.in_force import settings_in_force

Reader = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Imports files given as bytes, or as what their JSON holds, by name."""

    def imported(**files: Any) -> Imported:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return import_recording(AUTO, [tmp_path / name for name in files])

    return imported


def with_latencies(*latencies: Mapping[str, float]) -> dict[str, Any]:
    held = call()
    held["artifact"]["performanceMetrics"]["turnLatencies"] = list(latencies)
    return held


def test_latencies_of_a_turn_are_the_response_time_and_its_parts(read: Reader) -> None:
    turns = read(call=call()).turns
    assert [turn.response_ms for turn in turns] == [turn["turn"] for turn in TURNS]
    assert [turn.asr.final_ms for turn in turns] == [turn["transcriber"] for turn in TURNS]
    assert [(turn.llm.ttft_ms or ())[0] for turn in turns] == [turn["model"] for turn in TURNS]
    assert [(turn.tts.ttfb_ms or ())[0] for turn in turns] == [turn["voice"] for turn in TURNS]
    assert {turn.session for turn in turns} == {"call-7f3a"}


def test_messages_give_the_length_of_speech_and_the_words_of_replies_and_skip_the_greeting(read: Reader) -> None:
    turns = read(call=call()).turns
    assert [turn.speech.end_ms for turn in turns] == pytest.approx([2000, 2000, 600])
    assert [turn.index for turn in turns] == [1, 2, 3]
    assert [(turn.llm.clause_tokens, turn.llm.reply_tokens) for turn in turns] == [(2, 10), (2, 7), (2, 2)]
    assert turns[0].tts.ms_per_token == pytest.approx(300)
    assert {turn.speech.pauses for turn in turns} == {None}


def test_the_end_of_turn_is_scored_by_the_punctuation_that_the_plan_looks_at(read: Reader) -> None:
    assert [turn.speech.eot_score for turn in read(call=call()).turns] == [0, 1, 1]


def test_latencies_that_are_more_than_the_answers_are_taken_without_the_messages(read: Reader) -> None:
    held = call()
    held["artifact"]["messages"] = messages()[:4]
    imported = read(call=held)
    assert [turn.response_ms for turn in imported.turns] == [turn["turn"] for turn in TURNS]
    assert {turn.llm.reply_tokens for turn in imported.turns} == {None}
    assert "3 turn latencies and 1 answers" in imported.report.of("doubtful")[0].message


def test_a_call_without_latencies_gives_the_gaps_between_messages_as_derived(read: Reader) -> None:
    imported = read(call=with_latencies())
    assert [turn.response_ms for turn in imported.turns] == pytest.approx([2700, 1300, 1300])
    (field,) = (field for field in imported.report.fields if field.field == "response_ms")
    assert (field.derived, field.measured) == (3, 0)


def test_lines_of_a_log_give_the_same_latencies_and_what_the_knowledge_base_took(read: Reader) -> None:
    imported = read(log=log())
    assert [turn.response_ms for turn in imported.turns] == [turn["turn"] for turn in TURNS]
    assert [(turn.llm.ttft_ms or ())[0] for turn in imported.turns] == [turn["model"] for turn in TURNS]


def test_a_log_says_how_long_vapi_waited_since_it_has_no_plan(read: Reader) -> None:
    (note,) = read(log=log()).report.of("doubtful")
    assert "Vapi waited 110 ms at the median" in note.message
    assert read(call=call()).report.of("doubtful") == ()


def test_a_log_and_the_record_of_its_call_are_read_once(read: Reader) -> None:
    imported = read(call=call(), log=log())
    assert len(imported.turns) == len(TURNS)
    assert imported.report.counts["turn latencies in a log that a call record has too"] == len(TURNS)


def test_the_report_at_the_end_of_a_call_is_read_as_the_call(read: Reader) -> None:
    turns = read(webhook=report()).turns
    assert [turn.response_ms for turn in turns] == [turn["turn"] for turn in TURNS]
    assert {turn.session for turn in turns} == {"call-9c11"}


def test_a_list_of_calls_is_read_and_a_call_that_is_there_twice_is_counted_once(read: Reader) -> None:
    imported = read(calls=[call("call-1"), call("call-2"), call("call-1")])
    assert imported.report.sessions == 2
    assert [(fault.kind, fault.count) for fault in imported.report.faults] == [("duplicate", 1)]


def test_latencies_in_seconds_are_brought_to_milliseconds(read: Reader) -> None:
    parts = {"modelLatency": 0.4, "voiceLatency": 0.2, "transcriberLatency": 0.1, "endpointingLatency": 0.3}
    imported = read(call=with_latencies(*[{**parts, "turnLatency": 1.25}] * 3))
    assert [turn.response_ms for turn in imported.turns] == [1250] * 3
    assert [fault.kind for fault in imported.report.faults] == ["seconds"]


def test_a_part_that_is_longer_than_the_turn_is_left_out(read: Reader) -> None:
    parts = {"modelLatency": 9000, "voiceLatency": 200, "transcriberLatency": -3}
    imported = read(call=with_latencies(*[{**parts, "turnLatency": 1250}] * 3))
    assert {turn.llm.ttft_ms for turn in imported.turns} == {None}
    assert {(fault.kind, fault.count) for fault in imported.report.faults} == {("over_whole", 3), ("negative", 3)}


def test_the_plans_of_the_assistant_are_the_settings_in_force_and_its_prompt_is_not_kept(read: Reader) -> None:
    imported = read(call=call())
    settings = settings_in_force(imported)
    assert settings is not None
    assert (settings.endpointing.max_silence_ms, settings.barge_in.min_words) == (1500, 2)
    assert "clerk" not in repr(imported.vendor)


def test_calls_under_other_settings_are_refused(read: Reader) -> None:
    with pytest.raises(RecordingError, match="has other settings than the call before it; import them apart"):
        read(calls=[call("call-1"), call("call-2", assistant={"stopSpeakingPlan": {"numWords": 5}})])
