"""What is said over the reply, and what comes of it (timing model, section 5).

The user hears the plain reply from 2240 to 3240; what the microphone picks up takes 50 ms to the server, and the
agent's silence 50 ms back.
"""

from typing import Any

import pytest

from pipeline.figures.outcome import Outcome
from pipeline.streaming.stream import run
from stages.turn import Turn
from tests.pipeline.worked import lived, story, turn, under


def over(*overlaps: tuple[float, float, str] | tuple[float, float, str, int], **changes: Any) -> Turn:
    """The plain turn with overlaps of (start, length, kind, words)."""
    named = [dict(zip(("at_ms", "ms", "kind", "words"), overlap, strict=False)) for overlap in overlaps]
    return turn(overlaps=named, **changes)


def fates(outcome: Outcome) -> tuple[int, int, tuple[float, ...], bool, int]:
    """Interrupts met and missed, stop times, was there a false interrupt, how many hiccups."""
    return (
        outcome.interrupts_met,
        outcome.interrupts_missed,
        outcome.stop_ms,
        outcome.false_interrupt,
        outcome.hiccups,
    )


def test_voice_that_lasts_stops_the_agent() -> None:
    interrupted = over((200, 600, "interrupt", 2), (900, 50, "noise", 0))
    assert story(run(interrupted, under()), "agent", "overlap", "user")[6:] == [
        "2440 overlap.begins r0 #0",
        "2790 overlap.voice r0 #0",
        "2790 agent.stops r0 #0",
        "2840 user.hears_stop r0 #0",
        "2840 user.hears_last r0",
        "3040 overlap.ends r0 #0",
    ]
    assert fates(lived(interrupted, under())) == (1, 0, (400,), False, 0)


def test_an_interrupt_that_is_missed_is_talked_over() -> None:
    short = over((200, 299, "interrupt"))
    assert fates(lived(short, under())) == (1, 1, (), False, 0)
    assert lived(short, under()).talked_over_ms == 299
    assert lived(over((900, 250, "interrupt")), under()).talked_over_ms == 100


@pytest.mark.parametrize("mode", ["append", "ignore"])
def test_where_the_agent_may_not_be_interrupted_it_talks_on(mode: str) -> None:
    log = run(over((200, 600, "interrupt")), under(barge_in__mode=mode))
    assert "2790 overlap.ignored r0 #0" in story(log)
    outcome = lived(log.world.turn, under(barge_in__mode=mode))
    assert (fates(outcome), outcome.talked_over_ms) == ((1, 1, (), False, 0), 600)


def test_a_noise_that_stops_the_agent_for_good_is_a_false_interrupt() -> None:
    """It stops at 600, for the listener: who begins before that meets nobody either."""
    noise = over((200, 340, "noise"), (560, 400, "interrupt"))
    assert fates(lived(noise, under())) == (0, 0, (), True, 0)


def test_after_a_noise_without_words_the_agent_goes_on_and_the_rest_comes_later() -> None:
    noise = over((200, 400, "noise"))
    resuming = under(barge_in__resume_ms=500)
    assert story(run(noise, resuming), "agent", "overlap", "user")[5:] == [
        "2240 user.hears r0",
        "2440 overlap.begins r0 #0",
        "2790 overlap.voice r0 #0",
        "2790 agent.stops r0 #0",
        "2840 overlap.ends r0 #0",
        "2840 user.hears_stop r0 #0",
        "3590 agent.resumes r0 #0",
        "3640 user.hears_on r0 #0",
        "3990 agent.done r0",
        "4040 user.hears_last r0",
    ]
    outcome = lived(noise, resuming)
    assert (fates(outcome), outcome.hiccup_ms) == ((0, 0, (), False, 1), 800)


def test_with_words_behind_it_a_backchannel_is_a_false_interrupt_even_so() -> None:
    assert fates(lived(over((200, 400, "backchannel", 1)), under(barge_in__resume_ms=500))) == (0, 0, (), True, 0)


def test_a_hiccup_lengthens_the_reply_for_the_overlaps_after_it() -> None:
    """Without the hiccup of 800 ms the reply would be over at 1000."""
    both = over((200, 400, "noise"), (1300, 600, "interrupt"))
    assert fates(lived(both, under(barge_in__resume_ms=500))) == (1, 0, (400,), False, 1)


def test_an_overlap_within_a_hiccup_is_taken_as_if_nothing_had_happened() -> None:
    both = over((200, 400, "noise"), (700, 600, "interrupt"))
    assert fates(lived(both, under(barge_in__resume_ms=500))) == (1, 0, (400,), False, 1)


@pytest.mark.parametrize(("at_ms", "met"), [(1000, 0), (999.875, 1)])
def test_an_overlap_that_begins_as_the_reply_is_over_meets_nobody(at_ms: float, met: int) -> None:
    assert lived(over((at_ms, 600, "interrupt")), under()).interrupts_met == met


@pytest.mark.parametrize(("at_ms", "missed"), [(600, 1), (599.875, 0)])
def test_a_stop_that_would_be_heard_as_the_reply_is_over_is_none(at_ms: float, missed: int) -> None:
    assert lived(over((at_ms, 900, "interrupt")), under()).interrupts_missed == missed


