import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.search.assessment import Assessment, Assessor
from tuner.search.subspace import MODE, Subspace, answering, interruptible, room_ms, stopped, stopping
from tuner.space.space import Points, Space, space_of
from tuner.space.vary import parse_vary
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("support-call"), 300, seed=2)
LIMITS = default_limits()
SPACE: Space = space_of(TURNS, TURNS, Settings(), LIMITS)
ASSESSOR = Assessor(Batch(TURNS, threads=1), DEFAULT_GOAL, LIMITS, confidence=None)
MODE_AXIS = SPACE.names.index(MODE)


RESUME = SPACE.names.index("barge_in.resume_ms")
NEVER = SPACE.dimensions[RESUME].values.index(None)


def assess(points: Points) -> Assessment:
    return ASSESSOR(SPACE.rows(points))


def points(seed: int, n: int = 2) -> Points:
    found: Points = np.random.default_rng(seed).integers(0, SPACE.sizes, size=(n, len(SPACE)))
    found[:, MODE_AXIS] = found[0, MODE_AXIS]
    return found


def test_every_axis_belongs_to_one_subspace() -> None:
    first, rest = stopping(SPACE), answering(SPACE)
    assert np.array_equal(np.union1d(first, rest), np.arange(len(SPACE)))
    assert not len(np.intersect1d(first, rest))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_settings_that_stop_the_agent_change_only_the_figures_of_stopping(seed: int) -> None:
    one, other = points(seed)
    other[answering(SPACE)] = one[answering(SPACE)]
    one[RESUME], other[RESUME] = NEVER, NEVER  # else a reply that was held back may come back
    found = assess(np.stack([one, other]))
    assert found.goal_ms[0] == found.goal_ms[1]
    rest = [place for place in range(len(LIMITS)) if place not in stopped(LIMITS)]
    assert np.array_equal(found.uppers[0, rest], found.uppers[1, rest])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_where_every_turn_is_answered_other_settings_do_not_change_the_figures_of_stopping(seed: int) -> None:
    one, other = points(seed)
    other[stopping(SPACE)] = one[stopping(SPACE)]
    found = assess(np.stack([one, other]))
    places = [place for place, limit in enumerate(LIMITS) if limit.name in ("failed_rate", "lost_rate")]
    assume(not found.uppers[:, places].any())
    assert np.array_equal(found.uppers[0, stopped(LIMITS)], found.uppers[1, stopped(LIMITS)])


def test_a_subspace_moves_only_its_axes_from_a_given_point() -> None:
    held, axes = points(1)[0], answering(SPACE)
    subspace = Subspace(SPACE, ASSESSOR, assess, axes, held)
    assert np.array_equal(subspace.whole(subspace.space.home[None, :])[0], held)
    moved = subspace.whole(subspace.space.home[None, :] * 0)[0]
    assert not moved[axes].any()
    others = np.setdiff1d(np.arange(len(SPACE)), axes)
    assert np.array_equal(moved[others], held[others])


def test_a_subspace_with_some_limits_ignores_the_others_and_the_goal() -> None:
    """The settings in force cut off too many users; of what they do while the agent talks that says nothing."""
    axes, limits = stopping(SPACE), stopped(LIMITS)
    subspace = Subspace(SPACE, ASSESSOR, assess, axes, SPACE.home, limits)
    every = np.unique(np.random.default_rng(3).integers(0, subspace.space.sizes, size=(200, len(axes))), axis=0)
    found, whole = subspace(every), assess(subspace.whole(every))
    assert np.array_equal(found.goal_ms, room_ms(subspace.judge, whole.uppers[:, limits]))
    kept = (whole.uppers[:, limits] <= [LIMITS[place].value for place in limits]).all(axis=1)
    assert kept.any()
    assert np.array_equal(found.within, kept)
    assert not whole.within.any()


def test_of_settings_with_equal_total_room_the_one_with_more_under_the_tightest_limit_is_better() -> None:
    judge = ASSESSOR.by(stopped(LIMITS))
    values = np.array([limit.value for limit in judge.limits])
    shares = np.full((2, len(values)), 0.5)
    shares[0, :2] = 0.9, 0.1
    table = shares * values
    score = judge.score(room_ms(judge, table), table)
    assert score[1] < score[0]


@pytest.mark.parametrize("names", [("endpointing", "barge_in.mode"), ("barge_in.min_words", "barge_in.min_speech_ms")])
def test_a_space_without_other_axes_is_not_divided(names: tuple[str, ...]) -> None:
    vary = tuple(item for name in names for item in parse_vary(name))
    assert not len(stopping(space_of(TURNS, TURNS, Settings(), LIMITS, vary)))


def test_settings_that_stop_the_agent_are_searched_with_an_agent_that_can_be_stopped() -> None:
    """In the other modes none of it acts, so that one move away from them nothing would be seen."""
    mute = Settings().replace({MODE: "append"})
    space = space_of(TURNS, TURNS, mute, LIMITS)
    assert space.settings_at(space.home).barge_in.mode == "append"
    assert space.settings_at(interruptible(space)).barge_in.mode == "interrupt"
    assert len(stopping(space))
    fixed = space_of(TURNS, TURNS, mute, LIMITS, lock=(MODE,))
    assert not len(stopping(fixed))
    assert np.array_equal(interruptible(fixed), fixed.home)
