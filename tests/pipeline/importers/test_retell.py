"""Retell's calls: speech from the times of words, and latencies given to replies only where their number says whose."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import AUTO, Imported, import_recording
from stages.errors import RecordingError
from tests.pipeline.importers.retell_source import E2E, LLM, TTS, call, latency, transcript

Reader = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Imports a call."""

    def imported(held: Any) -> Imported:
        (tmp_path / "call.json").write_text(json.dumps(held))
        return import_recording(AUTO, [tmp_path / "call.json"])

    return imported


def with_latency(**stages: Any) -> dict[str, Any]:
    return call(latency=call()["latency"] | stages)


def test_words_give_the_speech_its_pauses_and_what_was_said_over_a_reply(read: Reader) -> None:
    turns = read(call()).turns
    assert [turn.speech.end_ms for turn in turns] == pytest.approx([2700, 1500, 1000])
    assert [[(one.at_ms, one.ms) for one in turn.speech.pauses or ()] for turn in turns] == [
        [pytest.approx((900, 900))],
        [],
        [],
    ]
    assert [[(over.kind, over.words) for over in turn.overlaps or ()] for turn in turns] == [[], [("interrupt", 4)], []]
    assert [turn.index for turn in turns] == [1, 2, 3]


def test_the_response_times_are_those_of_retell_where_there_are_as_many_as_replies(read: Reader) -> None:
    imported = read(call())
    assert [turn.response_ms for turn in imported.turns] == E2E
    (field,) = (field for field in imported.report.fields if field.field == "response_ms")
    assert (field.measured, field.derived) == (3, 0)


def test_latencies_of_stages_are_joined_in_order_without_that_of_the_greeting(read: Reader) -> None:
    imported = read(call())
    assert [(turn.llm.ttft_ms or ())[0] for turn in imported.turns] == LLM
    assert [(turn.tts.ttfb_ms or ())[0] for turn in imported.turns] == TTS
    (field,) = (field for field in imported.report.fields if field.field == "llm.ttft_ms")
    assert (field.derived, field.measured) == (3, 0)


def test_latencies_that_are_more_than_the_replies_are_in_no_turn_and_reported(read: Reader) -> None:
    imported = read(with_latency(llm=latency([400, 500, *LLM])))
    assert {turn.llm.ttft_ms for turn in imported.turns} == {None}
    (note,) = imported.report.of("doubtful")
    assert "5 latencies of the LLM are in no turn" in note.message
    assert "p50 500 ms" in note.message


def test_stages_that_are_longer_than_the_response_are_not_joined_by_their_order(read: Reader) -> None:
    imported = read(with_latency(llm=latency([1400, 900, 900])))
    assert {turn.llm.ttft_ms for turn in imported.turns} == {None}


def test_without_as_many_response_times_they_come_from_the_times_of_words(read: Reader) -> None:
    imported = read(with_latency(e2e=latency([1000, 1100])))
    assert [turn.response_ms for turn in imported.turns] == pytest.approx([1300, 1100, 1500])
    (field,) = (field for field in imported.report.fields if field.field == "response_ms")
    assert (field.measured, field.derived) == (0, 3)


def test_a_call_without_words_gives_its_response_times_alone(read: Reader) -> None:
    turns = read(call(transcript_object=[], latency={"e2e": latency(E2E), "llm": latency(LLM)})).turns
    assert [turn.response_ms for turn in turns] == E2E
    assert [(turn.llm.ttft_ms or ())[0] for turn in turns] == LLM
    assert {turn.speech.pauses for turn in turns} == {None}


def test_quantiles_alone_are_counted_and_no_values_are_made_of_them(read: Reader) -> None:
    held = {stage: {"p50": 800, "p90": 900, "num": 3} for stage in ("e2e", "llm", "tts")}
    imported = read(call(latency=held))
    assert imported.report.counts["latencies of which a call has quantiles and no values"] == 3
    assert {turn.llm.ttft_ms for turn in imported.turns} == {None}


def test_a_call_with_quantiles_alone_says_how_to_type_them(read: Reader, tmp_path: Path) -> None:
    held = {"e2e": {"p50": 1450, "p95": 2600}, "llm": {"p50": 620, "p90": 900.5, "p95": 1400}}
    with pytest.raises(RecordingError, match="save these lines as figures") as refused:
        read(call(transcript_object=[], latency=held))
    _, _, lines = str(refused.value).partition(":\nstage")
    assert lines == ",p50,p90,p95,p99\ne2e,1450,,2600,\nllm,620,900.5,1400,"
    typed = tmp_path / "figures.csv"
    typed.write_text(f"stage{lines}\n")
    imported = import_recording(AUTO, [typed])
    assert imported.report.assumed
    assert len(imported.turns) == 40
    times = sorted((turn.llm.ttft_ms or ())[0] or 0 for turn in imported.turns)
    assert times[19] <= 620 <= times[20]


def test_the_first_byte_of_a_speech_to_speech_model_has_no_tts_after_it(read: Reader) -> None:
    turns = read(call(latency={"e2e": latency(E2E), "s2s": latency([600, 700, 800])})).turns
    assert [(turn.llm.ttft_ms or ())[0] for turn in turns] == [600, 700, 800]
    assert [(turn.tts.ttfb_ms or ())[0] for turn in turns] == [0, 0, 0]


def test_nothing_that_was_said_is_kept(read: Reader) -> None:
    imported = read(call())
    held = json.dumps([turn.json_dict() for turn in imported.turns]) + json.dumps(imported.report.json_dict())
    assert not any(one["content"] in held for one in transcript())
