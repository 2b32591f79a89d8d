"""Times of single requests: quantiles, pairs of slow ones, load."""

from itertools import pairwise

import numpy as np
import pytest

from tuner.statistics.requests.load_curve import load_curve
from tuner.statistics.requests.quantiles import quantiles
from tuner.statistics.requests.slow_pairs import slow_above, slow_pairs
from tuner.statistics.sample_size import values_for_precision

RANDOM = np.random.default_rng(7)


def test_the_median_of_99_values_is_bounded_by_the_40th_and_the_60th() -> None:
    found = quantiles(np.arange(1.0, 100.0))["p50"]
    assert (found.low, found.value, found.high, found.n) == (40, 50, 60, 99)


def test_a_quantile_of_too_few_values_has_no_upper_end() -> None:
    found = quantiles(np.arange(1.0, 31.0))["p95"]
    assert (found.value, found.high) == (29, None)


def test_a_value_that_never_came_is_later_than_all_and_is_no_number() -> None:
    found = quantiles([1.0, 2.0, np.inf])
    assert (found["p50"].value, found["p95"].value) == (2.0, None)


def test_intervals_hold_the_true_quantile_nineteen_times_in_twenty() -> None:
    held = 0
    for _ in range(400):
        one = quantiles(RANDOM.exponential(size=200))["p90"]
        assert one.low is not None
        assert one.high is not None
        held += one.low <= -np.log(0.1) <= one.high
    assert held >= 370


def test_pairs_that_are_slow_together_are_found() -> None:
    first = RANDOM.exponential(size=300)
    pairs = [(one, one * 1.01) for one in first]
    found = slow_pairs(pairs, slow_above(first))
    assert (found.verdict, found.share) == ("together", 1.0)


def test_independent_pairs_are_not_said_to_be_together_and_with_enough_of_them_to_be_drawn_anew() -> None:
    values = RANDOM.exponential(size=8000)
    pairs = list(zip(values[0::2], values[1::2], strict=True))
    assert slow_pairs(pairs, slow_above(values)).verdict == "anew"
    assert slow_pairs(pairs[:20], slow_above(values)).verdict == "not shown"


def test_independent_pairs_are_rarely_taken_for_dependent_ones() -> None:
    wrong = 0
    for _ in range(300):
        values = RANDOM.exponential(size=200)
        found = slow_pairs(list(pairwise(values)), slow_above(values))
        wrong += found.verdict == "together"
    assert wrong <= 25


@pytest.mark.parametrize("pairs", [[], [(1.0, 2.0)]])
def test_with_no_slow_request_nothing_is_shown(pairs: list[tuple[float, float]]) -> None:
    found = slow_pairs(pairs, 10.0)
    assert (found.share, found.p_value, found.verdict) == (None, None, "not shown")


def test_a_level_that_takes_twice_as_long_is_said_to_be_slower_and_an_equal_one_is_not() -> None:
    one, same = RANDOM.gamma(9, 30, 300), RANDOM.gamma(9, 30, 300)
    curve = load_curve({16: one * 2, 1: one, 4: same, 8: np.zeros(0)})
    assert [level.concurrency for level in curve] == [1, 4, 16]
    assert [level.slower for level in curve] == [False, False, True]
    assert curve[2].times_p50.estimate == pytest.approx(2)
    low, high = curve[2].times_p50.low, curve[2].times_p50.high
    assert low is not None
    assert high is not None
    assert low < 2 < high


def test_p95_of_twenty_requests_has_no_interval() -> None:
    curve = load_curve({1: RANDOM.gamma(9, 30, 19), 4: RANDOM.gamma(9, 30, 19)})
    assert curve[1].times_p95.low is None
    assert curve[1].times_p50.low is not None


def test_so_many_values_as_planned_give_the_precision_that_was_asked_for() -> None:
    def quantile(share: float) -> float:
        return float(-np.log(1 - share))

    n = values_for_precision(0.95, 0.1, quantile)
    assert n is not None
    inside = 0
    for _ in range(200):
        one = quantiles(RANDOM.exponential(size=n))["p95"]
        assert one.low is not None
        assert one.high is not None
        inside += one.high - one.low <= 0.25 * quantile(0.95)
    assert inside >= 170
    finer = values_for_precision(0.95, 0.05, quantile)
    assert finer is not None
    assert finer > 3 * n
