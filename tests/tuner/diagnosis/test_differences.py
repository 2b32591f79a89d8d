import numpy as np

from pipeline.simulation import Profile, simulate
from tuner.diagnosis.differences import FEWEST, differences, session_starts

TURNS = simulate(Profile.load("ai-tutor"), 600, seed=2)


def noise(seed: int = 1) -> np.ndarray:
    return 1500 + 200 * np.random.default_rng(seed).standard_normal(len(TURNS))


def test_the_first_turns_of_sessions_are_found() -> None:
    starts = session_starts(TURNS)
    assert starts.sum() == len(TURNS.session_names)
    assert (TURNS.index[starts] == 0).all()


def test_slower_first_turns_are_shown_with_an_interval_around_the_difference() -> None:
    starts = session_starts(TURNS)
    (found,) = differences(noise() + 500 * starts, TURNS, {"first": starts}, seed=0)
    assert found.shown
    assert found.later.low is not None
    assert found.later.high is not None
    assert found.later.low < 500 < found.later.high
    assert (found.turns, found.others) == (starts.sum(), (~starts).sum())


def test_a_difference_by_chance_is_not_shown() -> None:
    shown = 0
    for seed in range(40):
        group = np.random.default_rng(100 + seed).random(len(TURNS)) < 0.3
        (found,) = differences(noise(seed), TURNS, {"any": group}, seed=0)
        shown += found.shown
    assert shown == 0


def test_groups_of_a_few_turns_are_not_compared_and_the_largest_difference_comes_first() -> None:
    few = np.arange(len(TURNS)) < FEWEST - 1
    half, third = np.arange(len(TURNS)) % 2 == 0, np.arange(len(TURNS)) % 3 == 0
    found = differences(noise() + 100 * half + 400 * third, TURNS, {"few": few, "half": half, "third": third}, seed=0)
    assert [one.group for one in found] == ["third", "half"]


def test_a_group_in_which_most_turns_have_no_answer_has_no_interval() -> None:
    group = np.arange(len(TURNS)) % 4 == 0
    (found,) = differences(np.where(group, np.inf, noise()), TURNS, {"lost": group}, seed=0)
    assert (found.shown, found.later.low) == (False, None)
