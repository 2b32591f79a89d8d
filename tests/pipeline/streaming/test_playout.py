"""When the reply is heard, and what is heard before it (timing model, section 4).

The plain turn commits at 1690; its reply is ready at 2190 and heard 50 ms later.
"""

import pytest

from pipeline.streaming.stream import run
from tests.pipeline.worked import lived, story, turn, under


def test_the_prebuffer_is_held_back_before_playing() -> None:
    assert story(run(turn(), under(playout__prebuffer_ms=70)), "agent")[:3] == [
        "2190 agent.ready r0",
        "2190 agent.floor r0",
        "2260 agent.speaks r0 =1000",
    ]


def test_a_filler_covers_the_wait_and_the_reply_waits_for_its_end() -> None:
    rules = under(filler__after_ms=300, filler__ms=600)
    assert story(run(turn(), rules), "agent") == [
        "1990 agent.filler r0 =600",
        "2190 agent.ready r0",
        "2190 agent.floor r0",
        "2590 agent.speaks r0 =1000",
        "3590 agent.done r0",
    ]
    outcome = lived(turn(), rules)
    assert (outcome.filler, outcome.first_sound_ms, outcome.response_ms) == (True, 1040, 1640)
    assert outcome.parts is not None
    assert outcome.parts.playout == 400


def test_a_short_filler_does_not_delay_a_reply_that_comes_after_it() -> None:
    outcome = lived(turn(), under(filler__after_ms=300, filler__ms=100))
    assert (outcome.filler, outcome.first_sound_ms, outcome.response_ms) == (True, 1040, 1240)


@pytest.mark.parametrize(("after_ms", "filler"), [(500, False), (499, True)])
def test_a_reply_that_begins_as_the_filler_would_needs_none(after_ms: float, filler: bool) -> None:
    assert lived(turn(), under(filler__after_ms=after_ms)).filler is filler


def test_a_failed_llm_plays_the_error_phrase_at_once() -> None:
    mute = turn(llm={"ttft_ms": [5000]})
    rules = under(llm__timeout_ms=1000)
    assert story(run(mute, rules), "llm", "tts", "agent", "user")[2:] == [
        "1690 llm.attempt r0 #0",
        "2690 llm.timeout r0 #0",
        "2690 llm.cancel r0 #0",
        "2690 llm.failed r0",
        "2690 agent.ready r0",
        "2690 agent.floor r0",
        "2690 agent.speaks r0 =0",
        "2740 user.hears r0",
    ]
    outcome = lived(mute, rules)
    assert (outcome.failed, outcome.response_ms, outcome.llm_starts) == (True, 1740, 1)


def test_a_failed_synthesis_is_silent() -> None:
    mute = turn(tts={"ttfb_ms": [5000]})
    rules = under(tts__timeout_ms=1000)
    assert story(run(mute, rules), "agent", "user")[2:] == [
        "3090 agent.ready r0",
        "3090 agent.floor r0",
        "3090 agent.silent r0",
    ]
    outcome = lived(mute, rules)
    assert (outcome.failed, outcome.response_ms, outcome.first_sound_ms) == (True, 2140, 2140)


def test_the_filler_of_a_silent_reply_is_heard() -> None:
    outcome = lived(turn(tts={"ttfb_ms": [5000]}), under(tts__timeout_ms=1000, filler__after_ms=300))
    assert (outcome.failed, outcome.filler, outcome.first_sound_ms) == (True, True, 1040)


def test_an_answer_from_a_fallback_is_degraded() -> None:
    slow_llm = turn(llm={"ttft_ms": [5000], "fallback_ttft_ms": 400})
    outcome = lived(slow_llm, under(llm__timeout_ms=1000, llm__fallback=True))
    assert (outcome.degraded, outcome.failed, outcome.llm_starts, outcome.response_ms) == (True, False, 2, 2340)
    slow_tts = turn(tts={"ttfb_ms": [5000], "fallback_ttfb_ms": 60})
    outcome = lived(slow_tts, under(tts__timeout_ms=1000, tts__fallback=True))
    assert (outcome.degraded, outcome.failed, outcome.llm_starts, outcome.response_ms) == (True, False, 1, 2200)


def test_the_reply_stutters_when_the_second_piece_comes_after_the_first_has_been_played() -> None:
    """Tokens every 100 ms: the first piece sounds from 3090 to 3590, the second is cut at 3890 and sounds at 3990."""
    slow = turn(llm={"token_ms": 100})
    assert story(run(slow, under()), "tts", "agent")[3:] == [
        "3090 agent.ready r0",
        "3090 agent.floor r0",
        "3090 agent.speaks r0 =1000",
        "3590 agent.dry r0",
        "3990 tts.next r0",
        "3990 agent.on r0",
        "4090 agent.done r0",
    ]
    assert lived(slow, under()).stutter_ms == 400


def test_a_second_piece_that_comes_as_the_first_ends_leaves_no_gap() -> None:
    log = run(turn(llm={"token_ms": 100}, tts={"ms_per_token": 90}), under())
    assert "3990 tts.next r0" in story(log)
    assert "3990 agent.dry r0" not in story(log)
    assert lived(log.world.turn, under()).stutter_ms == 0


def test_history_that_is_left_out_makes_the_first_token_come_sooner() -> None:
    history = {"tokens_per_turn": 200, "turns": 10, "needs": 4}
    long = turn(history=history, llm={"prefill_ms_per_1k": 100})
    assert lived(long, under(llm__max_history=5)).response_ms == 1240 - 100
    assert lived(long, under(llm__max_history=3)).history_lost
    assert story(run(long, under(llm__max_history=3)), "llm")[0] == "1690 llm.forgets r0"
