"""Replies begun before the commit (timing model, section 4)."""

from typing import Any

import pytest

from pipeline.streaming.stream import run
from tests.pipeline.worked import lived, paused, story, turn, under

ON_FINAL = {"eager__on": "final"}
ON_SCORE = {"eager__on": "score", "eager__threshold": 0.5}


def test_a_reply_begun_at_the_final_transcript_gains_the_time_up_to_the_commit() -> None:
    assert story(run(turn(), under(**ON_FINAL)), "reply", "turn", "llm", "tts", "agent") == [
        "1250 reply.early r0",
        "1250 llm.attempt r0 #0",
        "1550 llm.answer r0 #0",
        "1650 tts.text r0 =11",
        "1690 turn.endpoint =640",
        "1690 turn.commit r0",
        "1690 tts.attempt r0 #0",
        "1790 tts.answer r0 #0",
        "1790 agent.ready r0",
        "1790 agent.floor r0",
        "1790 agent.speaks r0 =1000",
        "1890 tts.next r0",
        "2790 agent.done r0",
    ]


def test_synthesis_may_start_before_the_commit_too_but_nothing_is_said() -> None:
    log = run(turn(), under(**ON_FINAL, eager__tts=True))
    assert story(log, "tts")[:3] == ["1650 tts.text r0 =11", "1650 tts.attempt r0 #0", "1750 tts.answer r0 #0"]
    assert story(log, "agent")[:2] == ["1750 agent.ready r0", "1750 agent.floor r0"]
    early = run(turn(llm={"ttft_ms": [100]}), under(**ON_FINAL, eager__tts=True))
    assert story(early, "tts")[2] == "1550 tts.answer r0 #0"
    assert story(early, "agent")[0] == "1690 agent.ready r0"


def test_an_early_reply_is_cancelled_when_the_user_goes_on_and_costs_one_start() -> None:
    """The first pause is transcribed at 650; the user is back at 910, before the first token (950) and the endpoint."""
    speech = paused((400, 300), end_ms=1500)
    log = run(turn(speech=speech), under(**ON_FINAL))
    assert story(log, "reply", "turn", "llm") == [
        "650 reply.early r0",
        "650 llm.attempt r0 #0",
        "910 turn.user_back",
        "910 reply.dropped r0",
        "910 llm.cancel r0 #0",
        "1750 reply.early r1",
        "1750 llm.attempt r1 #0",
        "2050 llm.answer r1 #0",
        "2190 turn.endpoint =640",
        "2190 turn.commit r1",
    ]
    outcome = lived(turn(speech=speech), under(**ON_FINAL))
    assert (outcome.wasted_starts, outcome.llm_starts, outcome.response_ms) == (1, 1, 840)


def test_an_early_start_without_a_commit_costs_one_whatever_its_hedges() -> None:
    speech = paused((400, 400), end_ms=1500)
    hedged = under(**ON_FINAL, llm__hedge=True, llm__attempts=3, llm__timeout_ms=100)
    log = run(turn(speech=speech), hedged)
    assert sum(line.endswith(("attempt r0 #0", "attempt r0 #1", "attempt r0 #2")) for line in story(log)) == 3
    assert lived(turn(speech=speech), hedged).wasted_starts == 1


@pytest.mark.parametrize(
    ("rules", "begins"),
    [
        ({"eager__silence_ms": 300}, "1350 reply.early r0"),  # the silence is last
        ({"eager__silence_ms": 0}, "1250 reply.early r0"),  # the score is
        ({"eager__silence_ms": 0, "endpointing__score_from": "stream"}, "1150 reply.early r0"),  # the transcript is
    ],
)
def test_a_start_on_the_score_takes_the_score_the_silence_and_the_last_word(rules: dict[str, Any], begins: str) -> None:
    assert story(run(turn(speech={"eot_score": 0.5}), under(**ON_SCORE, **rules)), "reply") == [begins]


@pytest.mark.parametrize("score", [0.4, None])
def test_a_low_or_unknown_score_starts_nothing(score: float | None) -> None:
    assert story(run(turn(speech={"eot_score": score}), under(**ON_SCORE)), "reply") == []


def test_a_start_that_would_come_with_the_commit_is_none() -> None:
    speech = {"eot_score": 0.9}
    assert story(run(turn(speech=speech), under(**ON_SCORE, eager__silence_ms=640)), "reply") == []
    assert story(run(turn(speech=speech), under(**ON_SCORE, eager__silence_ms=639)), "reply") == ["1689 reply.early r0"]


@pytest.mark.parametrize(
    "wait", [{"asr__empty_timeout_ms": 100}, {"asr__final_timeout_ms": 100, "asr__empty_timeout_ms": None}]
)
def test_a_start_that_would_come_with_the_end_of_a_wait_for_words_is_none(wait: dict[str, Any]) -> None:
    """The words before the pause come at 1750, after it nothing before 3550; the wait ends at 2690 + 100."""
    late = turn(speech=paused((400, 150), end_ms=2000, eot_score=0.9), asr={"final_ms": 1300})
    assert story(run(late, under(**ON_SCORE, eager__silence_ms=740, **wait)), "reply") == []
    assert story(run(late, under(**ON_SCORE, eager__silence_ms=739, **wait)), "reply") == ["2789 reply.early r0"]


def test_a_start_that_would_come_as_the_user_is_back_is_none() -> None:
    """Transcribed at 650; the user is back at 400 + pause + 210."""
    back_with_it, back_after_it = paused((400, 40), end_ms=1500), paused((400, 41), end_ms=1500)
    at_once = under(**ON_FINAL, vad__silence_ms=0)
    assert story(run(turn(speech=back_with_it), at_once), "reply") == ["1750 reply.early r0"]
    assert story(run(turn(speech=back_after_it), at_once), "reply")[0] == "650 reply.early r0"


