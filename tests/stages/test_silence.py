"""The silences of a turn (timing model, section 1)."""

from math import inf

from stages.silence import silences
from stages.turn import Pause, Speech


def test_a_turn_without_pauses_has_one_silence_without_an_end() -> None:
    (end,) = silences(Speech(end_ms=700, eot_score=0.5, release_ms=30, onset_lag_ms=40))
    assert (end.place, end.at_ms, end.until_ms, end.eot_score, end.release_ms) == (0, 700, inf, 0.5, 30)
    assert end.is_end


def test_a_pause_is_followed_by_talk_up_to_the_next_one_or_the_end() -> None:
    pauses = (Pause(at_ms=100, ms=50), Pause(at_ms=400, ms=100), Pause(at_ms=900, ms=0))
    first, second, third, end = silences(Speech(pauses=pauses, end_ms=930))
    assert (first.until_ms, first.talk_ms) == (150, 250)
    assert (second.until_ms, second.talk_ms) == (500, 400)
    assert (third.until_ms, third.talk_ms) == (900, 30)
    assert [silence.is_end for silence in (first, second, third, end)] == [False, False, False, True]


def test_a_pause_may_carry_its_own_lags_zero_among_them() -> None:
    pauses = (Pause(at_ms=100, ms=50, release_ms=0, onset_lag_ms=7), Pause(at_ms=400, ms=100))
    own, general, _ = silences(Speech(pauses=pauses, end_ms=600, release_ms=30, onset_lag_ms=40))
    assert (own.release_ms, own.onset_lag_ms) == (0, 7)
    assert (general.release_ms, general.onset_lag_ms) == (30, 40)
