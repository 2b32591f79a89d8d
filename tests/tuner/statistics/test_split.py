import numpy as np

from pipeline.simulation import Profile, simulate
from tuner.statistics.split import sampled, split

TURNS = simulate(Profile.load("receptionist"), 3000, seed=4)


def test_about_seven_sessions_in_ten_are_for_tuning_and_the_others_held_out() -> None:
    parts = split(TURNS, seed=1)
    every = np.sort(np.concatenate([parts.tuning, parts.held_out]))
    assert every.tolist() == list(range(len(TURNS.session_names)))
    assert 0.6 < len(parts.tuning) / len(every) < 0.8
    assert not parts.provisional


def test_the_part_of_a_session_does_not_depend_on_other_sessions() -> None:
    parts = split(TURNS, seed=1)
    fewer = TURNS.of_sessions(np.arange(40))
    again = split(fewer, seed=1)
    assert again.tuning.tolist() == [place for place in parts.tuning if place < 40]
    assert split(TURNS, seed=2).tuning.tolist() != parts.tuning.tolist()


def test_fewer_than_ten_sessions_are_not_split() -> None:
    parts = split(TURNS.of_sessions(np.arange(9)), seed=1)
    assert parts.provisional
    assert len(parts.tuning) == 9


def test_a_sample_has_whole_sessions_and_about_the_wanted_number_of_turns() -> None:
    places = sampled(TURNS, seed=0, most=500, what="test")
    lengths = np.diff(TURNS.session_start)[places]
    assert 500 <= lengths.sum() < 500 + lengths.max() + 20
    assert sampled(TURNS, seed=0, most=3000, what="test").tolist() == list(range(len(TURNS.session_names)))
