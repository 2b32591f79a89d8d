"""Moments are where the replay has cut-offs and stops, at their place in the sound."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.importers import SoundPlaces
from pipeline.kernel.batch import Outcomes
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at
from stages.settings import Settings
from stages.turn import Turn
from turntempo.engines import outcomes
from turntempo.listening.moments import AFTER_MS, BEFORE_MS, moments

HASTY = Settings().replace({"endpointing.silence_ms": 200, "endpointing.max_silence_ms": 200, "vad.silence_ms": 100})
RESPONSE_MS = 1_500.0


@pytest.fixture(scope="module")
def turns() -> Columns:
    """Eighty turns whose replies were heard 1.5 s after the user."""
    made = simulate(Profile.load("support-call"), 80, seed=4)
    return replace(made, response_ms=np.full(len(made), RESPONSE_MS))


@pytest.fixture(scope="module")
def found(turns: Columns) -> Outcomes:
    return outcomes("stream", turns, HASTY)


@pytest.fixture(scope="module")
def sound(turns: Columns) -> SoundPlaces:
    """Each turn begins 20 s after the one before."""
    return SoundPlaces(begins={name.decode(): 20_000.0 * place for place, name in enumerate(turns.ids.tolist())})


def test_each_turn_that_is_cut_off_has_a_moment_in_one_of_its_pauses(
    turns: Columns, found: Outcomes, sound: SoundPlaces
) -> None:
    heard = [one for one in moments(turns, turns, found, HASTY, sound, "cut-offs") if one.name == "cut_off"]
    cut = {turns.ids[place].decode() for place in np.flatnonzero(found.cut_off > 0)}
    assert {one.turn for one in heard} == cut
    assert len(cut) > 5
    ends = [sound.begins[one.turn] + _turn(turns, one.turn).speech.end_ms for one in heard]
    assert [one.marks_ms for one in heard if one.marks_ms >= ends[heard.index(one)]] == []


def test_a_moment_is_heard_from_before_the_pause_to_after_the_user_goes_on(
    turns: Columns, found: Outcomes, sound: SoundPlaces
) -> None:
    one = next(one for one in moments(turns, turns, found, HASTY, sound, "cut-offs") if one.name == "cut_off")
    spans = [
        (sound.begins[one.turn] + pause.at_ms, sound.begins[one.turn] + pause.at_ms + pause.ms)
        for pause in _turn(turns, one.turn).speech.pauses or ()
    ]
    assert one.begin_ms in [max(start - BEFORE_MS, 0) for start, _ in spans]
    assert one.end_ms - AFTER_MS in [*(end for _, end in spans), one.marks_ms]


def test_all_stops_are_more_than_those_in_error(turns: Columns, found: Outcomes, sound: SoundPlaces) -> None:
    every = moments(turns, turns, found, HASTY, sound, "stops")
    wrong = [one for one in moments(turns, turns, found, HASTY, sound, "cut-offs") if one.name == "false_stop"]
    assert {one.name for one in every} == {"stop", "false_stop"}
    assert [one for one in every if one.name == "false_stop"] == wrong
    assert wrong


def test_a_stop_counts_from_the_reply_that_was_recorded(turns: Columns, found: Outcomes, sound: SoundPlaces) -> None:
    one = next(one for one in moments(turns, turns, found, HASTY, sound, "stops") if one.name == "stop")
    turn = _turn(turns, one.turn)
    reply = sound.begins[one.turn] + turn.speech.end_ms + RESPONSE_MS
    begin = one.begin_ms + BEFORE_MS
    assert begin == pytest.approx(
        min((reply + over.at_ms for over in turn.overlaps or ()), key=lambda at: abs(at - begin))
    )


def test_turns_that_are_not_in_the_sound_have_none(turns: Columns, found: Outcomes) -> None:
    assert moments(turns, turns, found, HASTY, SoundPlaces(), "cut-offs") == []


def _turn(turns: Columns, name: str) -> Turn:
    place = turns.find(name)
    assert place is not None
    return turn_at(turns, place)
