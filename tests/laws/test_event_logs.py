"""What holds of the event log of every turn, under any settings."""

import pytest
from hypothesis import assume, given

from pipeline.streaming.events import Event, Kind, Log
from pipeline.streaming.stream import run
from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.worked import lived
from tests.strategies import settings, turns


@given(turns(), settings())
def test_the_parts_add_up_to_the_response_time(turn: Turn, under: Settings) -> None:
    outcome = lived(turn, under)
    if outcome.parts is None:
        assert outcome.lost
    else:
        assert sum(value for _, value in outcome.parts) == pytest.approx(outcome.response_ms, abs=1e-6)


@given(turns(), settings())
def test_a_log_stands_in_order_of_time_and_comes_out_the_same_again(turn: Turn, under: Settings) -> None:
    log = run(turn, under)
    moments = [event.at_ms for event in log.events]
    assert moments == sorted(moments)
    assert run(turn, under) == log


def answers(reply: Log) -> list[list[Event]]:
    """The events of each chain of attempts: that of the TTS, the LLM's first, and one after each round of tools."""
    found: list[list[Event]] = [[event for event in reply.events if event.kind.startswith("tts.")], []]
    for event in reply.events:
        if event.kind == Kind.TOOL_RESULT:
            found.append([])
        if event.kind.startswith("llm."):
            found[-1].append(event)
    return found


@given(turns(), settings())
def test_every_attempt_ends_once_answered_or_cancelled(turn: Turn, under: Settings) -> None:
    replies = run(turn, under).replies()
    assume(replies)
    for reply in replies:
        for steps in answers(reply):
            begun = [event.number for event in steps if event.kind.endswith((".attempt", ".fallback"))]
            ended = [event.number for event in steps if event.kind.endswith((".answer", ".cancel"))]
            assert len(set(begun)) == len(begun)
            assert sorted(begun, key=str) == sorted(ended, key=str)


@given(turns(), settings())
def test_a_reply_that_is_over_says_nothing_more(turn: Turn, under: Settings) -> None:
    over = (Kind.REPLY_WITHDRAWN, Kind.REPLY_DROPPED, Kind.TURN_RESTART)
    replies = run(turn, under).replies()
    assume(any(event.kind in over for reply in replies for event in reply.events))
    for reply in replies:
        kinds = [event.kind for event in reply.events]
        if Kind.REPLY_HELD in kinds:
            continue  # it may come back
        after = next((kinds[place:] for place, kind in enumerate(kinds) if kind in over), [])
        assert not {Kind.AGENT_FILLER, Kind.AGENT_SPEAKS, Kind.AGENT_DRY, Kind.TTS_ATTEMPT} & set(after)


@given(turns(), settings())
def test_the_agent_says_nothing_before_a_commit(turn: Turn, under: Settings) -> None:
    replies = run(turn, under).replies()
    assume(replies)
    for reply in replies:
        commit_ms, sound_ms = reply.moment(Kind.TURN_COMMIT), reply.moment(Kind.AGENT_FILLER, Kind.AGENT_SPEAKS)
        assert sound_ms is None or (commit_ms is not None and sound_ms >= commit_ms)
