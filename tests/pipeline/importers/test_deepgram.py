"""Deepgram's messages: Flux tells when the user spoke and how sure it was, the Voice Agent how long stages took."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.importers import AUTO, Imported, import_recording
from stages.errors import RecordingError
from tests.pipeline.importers.deepgram_source import agent, flux, lines, timed, unconfigured
from tuner.deploy.in_force import settings_in_force

Reader = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Imports logs given as bytes."""

    def imported(*logs: bytes, grace_ms: float = 500) -> Imported:
        paths = [tmp_path / f"log-{place}.jsonl" for place in range(len(logs))]
        for path, content in zip(paths, logs, strict=True):
            path.write_bytes(content)
        return import_recording(AUTO, paths, {"grace_ms": grace_ms})

    return imported


def test_words_give_the_speech_and_its_pauses_with_the_most_confidence_that_flux_came_to(read: Reader) -> None:
    first = read(lines(flux())).turns[0]
    assert first.speech.end_ms == pytest.approx(2000)
    (pause,) = first.speech.pauses or ()
    assert (pause.at_ms, pause.ms) == pytest.approx((600, 1000))
    assert pause.eot_score == 0.55


def test_the_confidence_that_ended_a_turn_and_how_long_it_took_are_its_score(read: Reader) -> None:
    turns = read(lines(flux())).turns
    assert [turn.speech.eot_score for turn in turns] == [0.85, 0.9, 0.45]
    assert [turn.speech.eot_delay_ms for turn in turns[:2]] == pytest.approx([400, 400])
    assert [turn.asr.final_ms for turn in turns] == pytest.approx([100, 400, 600])


def test_a_turn_that_the_timeout_ended_has_the_most_confidence_it_came_to_and_when(read: Reader) -> None:
    imported = read(lines(flux()))
    last = imported.turns[2]
    assert last.speech.eot_score == 0.45
    assert last.speech.eot_delay_ms == pytest.approx(2600)
    assert imported.report.counts["turns of Flux that the timeout ended"] == 1


def test_a_turn_that_begins_within_the_grace_of_an_end_is_that_turn_going_on(read: Reader) -> None:
    imported = read(lines(flux()))
    going_on = imported.turns[1]
    assert going_on.speech.end_ms == pytest.approx(1600)
    (pause,) = going_on.speech.pauses or ()
    assert pause.ms == pytest.approx(600)
    assert pause.eot_score == 0.82
    assert imported.report.counts["turns that Flux had ended while the user spoke on"] == 1
    assert len(read(lines(flux()), grace_ms=100).turns) == 4


def test_the_thresholds_that_flux_confirmed_are_in_force(read: Reader) -> None:
    settings = settings_in_force(read(lines(flux())))
    assert settings is not None
    assert (settings.endpointing.eot_threshold, settings.endpointing.max_silence_ms) == (0.8, 5000)


def test_messages_that_are_twice_there_and_turns_that_are_missing_are_counted(read: Reader) -> None:
    events = [event for event in flux() if event.get("turn_index") != 1]
    imported = read(lines([*events, events[4]]))
    assert {(fault.kind, fault.count) for fault in imported.report.faults} == {("dropped", 1), ("duplicate", 1)}


def test_words_without_times_leave_the_speech_unknown(read: Reader) -> None:
    bare = [event | {"words": [{"word": "x"} for _ in event.get("words", [])]} for event in flux()]
    turns = read(lines(bare)).turns
    assert {turn.speech.pauses for turn in turns} == {None}
    assert [turn.speech.eot_score for turn in turns] == [0.85, 0.82, 0.9, 0.45]


def test_reports_of_latency_are_the_stages_of_an_exchange(read: Reader) -> None:
    turns = read(timed(agent())).turns
    assert [turn.response_ms for turn in turns] == [1100, 2300, None]
    assert [turn.asr.final_ms for turn in turns] == [200, 250, None]
    assert [(turn.tts.ttfb_ms or ())[0] for turn in turns] == [250, 300, 300]
    assert [turn.llm.reply_tokens for turn in turns] == [6, 7, 6]


def test_with_a_tool_the_first_request_is_that_of_the_call(read: Reader) -> None:
    assert [(turn.llm.ttft_ms or ())[0] for turn in read(timed(agent())).turns] == [450, 500, 500]


def test_the_total_of_agent_started_speaking_is_no_response_time_as_it_begins_later(read: Reader) -> None:
    assert read(timed(agent())).turns[2].response_ms is None


def test_an_interruption_has_no_times_and_is_counted(read: Reader) -> None:
    imported = read(timed(agent()))
    assert imported.report.counts["times that the user spoke while the agent's audio was being sent"] == 1
    assert {turn.overlaps for turn in imported.turns} == {None}


def test_the_settings_message_is_in_force_and_its_prompt_is_not_kept(read: Reader) -> None:
    imported = read(timed(agent()))
    settings = settings_in_force(imported)
    assert settings is not None
    assert settings.endpointing.eot_threshold == 0.8
    assert "clerk" not in repr(imported.vendor)


def test_a_welcome_begins_another_session(read: Reader) -> None:
    assert read(lines([*agent("agent-1"), *agent("agent-2")])).report.sessions == 2


def test_messages_under_other_settings_are_refused(read: Reader) -> None:
    other = [event | {"thresholds": {"eot_threshold": 0.6}} if "thresholds" in event else event for event in flux()]
    with pytest.raises(RecordingError, match="has other settings than the messages before it"):
        read(lines(flux()), lines(other))


def test_both_kinds_are_read_out_of_one_file(read: Reader) -> None:
    imported = read(lines([*unconfigured(flux()), *unconfigured(agent())]))
    assert imported.report.sessions == 2
    assert len(imported.turns) == 6


def test_connections_may_stand_among_each_other_and_be_more_than_are_held_at_once(read: Reader) -> None:
    both = [event for pair in zip(flux("req-1"), flux("req-2"), strict=True) for event in pair]
    many = [event for place in range(300) for event in unconfigured(flux(f"many-{place}"))]
    imported = read(lines([*unconfigured(both), *many]))
    assert imported.report.sessions == 302
    assert len(imported.turns) == 3 * 302


def test_nothing_that_was_said_is_kept(read: Reader) -> None:
    imported = read(timed(agent()), lines(unconfigured(flux())))
    held = json.dumps([turn.json_dict() for turn in imported.turns]) + json.dumps(imported.report.json_dict())
    assert "table" not in held
    assert "Monday" not in held
