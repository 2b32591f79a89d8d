"""A whole turn on one axis."""

from typing import Any

import pytest
from hypothesis import given

from pipeline.streaming.stream import run
from pipeline.trace.gantt import Span, cells
from pipeline.trace.lanes import COMMIT, DONE, MARKS, decisive_span, extent, lanes, lines
from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.worked import paused, turn, under
from tests.strategies import settings, turns


def drawn(turn: Turn, settings: Settings, ms: float, columns: int = 40) -> dict[str, str]:
    """Lane -> its characters over the first `ms`."""
    span = Span(0, ms, columns)
    return {row.label: cells(row.bars, span).rstrip() for row in lanes(run(turn, settings))}


def test_every_stage_has_a_lane_from_the_silence_to_the_sound() -> None:
    assert drawn(turn(), under(endpointing__silence_ms=400), 4000) == {
        "user": "██████████",
        "heard": "                    ██████████",
        "endpoint": "          ────",
        "asr": "          ──✓",
        "reply": "              111111111111111",
        "llm 1": "              ───✓",
        "text": "                 ─",
        "tts 1": "                  ─✓",
        "agent": "                   ██████████",
    }


def test_a_premature_reply_is_in_the_same_lanes_with_its_own_number() -> None:
    found = drawn(turn(speech=paused((400, 1500), end_ms=2500)), under(), 5000, 50)
    assert found["user"] == "████               ██████"
    assert found["reply"] == "          11111111111×         222222222222222"
    assert found["llm 1"] == "          ───✓                 ───✓"


def test_a_wait_that_renewed_speech_ends_is_marked_as_cancelled() -> None:
    found = drawn(turn(speech=paused((400, 400), end_ms=2000)), under(), 4000)
    assert found["endpoint"] == "    ────×           ──────"


def test_attempts_show_timeouts_and_cancellations() -> None:
    hedged = drawn(turn(), under(llm__timeout_ms=200, llm__attempts=2, llm__hedge=True), 4000)
    assert (hedged["llm 1"].strip(), hedged["llm 2"].strip()) == ("──t✓", "─×")
    plain = drawn(turn(), under(llm__timeout_ms=200), 4000)
    assert (plain["llm 1"].strip(), plain["reply"].strip()) == ("──t", "11!")


def test_two_replies_that_work_at_the_same_time_have_a_lane_each() -> None:
    slow = turn(speech=paused((400, 1000), end_ms=2000), llm={"ttft_ms": [4000]})
    found = drawn(slow, under(), 8000)
    assert [label for label in found if label.startswith("llm")] == ["llm 1", "llm 1 #2"]


@pytest.mark.parametrize(
    ("overlap", "rules", "marks"),
    [
        ({"kind": "interrupt", "words": 2}, {}, "█■"),
        ({"kind": "backchannel", "words": 1}, {}, "░■"),
        ({"kind": "backchannel", "words": 1, "score": 0.1}, {"barge_in__score_threshold": 0.5}, "░o"),
        ({"kind": "noise"}, {"barge_in__resume_ms": 200}, "░■▸"),
    ],
)
def test_a_sound_over_the_agent_shows_its_effect(overlap: dict[str, Any], rules: dict[str, Any], marks: str) -> None:
    long = turn(llm={"reply_tokens": 60}, overlaps=[{"at_ms": 200, "ms": 600} | overlap])
    assert set(drawn(long, under(**rules), 8000, 160)["overlaps"].strip()) - {" "} == set(marks)


def test_lines_mark_each_commit_and_the_true_end_of_the_turn() -> None:
    log = run(turn(speech=paused((400, 1500), end_ms=2500)), under())
    assert [(bar.begin_ms, bar.mark) for bar in lines(log)] == [(1090, COMMIT), (3190, COMMIT), (2500, DONE)]
    assert extent(log) == (0, 4740)


def test_the_decisive_span_of_a_turn_is_from_the_first_silence_that_was_answered_to_the_answer() -> None:
    log = run(turn(speech=paused((4000, 1500), end_ms=9000), llm={"reply_tokens": 400}), under())
    assert decisive_span(log) == (3500, 11_240)
    plain = run(turn(llm={"reply_tokens": 400}), under())
    assert decisive_span(plain) == (500, 3240)


@given(turns(), settings())
def test_every_lane_of_any_turn_can_be_drawn_and_explained(turn: Turn, under: Settings) -> None:
    log = run(turn, under)
    begin_ms, end_ms = extent(log)
    rows = lanes(log)
    assert len({row.label for row in rows}) == len(rows)
    for row in rows:
        assert set(cells(row.bars, Span(begin_ms, end_ms + 1, 60))) <= {" ", *MARKS, *"0123456789"}
        assert all(bar.begin_ms <= bar.end_ms for bar in row.bars)
