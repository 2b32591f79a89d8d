"""ElevenLabs' conversations: metrics of the user's and the agent's turns are those of one exchange."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import AUTO, Imported, import_recording
from stages.errors import RecordingError
from tests.pipeline.importers.elevenlabs_source import conversation, metrics, transcript, turn

Reader = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Imports a conversation."""

    def imported(held: Any) -> Imported:
        (tmp_path / "conversation.json").write_text(json.dumps(held))
        return import_recording(AUTO, [tmp_path / "conversation.json"])

    return imported


def test_metrics_of_both_turns_are_one_exchange_and_the_greeting_is_none(read: Reader) -> None:
    turns = read(conversation()).turns
    assert [turn.response_ms for turn in turns] == [1450, 3200, 1300]
    assert [turn.asr.final_ms for turn in turns] == [120, 200, 150]
    assert [(turn.tts.ttfb_ms or ())[0] for turn in turns] == [140, 160, 130]
    assert [turn.index for turn in turns] == [1, 2, 4]


def test_the_first_sentence_gives_the_pace_of_tokens(read: Reader) -> None:
    first = read(conversation()).turns[0]
    assert (first.llm.sentence_tokens, first.llm.reply_tokens) == (4, 9)
    assert first.llm.token_ms == pytest.approx(120 / 3)


def test_with_a_tool_the_first_request_is_that_of_the_call(read: Reader) -> None:
    turns = read(conversation()).turns
    assert [(turn.llm.ttft_ms or ())[0] for turn in turns] == [620, 700, 400]


def test_a_silent_user_makes_a_timeout_and_no_answer(read: Reader) -> None:
    imported = read(conversation())
    assert 8100 not in [turn.response_ms for turn in imported.turns]
    assert imported.report.counts["turns in which the user said nothing, so the agent's timeout spoke"] == 1


def test_backchannels_and_interruptions_are_counted_but_have_no_time(read: Reader) -> None:
    imported = read(conversation())
    assert imported.report.counts["backchannels of the user that the agent ignored"] == 1
    assert imported.report.counts["replies that the user interrupted"] == 1
    assert {turn.overlaps for turn in imported.turns} == {None}


def test_metrics_that_are_repeated_after_a_tool_are_counted_once(read: Reader) -> None:
    said = transcript()
    said[6]["conversation_turn_metrics"] = metrics(first=0.7, voice=0.16, whole=3.2)
    imported = read(conversation(transcript=said))
    assert [(fault.kind, fault.count) for fault in imported.report.faults] == [("duplicate", 1)]
    assert (imported.turns[1].llm.ttft_ms or ())[0] == 700


def test_metrics_without_a_group_around_them_are_read_as_well(read: Reader) -> None:
    old = [
        one | {"conversation_turn_metrics": (one["conversation_turn_metrics"] or {}).get("metrics")}
        for one in transcript()
    ]
    assert read(conversation(transcript=old)).turns == read(conversation()).turns


def test_a_conversation_in_text_is_left_out(read: Reader) -> None:
    with pytest.raises(RecordingError, match="gives no turns"):
        read(conversation(metadata={"text_only": True}))


def test_what_is_no_turn_is_counted_and_left_out(read: Reader) -> None:
    imported = read(conversation(transcript=[*transcript(), "x", 3, turn("user", 40, None)]))
    assert [(fault.kind, fault.count) for fault in imported.report.faults] == [("impossible", 2)]
    assert len(imported.turns) == 3