def test_a_pause_that_the_vad_smooths_over_starts_nothing() -> None:
    assert story(run(turn(speech=paused((400, 200), end_ms=1500)), under(**ON_FINAL)), "reply") == [
        "1750 reply.early r0"
    ]


def test_at_most_so_many_preemptive_starts_in_a_turn() -> None:
    speech = paused((400, 300), (1000, 300), end_ms=2000)
    assert story(run(turn(speech=speech), under(**ON_FINAL, eager__max_starts=2)), "reply") == [
        "650 reply.early r0",
        "910 reply.dropped r0",
        "1250 reply.early r1",
        "1510 reply.dropped r1",
    ]


@pytest.mark.parametrize(("most_ms", "begins"), [(1200, ["1250 reply.early r0"]), (1199, [])])
def test_after_too_long_a_speech_nothing_is_begun_before_the_commit(most_ms: float, begins: list[str]) -> None:
    """The user's first speech is heard at 50, the final transcript comes at 1250."""
    assert story(run(turn(), under(**ON_FINAL, eager__max_speech_ms=most_ms)), "reply") == begins
    speech = {"eot_score": 0.9}
    at_once = under(**ON_SCORE, eager__silence_ms=0, eager__max_speech_ms=most_ms)
    assert story(run(turn(speech=speech), at_once), "reply") == begins


def test_what_is_begun_while_the_speech_is_short_is_one_start_more() -> None:
    speech = paused((400, 300), end_ms=1500)
    assert story(run(turn(speech=speech), under(**ON_FINAL, eager__max_speech_ms=1000)), "reply") == [
        "650 reply.early r0",
        "910 reply.dropped r0",
    ]


def test_after_a_premature_reply_that_was_left_unfinished_an_early_start_may_be_forbidden() -> None:
    """The first reply is spoken from 1190 on and stopped at 1410; the last words are transcribed at 2250."""
    speech, last_begins = paused((400, 800), end_ms=2000), "2250 reply.early r1"
    careful = under(**ON_FINAL, eager__after_premature=False)
    short = {"clause_tokens": 1, "sentence_tokens": 2, "reply_tokens": 4}
    assert last_begins in story(run(turn(speech=speech), under(**ON_FINAL)))
    assert last_begins not in story(run(turn(speech=speech), careful))
    assert last_begins in story(run(turn(speech=speech, llm=short), careful))  # played out at 1390


@pytest.mark.parametrize(("pause_ms", "begun"), [(990, True), (989, False)])
def test_a_reply_played_out_as_the_user_barges_in_was_not_left_unfinished(pause_ms: float, begun: bool) -> None:
    """Spoken from 1190 to 1600 on; the user barges in 210 ms after the pause."""
    short = {"clause_tokens": 1, "sentence_tokens": 2, "reply_tokens": 4}
    spoken = turn(speech=paused((400, pause_ms), end_ms=2500), llm=short, tts={"ms_per_token": 102.5})
    log = run(spoken, under(**ON_FINAL, eager__after_premature=False))
    assert ("2750 reply.early r1" in story(log)) is begun
    assert ("1599 agent.stops r0" in story(log)) is not begun
    assert "1600 agent.stops r0" not in story(log)


@pytest.mark.parametrize(("pause_ms", "begun"), [(1040, True), (1039, False)])
def test_an_error_phrase_due_as_the_user_barges_in_is_neither_heard_nor_left_unfinished(
    pause_ms: float, begun: bool
) -> None:
    """The LLM, asked at 650, is given up at 1650; the phrase has no length."""
    failing = turn(speech=paused((400, pause_ms), end_ms=3000), llm={"ttft_ms": [9000]})
    log = run(failing, under(**ON_FINAL, eager__after_premature=False, llm__timeout_ms=1000))
    assert ("3250 reply.early r1" in story(log)) is begun
    assert "1650 agent.speaks r0 =0" not in story(log)


def test_a_reply_ended_by_a_late_final_was_not_left_unfinished() -> None:
    """Scores make the first and the last silence longer than the final transcript takes, the second one shorter.

    The first reply is withdrawn; the second, committed at 2790, is ended at 2950, and the user is back at 3010.
    """
    speech = {
        "pauses": [{"at_ms": 400, "ms": 1000, "eot_score": 0.1}, {"at_ms": 2000, "ms": 800, "eot_score": 0.9}],
        "end_ms": 4000,
        "eot_score": 0.1,
    }
    rules = {
        "endpointing__eot_threshold": 0.5,
        "endpointing__max_silence_ms": 1000,
        "asr__empty_timeout_ms": 100,
        "asr__late_final_ms": 300,
        "eager__after_premature": False,
    }
    log = run(turn(speech=speech, asr={"final_ms": 900}), under(**ON_FINAL, **rules))
    assert story(log, "turn", "reply") == [
        "650 turn.score =0.1",
        "1350 reply.early r0",
        "1450 turn.endpoint =1000",
        "1450 turn.commit r0",
        "1610 turn.user_back",
        "1610 reply.withdrawn r0",
        "2250 turn.score =0.9",
        "2690 turn.endpoint =640",
        "2790 turn.commit r1",
        "2790 turn.partial r1",
        "2950 turn.restart r1",
        "3010 turn.user_back",
        "4250 turn.score =0.1",
        "4950 reply.early r2",
        "5050 turn.endpoint =1000",
        "5050 turn.commit r2",
    ]
