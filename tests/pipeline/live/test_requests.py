"""Cancelled requests are really cancelled: their streams are closed, for every reason there is to cancel one."""

from typing import Any

import pytest

from stages.settings import Settings
from stages.turn import Turn
from tests.pipeline.live.scene import live

TURN: dict[str, Any] = {
    "schema": "turntempo.turn/2",
    "id": "t",
    "session": "s",
    "speech": {"pauses": [{"at_ms": 900, "ms": 900}], "end_ms": 2500},
    "network": {"up_ms": 0, "down_ms": 0},
    "asr": {"final_ms": 250},
    "llm": {
        "ttft_ms": [400],
        "token_ms": 20,
        "clause_tokens": 3,
        "sentence_tokens": 8,
        "reply_tokens": 16,
        "prefill_ms_per_1k": 0,
    },
    "tts": {"ttfb_ms": [150], "ms_per_token": 150},
}


def turn(**groups: dict[str, Any]) -> Turn:
    return Turn.model_validate(TURN | {name: TURN[name] | held for name, held in groups.items()})


def test_the_request_of_a_reply_that_is_withdrawn_is_closed() -> None:
    lived = live(turn(), Settings())
    assert (lived.llm.cancelled, lived.llm.open, lived.voice.open) == (1, 0, 0)


def test_a_preemptive_reply_without_a_commit_is_closed_while_it_streams() -> None:
    lived = live(turn(llm={"token_ms": 300}), Settings().replace({"eager.on": "final", "endpointing.silence_ms": 1500}))
    assert lived.response_ms == pytest.approx(250 + 400 + 8 * 300 + 150)
    assert (len(lived.llm.requests), lived.llm.cancelled, lived.llm.open) == (3, 2, 0), "one more on trial"


def test_an_attempt_that_times_out_is_closed_and_the_next_is_made() -> None:
    lived = live(
        turn(speech={"pauses": []}, llm={"ttft_ms": [5_000, 300]}),
        Settings().replace({"llm.timeout_ms": 1_000, "llm.attempts": 2, "llm.retry_gap_ms": 100}),
    )
    assert (len(lived.llm.requests), lived.llm.cancelled) == (2, 1)
    (request,) = lived.heard.of("requests")
    assert [(round(draw.ms), draw.bound) for draw in request.draws] == [(1_000, True), (300, False)]


def test_the_slower_of_two_hedged_attempts_is_closed() -> None:
    lived = live(
        turn(speech={"pauses": []}, llm={"ttft_ms": [5_000, 300]}),
        Settings().replace({"llm.timeout_ms": 1_000, "llm.attempts": 2, "llm.hedge": True}),
    )
    assert (len(lived.llm.requests), lived.llm.cancelled, lived.llm.open) == (2, 1, 0)


def test_an_attempt_that_breaks_is_made_again_without_waiting_for_its_timeout() -> None:
    under = Settings().replace({"llm.timeout_ms": 8_000, "llm.attempts": 2, "llm.fallback": True})
    lived = live(turn(speech={"pauses": []}, llm={"ttft_ms": [0], "fallback_ttft_ms": 200}), under)
    held = live(turn(speech={"pauses": []}, llm={"ttft_ms": [9_000], "fallback_ttft_ms": 200}), under, breaks=True)
    assert lived.response_ms is not None
    assert held.response_ms is not None
    assert held.response_ms < 2 * 8_000


def test_a_tool_runs_and_the_llm_is_asked_again_with_its_result() -> None:
    lived = live(turn(speech={"pauses": []}, llm={"tools": [{"ms": 500, "ttft_ms": [350]}]}), Settings())
    calls, answer = lived.heard.of("requests")
    (tool,) = lived.heard.of("tools")
    assert (calls.calls_tools, answer.calls_tools) == (True, False)
    assert round(tool.end - tool.start) == 500
    assert round(answer.draws[0].ms) == 350


def test_a_reply_in_two_sentences_is_played_without_a_gap() -> None:
    lived = live(turn(speech={"pauses": []}), Settings())
    assert [round(end - start) for start, end, _ in lived.heard.sounds] == [16 * 150]
    assert [one.words for one in lived.heard.of("syntheses")] == [8, 8]
