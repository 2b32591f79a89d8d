import numpy as np
import pytest

from stages.arrays import Floats
from tuner.statistics.bootstrap import Interval, Resample, interval
from tuner.statistics.objective import parse_goal

SESSION = np.repeat(np.arange(60), 7).astype(np.int32)
TIMES = np.random.default_rng(4).gamma(4, 200, size=len(SESSION))


def by_hand(resample: Resample, goal: str, times: Floats) -> list[float]:
    """The figure of each replicate from its turns written out."""
    copies = resample.counts.astype(int)
    return [parse_goal(goal).of_turns(np.repeat(times, counts[SESSION])) for counts in copies]


@pytest.mark.parametrize("goal", ["p50", "p99", "p1", "mean", "0.5*p50+0.5*p95", "p90+mean"])
@pytest.mark.parametrize("unanswered", [0, 9])
def test_a_replicate_is_the_goal_of_its_sessions(goal: str, unanswered: int) -> None:
    resample, times = Resample(60, seed=1, replicates=50), TIMES.copy()
    times[:unanswered] = np.inf
    assert resample.figure(parse_goal(goal), times, SESSION).tolist() == pytest.approx(by_hand(resample, goal, times))


def test_a_quantile_far_from_the_start_of_the_search_is_found() -> None:
    session = np.concatenate([np.zeros(5000), np.ones(5000)]).astype(np.int32)
    times = np.arange(10_000.0)
    resample = Resample(2, seed=1, replicates=40)
    found = resample.figure(parse_goal("p50"), times, session)
    expected = {(2, 0): 2499.0, (1, 1): 4999.0, (0, 2): 7499.0}
    assert found.tolist() == [expected[int(one), int(other)] for one, other in resample.counts]
    assert len(set(found)) == 3


def test_each_replicate_draws_as_many_sessions_as_there_are_and_a_seed_decides_which() -> None:
    one, same, other = (Resample(60, seed, replicates=30).counts for seed in (1, 1, 2))
    assert (one.sum(axis=1) == 60).all()
    assert (one == same).all()
    assert (one != other).any()


def test_a_constant_shift_of_every_turn_has_an_interval_of_no_width() -> None:
    resample, goal = Resample(60, seed=1), parse_goal("p95")
    drawn = resample.figure(goal, TIMES + 80, SESSION) - resample.figure(goal, TIMES, SESSION)
    found = interval(80.0, [drawn], 60)
    assert [found.low, found.high] == pytest.approx([80, 80])


def test_the_interval_of_a_mean_gain_covers_it_in_about_95_of_100_recordings() -> None:
    random, goal, hits = np.random.default_rng(5), parse_goal("mean"), 0
    for trial in range(200):
        gains = 80 + np.repeat(random.normal(0, 60, 60), 7) + random.normal(0, 100, len(SESSION))
        drawn = Resample(60, seed=trial, replicates=200).figure(goal, gains, SESSION)
        found = interval(float(gains.mean()), [drawn], 60)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 80 <= found.high
    assert 0.89 <= hits / 200 <= 0.99


def test_the_interval_is_the_middle_of_all_replicates_together() -> None:
    found = interval(50.0, [np.arange(1.0, 501), np.arange(501.0, 1001)], 10)
    assert [found.low, found.high] == pytest.approx([25, 975], abs=1)
    assert found.json_dict() == {"estimate": 50.0, "low": found.low, "high": found.high}


def test_one_session_gives_no_interval() -> None:
    assert interval(50.0, [np.full(10, 50.0)], 1) == Interval(50.0, None, None)


def test_a_replicate_that_falls_on_an_unanswered_turn_leaves_no_interval() -> None:
    assert interval(50.0, [np.array([1.0, np.inf])], 9) == Interval(50.0, None, None)
    assert interval(np.inf, [np.array([1.0, 2.0])], 9) == Interval(None, None, None)


def test_a_ratio_of_each_replicate_is_that_of_its_sessions() -> None:
    resample = Resample(60, seed=1, replicates=50)
    events, trials = (np.random.default_rng(5).integers(0, 3, len(SESSION)).astype(np.float64) for _ in range(2))
    copies = resample.counts.astype(int)
    turns = [np.repeat(np.arange(len(SESSION)), counts[SESSION]) for counts in copies]
    assert resample.ratio(events, trials, SESSION).tolist() == pytest.approx(
        [events[drawn].sum() / trials[drawn].sum() for drawn in turns]
    )
    assert resample.ratio(events, None, SESSION).tolist() == pytest.approx([events[drawn].mean() for drawn in turns])


def test_a_quantile_of_some_turns_is_unknown_where_a_replicate_has_none_of_them() -> None:
    resample = Resample(60, seed=1, replicates=50)
    some = SESSION == 7
    found = resample.quantile(0.5, TIMES[some], SESSION[some])
    drawn = resample.counts[:, 7] > 0
    assert 0 < drawn.sum() < len(drawn)
    assert np.isnan(found[~drawn]).all()
    assert set(found[drawn]) == {np.sort(TIMES[some])[3]}
    assert np.isnan(resample.quantile(0.5, TIMES[:0], SESSION[:0])).all()
