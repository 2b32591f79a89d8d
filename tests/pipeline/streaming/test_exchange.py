"""Premature replies: withdrawn, heard in error, restarted (timing model, section 4).

The first pause begins at 400, so that its commit comes at 1090 and its reply would sound at 1590.
"""

from typing import Any

import pytest

from pipeline.streaming.stream import run
from tests.pipeline.worked import lived, paused, story, turn, under


def test_a_premature_reply_is_withdrawn_unheard_when_the_user_goes_on_in_time() -> None:
    speech = paused((400, 800), end_ms=2000)
    assert story(run(turn(speech=speech), under()), "turn", "reply", "llm", "tts", "agent") == [
        "1090 turn.endpoint =640",
        "1090 turn.commit r0",
        "1090 llm.attempt r0 #0",
        "1390 llm.answer r0 #0",
        "1410 turn.user_back",
        "1410 reply.withdrawn r0",
        "2690 turn.endpoint =640",
        "2690 turn.commit r1",
        "2690 llm.attempt r1 #0",
        "2990 llm.answer r1 #0",
        "3090 tts.text r1 =11",
        "3090 tts.attempt r1 #0",
        "3190 tts.answer r1 #0",
        "3190 agent.ready r1",
        "3190 agent.floor r1",
        "3190 agent.speaks r1 =1000",
        "3290 tts.next r1",
        "4190 agent.done r1",
    ]
    outcome = lived(turn(speech=speech), under())
    assert (outcome.premature, outcome.wasted_starts, outcome.cut_off, outcome.false_start) == (1, 1, False, False)


def test_a_premature_reply_that_was_heard_cuts_the_user_off() -> None:
    speech = paused((400, 1500), end_ms=2500)
    log = run(turn(speech=speech), under())
    assert story(log, "reply", "agent")[:5] == [
        "1590 agent.ready r0",
        "1590 agent.floor r0",
        "1590 agent.speaks r0 =1000",
        "2110 reply.withdrawn r0",
        "2110 agent.stops r0",
    ]
    assert "1640 user.hears r0" in story(log)
    outcome = lived(turn(speech=speech), under())
    assert (outcome.premature, outcome.cut_off, outcome.false_start) == (1, True, False)


@pytest.mark.parametrize(("pause_ms", "cut_off"), [(980, False), (980.125, True)])
def test_a_reply_that_would_sound_as_the_user_barges_in_is_never_heard(pause_ms: float, cut_off: bool) -> None:
    assert lived(turn(speech=paused((400, pause_ms), end_ms=2500)), under()).cut_off is cut_off


def test_synthesis_under_way_is_cancelled_with_the_reply() -> None:
    log = run(turn(speech=paused((400, 900), end_ms=2500)), under())
    assert story(log, "tts", "reply")[:4] == [
        "1490 tts.text r0 =11",
        "1490 tts.attempt r0 #0",
        "1510 reply.withdrawn r0",
        "1510 tts.cancel r0 #0",
    ]


def test_a_withdrawn_reply_is_charged_for_the_whole_policy_of_its_llm_request() -> None:
    speech, slow = paused((400, 800), end_ms=2000), {"ttft_ms": [1200, 2000]}
    retries = under(llm__timeout_ms=1000, llm__attempts=2)
    log = run(turn(speech=speech, llm=slow), retries)
    assert [line for line in story(log, "reply", "llm") if " r0" in line] == [
        "1090 llm.attempt r0 #0",
        "1410 reply.withdrawn r0",
        "2090 llm.timeout r0 #0",
        "2090 llm.cancel r0 #0",
        "2090 llm.attempt r0 #1",
        "3090 llm.timeout r0 #1",
        "3090 llm.cancel r0 #1",
        "3090 llm.failed r0",
    ]
    assert lived(turn(speech=speech, llm=slow), retries).wasted_starts == 2


def test_a_barge_in_that_counts_before_renewed_speech_does_withdraws_the_reply_as_it_is_committed() -> None:
    """Speech at 1060 withdraws at once; it keeps the turn open only at 1260, after the commit."""
    speech = paused((400, 610), end_ms=2000)
    log = run(turn(speech=speech), under(barge_in__withdraw_ms=0, endpointing__onset_ms=200))
    assert story(log, "turn", "reply")[:4] == [
        "1090 turn.endpoint =640",
        "1090 turn.commit r0",
        "1090 reply.withdrawn r0",
        "1260 turn.user_back",
    ]


def test_a_reply_committed_after_the_barge_in_makes_no_sound_even_if_it_is_ready() -> None:
    """Begun at 650, the LLM has failed by 750; the error phrase would be played with the commit."""
    speech, failing = paused((400, 610), end_ms=2000), {"ttft_ms": [9000]}
    rules = {"barge_in__withdraw_ms": 0, "endpointing__onset_ms": 200, "eager__on": "final", "llm__timeout_ms": 100}
    log = run(turn(speech=speech, llm=failing), under(**rules))
    assert [line for line in story(log, "turn", "reply", "agent") if " r0" in line] == [
        "650 reply.early r0",
        "1090 turn.commit r0",
        "1090 agent.ready r0",
        "1090 agent.floor r0",
        "1090 reply.withdrawn r0",
    ]


@pytest.mark.parametrize(("end_ms", "cut_off"), [(1220, False), (1221, True)])
def test_a_sound_heard_as_the_user_is_done_is_a_false_start(end_ms: float, cut_off: bool) -> None:
    """A filler sounds at 1170, before the user barges in, and is heard 50 ms later."""
    speech = paused((400, 700), end_ms=end_ms)
    outcome = lived(turn(speech=speech), under(filler__after_ms=80, filler__ms=300, vad__silence_ms=100))
    assert (outcome.cut_off, outcome.false_start) == (cut_off, not cut_off)


