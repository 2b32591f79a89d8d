"""Pipecat's logs: each of them gives what it can of one session, and together they give all of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.importers import AUTO, Imported, import_recording
from pipeline.importers.observed.by_reply import replies_observed
from pipeline.importers.observed.sessions import Clock
from pipeline.importers.observed.timeline import Timeline
from pipeline.importers.pipecat.breakdown import add_breakdown
from stages.turn import Turn
from tests.pipeline.importers.pipecat_source import (
    EPOCH,
    TURNS,
    breakdowns,
    frames,
    lines,
    spans,
    text_log,
    with_tool,
)

Reader = Callable[..., Imported]
RELEASE, ONSET = 24, 146
END_LATER = 0.2 * 1000 - 192 - RELEASE
"""From the VAD's silence, as Pipecat counts it, to the end of speech: its window is 32 ms."""


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Imports logs given as bytes by name."""

    def imported(options: dict[str, Any] | None = None, **files: bytes) -> Imported:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        return import_recording(AUTO, [tmp_path / name for name in files], options)

    return imported


def close(value: float | None) -> object:
    return pytest.approx(value, abs=1.1)


def firsts(turns: tuple[Turn, ...]) -> list[float | None]:
    return [(turn.llm.ttft_ms or (None,))[0] for turn in turns]


RESPONSES = [1210, 1060, 960, 960]


def test_spans_give_the_pause_after_which_the_user_went_on(read: Reader) -> None:
    plain, paused, *_ = read(spans=json.dumps(spans()).encode()).turns
    (pause,) = paused.speech.pauses or ()
    onset = -192 - ONSET
    assert (pause.at_ms, pause.ms) == (close(800 + END_LATER - onset), close(1200 + onset - END_LATER))
    assert plain.speech.end_ms == close(1800 + END_LATER - onset)
    assert (plain.speech.release_ms, plain.speech.onset_lag_ms) == (RELEASE, ONSET)


def test_spans_give_the_stages_of_the_reply_that_was_heard_not_of_the_one_withdrawn(read: Reader) -> None:
    turns = read(spans=lines(spans())).turns
    assert firsts(turns) == [close(500), close(290), close(290), close(290)]
    assert [(turn.tts.ttfb_ms or (None,))[0] for turn in turns] == [close(200), close(150), close(150), close(150)]
    assert [turn.response_ms for turn in turns] == [close(one - END_LATER) for one in RESPONSES]


def test_an_interruption_is_an_overlap_and_a_turn_of_its_own(read: Reader) -> None:
    *_, interrupted, after = read(spans=lines(spans())).turns
    (over,) = interrupted.overlaps or ()
    assert (over.kind, over.words, over.at_ms) == ("interrupt", 4, close(2240 - 192 - ONSET))
    assert after.speech.end_ms == close(over.ms)


def test_where_no_end_of_a_reply_is_logged_overlaps_are_not_known(read: Reader) -> None:
    plain, *_ = read(spans=lines(spans())).turns
    assert plain.overlaps is None


def test_breakdowns_give_response_times_as_measured_but_no_pauses(read: Reader) -> None:
    imported = read(breakdowns=lines(breakdowns()))
    assert [turn.response_ms for turn in imported.turns] == [close(one - END_LATER) for one in RESPONSES]
    assert {turn.speech.pauses for turn in imported.turns} == {None}
    assert [turn.asr.final_ms for turn in imported.turns] == [close(ms - END_LATER) for ms in (300, 400, 300, 400)]
    assert [turn.llm.token_ms for turn in imported.turns] == [close(19)] * 4


def test_a_greeting_is_no_turn(read: Reader) -> None:
    greeting = breakdowns()[0] | {"measured_from": "client_connected", "user_turn_start_time": None}
    imported = read(breakdowns=lines([greeting, *breakdowns()]))
    assert len(imported.turns) == 4
    assert imported.report.counts["greetings and replies without a time, left out"] == 1


def test_a_function_call_is_a_round_of_tools() -> None:
    timeline, clock = Timeline("s"), Clock()
    add_breakdown(timeline, with_tool(TURNS[0]), (EPOCH + 3.0) * 1000, clock, "r")
    (one,) = replies_observed(timeline)
    (round_,) = one.tools
    assert (round_.ms and round_.ms.ms) == close(350)
    assert [value and value.ms for value in round_.ttft_ms] == [close(250)]
    assert [value and value.ms for value in one.ttft_ms] == [close(500)]


def test_a_round_of_tools_is_in_the_turn(read: Reader) -> None:
    first, second = read(breakdowns=lines([with_tool(TURNS[0]), breakdowns()[1]])).turns
    (round_,) = first.llm.tools
    assert (round_.ms, (round_.ttft_ms or (None,))[0], second.llm.tools) == (close(350), close(250), ())


def test_metrics_frames_give_scores_and_delays(read: Reader) -> None:
    turns = read(frames=lines(frames())).turns
    assert {turn.speech.eot_score for turn in turns} == {0.8}
    assert firsts(turns) == [close(500), close(290), close(290), close(290)]
    assert turns[0].response_ms == close(1200 - END_LATER)


def test_a_text_log_gives_speech_stages_and_overlaps_and_says_what_it_took_for_the_vads_silence(read: Reader) -> None:
    imported = read(log=text_log())
    assert [turn.response_ms for turn in imported.turns] == [close(one - END_LATER) for one in RESPONSES]
    assert [len(turn.speech.pauses or ()) for turn in imported.turns] == [0, 1, 0, 0]
    assert [[over.kind for over in turn.overlaps or ()] for turn in imported.turns] == [[], [], ["interrupt"], []]
    (note,) = (note for note in imported.report.of("doubtful") if note.field == "speech.end_ms")
    assert "200 ms is taken, the default of version 1.2" in note.message


def test_the_silence_of_the_vad_moves_the_end_of_speech_in_a_text_log(read: Reader) -> None:
    default = read(log=text_log()).turns[0]
    named = read({"stop_ms": 800}, log=text_log()).turns[0]
    assert named.speech.end_ms == close(default.speech.end_ms - (800 - 192))
    assert (named.response_ms or 0) - (default.response_ms or 0) == close(800 - 192)


def test_nothing_that_was_said_is_kept(read: Reader) -> None:
    imported = read(log=text_log(), spans=lines(spans()))
    everything = json.dumps([turn.json_dict() for turn in imported.turns]) + json.dumps(imported.report.json_dict())
    assert "Where do you" not in everything
    assert "I want to go" not in everything


def test_spans_and_metrics_frames_of_one_session_are_one_session(read: Reader) -> None:
    together = read(spans=lines(spans()), frames=lines(frames()), breakdowns=lines(breakdowns()))
    assert [turn.session for turn in together.turns] == [together.turns[0].session] * 4
    assert {turn.speech.eot_score for turn in together.turns} == {0.8}
    assert len(together.turns[1].speech.pauses or ()) == 1
