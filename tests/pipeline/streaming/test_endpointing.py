"""When the turn is taken to be over (timing model, section 4). The user is done at 1000, heard quiet from 1050 on."""

from typing import Any

import pytest

from pipeline.streaming.events import Kind
from pipeline.streaming.stream import run
from tests.pipeline.worked import paused, story, turn, under


def moments(
    speech: dict[str, Any] | None = None, asr: dict[str, Any] | None = None, **rules: Any
) -> tuple[float, float]:
    """When the endpoint and the commit of the whole turn come."""
    log = run(turn(speech=speech or {}, asr=asr or {}), under(**rules))
    end = log.around(log.end_pause)
    return end.of(Kind.TURN_ENDPOINT)[0].at_ms, end.of(Kind.TURN_COMMIT)[0].at_ms


@pytest.mark.parametrize(
    ("rules", "endpoint"),
    [
        ({}, 1690),
        ({"endpointing__silence_ms": 0}, 1250),
        ({"endpointing__silence_ms": 100, "vad__silence_ms": 300}, 1350),
        ({"endpointing__silence_ms": 0, "vad__silence_ms": 0}, 1050),
    ],
)
def test_the_silence_counts_from_the_speech_but_never_ends_before_the_report(
    rules: dict[str, Any], endpoint: float
) -> None:
    assert moments(**rules)[0] == endpoint


@pytest.mark.parametrize(
    ("final_ms", "endpoint"),
    [(100, 1690), (200, 1690), (201, 1891), (700, 2390)],
)
def test_counting_from_the_final_transcript_matters_where_it_comes_after_the_report(
    final_ms: float, endpoint: float
) -> None:
    rules: dict[str, Any] = {"endpointing__counts_from": "final", "endpointing__silence_ms": 640}
    assert moments(asr={"final_ms": final_ms}, **rules) == (endpoint, endpoint)


@pytest.mark.parametrize(("score", "endpoint"), [(0.7, 1690), (0.5, 1690), (0.4, 3050), (None, 1690)])
def test_a_score_below_the_threshold_asks_for_patience(score: float | None, endpoint: float) -> None:
    rules: dict[str, Any] = {"endpointing__eot_threshold": 0.5, "endpointing__max_silence_ms": 2000}
    assert moments({"eot_score": score}, **rules)[0] == endpoint


def test_without_a_threshold_no_score_is_asked_for() -> None:
    log = run(turn(speech={"eot_score": 0.1}), under())
    assert story(log, "turn") == ["1690 turn.endpoint =640", "1690 turn.commit r0"]


@pytest.mark.parametrize(
    ("score_from", "final_ms", "score"),
    [("stream", 200, 1450), ("vad", 200, 1650), ("final", 200, 1650), ("final", 500, 1950)],
)
def test_the_score_comes_a_delay_after_the_model_is_asked(score_from: str, final_ms: float, score: float) -> None:
    speech = {"eot_score": 0.9, "eot_delay_ms": 400}
    rules = {"endpointing__eot_threshold": 0.5, "endpointing__score_from": score_from, "endpointing__silence_ms": 0}
    log = run(turn(speech=speech, asr={"final_ms": final_ms}), under(**rules))
    assert log.moment(Kind.TURN_SCORE) == score
    assert log.moment(Kind.TURN_ENDPOINT) == max(score, 1250)


def test_asked_at_the_final_the_model_makes_do_with_earlier_words_not_committed() -> None:
    """The words before the pause are transcribed at 1450, those after it at 2050; the report comes at 1250."""
    speech = paused((400, 300), end_ms=1000, eot_score=0.9)
    rules = {"endpointing__eot_threshold": 0.5, "endpointing__score_from": "final"}
    log = run(turn(speech=speech, asr={"final_ms": 1000}), under(**rules))
    assert [event.at_ms for event in log.of(Kind.TURN_SCORE)] == [1450]


def test_the_commit_waits_for_the_last_words_up_to_the_empty_timeout() -> None:
    asr = {"final_ms": 2000}
    assert moments(asr=asr) == (1690, 3050)
    assert moments(asr=asr, asr__empty_timeout_ms=300) == (1690, 1990)
    assert moments(asr={"final_ms": 9000}, asr__empty_timeout_ms=None) == (1690, 10050)


@pytest.mark.parametrize(
    ("final_ms", "final_timeout_ms", "commit"),
    [
        (200, 500, 2690),  # the last words are here
        (2000, 500, 3190),  # at the timeout, the earlier words being here since 2450
        (2000, 5000, 4050),  # the last words come first
        (2500, 100, 2950),  # the earlier words come after the timeout
    ],
)
def test_with_earlier_words_at_hand_the_wait_is_shorter(
    final_ms: float, final_timeout_ms: float, commit: float
) -> None:
    speech = paused((400, 400), end_ms=2000)
    rules = {"asr__final_timeout_ms": final_timeout_ms, "asr__empty_timeout_ms": None}
    assert moments(speech, {"final_ms": final_ms}, **rules) == (2690, commit)


def test_a_final_transcript_at_the_commit_is_committed_with_it() -> None:
    at_once = under(asr__empty_timeout_ms=0)
    with_it = run(turn(asr={"final_ms": 640}), at_once)
    after_it = run(turn(asr={"final_ms": 640.125}), at_once)
    assert story(with_it, "turn") == ["1690 turn.endpoint =640", "1690 turn.commit r0"]
    assert story(after_it, "turn") == ["1690 turn.endpoint =640", "1690 turn.commit r0", "1690 turn.partial r0"]


@pytest.mark.parametrize(("pause_ms", "premature"), [(480, False), (480.125, True)])
def test_a_tie_of_commit_and_renewed_speech_goes_to_the_speaker(pause_ms: float, premature: bool) -> None:
    """The commit would come at 1090; speech is heard 50 ms after the pause and counts after 160 more."""
    log = run(turn(speech=paused((400, pause_ms), end_ms=2000)), under())
    assert ("1090 turn.commit r0" in story(log)) is premature


def test_renewed_speech_that_is_short_counts_when_it_has_ended() -> None:
    log = run(turn(speech=paused((400, 400), (830, 5000), end_ms=7000)), under())
    assert story(log, "turn")[0] == "880 turn.user_back"