@pytest.mark.parametrize(
    ("rules", "stop"),
    [
        ({"barge_in__on_words": "interim"}, 500),  # the first is spoken after 300 ms and shows 100 later
        ({"barge_in__on_words": "final"}, 900),
        ({"barge_in__on_words": "interim", "barge_in__min_words": 2}, 800),
        ({"barge_in__on_words": "final", "barge_in__min_words": 2}, 900),
    ],
)
def test_words_in_a_transcript_may_stop_the_agent(rules: dict[str, Any], stop: float) -> None:
    """Two words in 600 ms; interim transcripts take 100 ms, final ones 200 after the end."""
    outcome = lived(over((50, 600, "interrupt", 2)), under(barge_in__on_voice=False, **rules))
    assert outcome.stop_ms == (stop,)


def test_too_few_words_stop_nothing() -> None:
    by_words = under(barge_in__on_voice=False, barge_in__on_words="interim", barge_in__min_words=3)
    assert fates(lived(over((50, 600, "interrupt", 2)), by_words)) == (1, 1, (), False, 0)


def test_voice_that_needs_words_waits_until_they_are_spoken() -> None:
    """Three words in 600 ms: the second is spoken at 400, voice has lasted at 300."""
    wordy = under(barge_in__min_words=2)
    assert lived(over((50, 600, "interrupt", 3)), wordy).stop_ms == (500,)
    assert lived(over((50, 600, "interrupt", 2)), wordy).stop_ms == (700,)
    assert lived(over((50, 600, "interrupt", 1)), wordy).stop_ms == ()


def test_whatever_comes_first_stops_the_agent() -> None:
    either = under(barge_in__on_words="interim", barge_in__min_speech_ms=500)
    assert story(run(over((50, 600, "interrupt", 6)), either), "overlap") == [
        "2290 overlap.begins r0 #0",
        "2540 overlap.words r0 #0",
        "2890 overlap.ends r0 #0",
    ]
    assert lived(over((50, 600, "interrupt", 6)), either).stop_ms == (300,)


@pytest.mark.parametrize(
    ("speech", "rules", "stop"),
    [
        ({"onset_lag_ms": 40}, {}, ()),  # 300 ms of voice, 40 of them unheard
        ({"onset_lag_ms": 40, "release_ms": 40}, {}, (440,)),
        ({}, {"barge_in__min_speech_ms": 400}, ()),
        ({}, {"barge_in__min_speech_ms": 400, "barge_in__hangover": True}, (500,)),
        ({}, {"barge_in__min_speech_ms": 501, "barge_in__hangover": True}, ()),
    ],
)
def test_voice_lasts_as_long_as_the_vad_hears_it(
    speech: dict[str, Any], rules: dict[str, Any], stop: tuple[float, ...]
) -> None:
    """300 ms of speech, a VAD silence of 200 ms."""
    assert lived(over((200, 300, "interrupt"), speech=speech), under(**rules)).stop_ms == stop


@pytest.mark.parametrize(
    ("at_ms", "ms", "stop"),
    [
        (0, 500, ()),  # over within the guard
        (0, 800, (900,)),  # 300 ms of it after the guard
        (0, 799, ()),
        (500, 300, (400,)),
    ],
)
def test_under_the_guard_nothing_stops_the_agent_and_voice_counts_from_its_end(
    at_ms: float, ms: float, stop: tuple[float, ...]
) -> None:
    assert lived(over((at_ms, ms, "interrupt")), under(barge_in__guard_ms=500)).stop_ms == stop


@pytest.mark.parametrize(("ms", "stop"), [(300, ()), (300.125, (400,))])
def test_what_ends_with_the_guard_stops_nothing_however_short_it_may_be(ms: float, stop: tuple[float, ...]) -> None:
    eager = under(barge_in__guard_ms=500, barge_in__min_speech_ms=0)
    assert lived(over((200, ms, "interrupt")), eager).stop_ms == stop


@pytest.mark.parametrize(("at_ms", "stop"), [(499, ()), (500, (400,))])
def test_words_that_began_under_the_guard_never_stop_the_agent(at_ms: float, stop: tuple[float, ...]) -> None:
    by_words = under(barge_in__on_voice=False, barge_in__on_words="final", barge_in__guard_ms=500)
    assert lived(over((at_ms, 100, "interrupt", 1)), by_words).stop_ms == stop


def test_the_first_reply_of_a_session_may_be_guarded_for_longer() -> None:
    guarded = under(barge_in__guard_first_ms=5000)
    assert lived(over((200, 600, "interrupt")), guarded).interrupts_missed == 0
    assert lived(over((200, 600, "interrupt"), index=0), guarded).interrupts_missed == 1


@pytest.mark.parametrize(("score", "missed"), [(0.4, 1), (0.5, 0), (None, 0)])
def test_the_interruption_model_may_say_no(score: float | None, missed: int) -> None:
    doubted = turn(overlaps=[{"at_ms": 200, "ms": 600, "kind": "interrupt", "score": score}])
    assert lived(doubted, under(barge_in__score_threshold=0.5)).interrupts_missed == missed


def test_nobody_talks_over_a_failed_reply() -> None:
    failed = over((200, 600, "interrupt"), llm={"ttft_ms": [20000]})
    assert lived(failed, under()).interrupts_met == 0