def test_a_false_start_is_heard_when_the_user_is_done_already() -> None:
    """The last word takes 50 ms: the filler sounds at 1170, the user counts as back at 1200."""
    speech = paused((400, 700), end_ms=1150)
    outcome = lived(turn(speech=speech), under(filler__after_ms=80, filler__ms=300))
    assert (outcome.premature, outcome.cut_off, outcome.false_start) == (1, False, True)
    assert outcome.first_sound_ms == 1170 + 50 - 1150


LATE: dict[str, Any] = {"asr__empty_timeout_ms": 100, "asr__late_final_ms": 300}
"""Commits 100 ms after the endpoint, restarts 300 ms after a late final."""


def test_a_late_final_ends_the_reply_and_commits_again() -> None:
    slow = turn(asr={"final_ms": 900})
    assert story(run(slow, under(**LATE)), "asr", "turn", "llm", "agent") == [
        "1150 asr.interim",
        "1690 turn.endpoint =640",
        "1790 turn.commit r0",
        "1790 turn.partial r0",
        "1790 llm.attempt r0 #0",
        "1950 asr.final",
        "1950 turn.restart r0",
        "2090 llm.answer r0 #0",
        "2250 turn.commit r1",
        "2250 llm.attempt r1 #0",
        "2550 llm.answer r1 #0",
        "2750 agent.ready r1",
        "2750 agent.floor r1",
        "2750 agent.speaks r1 =1000",
        "3750 agent.done r1",
    ]
    outcome = lived(slow, under(**LATE))
    assert (outcome.restarted, outcome.degraded, outcome.premature, outcome.wasted_starts) == (True, False, 0, 1)
    assert outcome.parts is not None
    assert (outcome.parts.endpoint, outcome.parts.asr) == (640, 560)


def test_a_late_final_is_ignored_unless_asked_for_and_the_reply_stays_partial() -> None:
    slow = turn(asr={"final_ms": 900})
    for rules in ({"asr__empty_timeout_ms": 100}, LATE | {"barge_in__mode": "append"}):
        outcome = lived(slow, under(**rules))
        assert (outcome.restarted, outcome.degraded, outcome.response_ms) == (False, True, 1340)


@pytest.mark.parametrize(("final_ms", "false_start"), [(1240, False), (1240.125, True)])
def test_a_reply_that_would_sound_as_the_late_final_comes_is_never_heard(final_ms: float, false_start: bool) -> None:
    """It would sound at 1790 + 500."""
    outcome = lived(turn(asr={"final_ms": final_ms}), under(**LATE))
    assert (outcome.restarted, outcome.false_start) == (True, false_start)


def test_a_late_final_before_the_end_of_the_turn_commits_prematurely_twice() -> None:
    """Commits at 1190 and, the late final coming at 1300, at 1600; the end of the turn goes the same way."""
    outcome = lived(turn(speech=paused((400, 1300), end_ms=3000), asr={"final_ms": 850}), under(**LATE))
    assert (outcome.restarted, outcome.premature, outcome.wasted_starts) == (True, 2, 3)


@pytest.mark.parametrize(
    ("pause_ms", "turns"),
    [
        (989, ["1190 turn.commit r0", "1190 turn.partial r0", "1300 turn.restart r0", "1599 turn.user_back"]),
        (990, ["1190 turn.commit r0", "1190 turn.partial r0", "1300 turn.restart r0", "1600 turn.user_back"]),
        (991, ["1190 turn.commit r0", "1190 turn.partial r0", "1300 turn.restart r0", "1600 turn.commit r1"]),
    ],
)
def test_there_is_no_second_commit_when_the_user_goes_on_before_it(pause_ms: float, turns: list[str]) -> None:
    """The user is known to be back 210 ms after the pause; the second commit is due at 1600."""
    log = run(turn(speech=paused((400, pause_ms), end_ms=3000), asr={"final_ms": 850}), under(**LATE))
    assert story(log, "turn")[1:5] == turns


def test_a_late_final_restarts_nothing_once_the_user_is_known_to_be_back() -> None:
    """Back at 1290, before the late final at 1300; the barge-in would count at 1600."""
    speech = paused((400, 790), end_ms=4000)
    slow_to_withdraw = under(**LATE, endpointing__onset_ms=50, barge_in__withdraw_ms=360)
    log = run(turn(speech=speech, asr={"final_ms": 850}), slow_to_withdraw)
    assert story(log, "turn")[1:5] == [
        "1190 turn.commit r0",
        "1190 turn.partial r0",
        "1290 turn.user_back",
        "1300 turn.restart r0",
    ]
    assert lived(turn(speech=speech, asr={"final_ms": 850}), slow_to_withdraw).premature == 1


@pytest.mark.parametrize(("withdraw_ms", "restarted"), [(150, False), (151, True)])
def test_a_reply_withdrawn_as_the_late_final_comes_is_not_restarted(withdraw_ms: float, restarted: bool) -> None:
    """Speech is heard from 1150 on; the late final comes at 1300, before the user counts as back at 1350."""
    speech = paused((400, 700), end_ms=3000)
    rules = LATE | {"barge_in__withdraw_ms": withdraw_ms, "endpointing__onset_ms": 200, "asr__empty_timeout_ms": 0}
    log = run(turn(speech=speech, asr={"final_ms": 850}), under(**rules))
    assert ("1300 turn.restart r0" in story(log)) is restarted
