from __future__ import annotations

import numpy as np
import pytest

from tuner.statistics.sequential.betting import (
    LONGEST,
    Interval,
    above_limit,
    below_limit,
    difference_interval,
    rate_interval,
    wealth,
)


def sessions(rate: float, shape: tuple[int, ...], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Events and trials of sessions of 5 to 20 turns whose own rates vary around `rate` (a beta distribution)."""
    draws = np.random.default_rng(seed)
    trials = draws.integers(5, LONGEST + 1, shape)
    own = draws.beta(rate * 15, (1 - rate) * 15, shape)
    return draws.binomial(trials, own).astype(float), trials.astype(float)


def bounds(one: Interval) -> tuple[float, float]:
    assert one.low is not None
    assert one.high is not None
    return one.low, one.high


def width(one: Interval) -> float:
    low, high = bounds(one)
    return high - low


def test_the_wealth_begins_at_one_and_multiplies() -> None:
    assert wealth(np.array([0.0, 0.0]), 1.0).tolist() == [1, 1, 1]
    one = wealth(np.array([1.0]), 1.0)[1]
    assert one == pytest.approx(1 + np.mean([0.9, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.01]))


def test_a_bettor_that_begins_later_keeps_its_share_until_then() -> None:
    gains = np.array([-1.0, -1.0, 1.0])
    late = wealth(gains, 1.0, (2,))
    assert late[:3].tolist() == [1, 1, 1]
    assert late[3] > wealth(gains, 1.0)[3]
    assert wealth(gains, 1.0, (0, 2)) == pytest.approx((wealth(gains, 1.0) + late) / 2)


def test_looked_at_after_every_session_a_limit_that_is_just_kept_is_rarely_called_missed() -> None:
    events, trials = sessions(0.03, (2000, 200), seed=1)
    ever = (above_limit(events, trials, 0.03, (0, 50, 100, 150)) >= 1 / 0.05).any(axis=-1)
    assert ever.mean() <= 0.05


def test_a_limit_that_is_missed_by_far_is_noticed() -> None:
    events, trials = sessions(0.12, (200, 200), seed=2)
    assert (above_limit(events, trials, 0.03) >= 1 / 0.05).any(axis=-1).mean() > 0.99
    assert (below_limit(events, trials, 0.03) >= 1 / 0.05).any(axis=-1).mean() < 0.05


def test_an_interval_holds_at_all_times_together() -> None:
    missed = 0
    for seed in range(200):
        events, trials = sessions(0.1, (60,), seed)
        found = [rate_interval(events[:t], trials[:t]) for t in (5, 20, 60)]
        missed += any(not (one.low or 0) <= 0.1 <= (one.high or 0) for one in found)
    assert missed <= 10


def test_an_interval_narrows_and_nothing_is_known_of_nothing() -> None:
    events, trials = sessions(0.1, (400,), seed=5)
    few, many = rate_interval(events[:20], trials[:20]), rate_interval(events, trials)
    assert width(many) < width(few) / 2
    none = rate_interval([], [])
    assert (none.value, none.low, none.high, none.trials) == (None, None, None, 0)


def test_a_rate_of_zero_has_an_upper_bound_above_zero() -> None:
    found = rate_interval([0.0] * 10, [20.0] * 10)
    assert (found.value, found.low) == (0, 0)
    assert found.high is not None
    assert 0.1 < found.high < 0.6  # ten sessions of which each could be bad as a whole


def test_a_difference_of_pairs_is_found_with_its_sign() -> None:
    draws = np.random.default_rng(7)
    found = difference_interval(draws.normal(-0.1, 0.05, 100).clip(-1, 1), np.full(100, 0.8))
    assert (bounds(found)[0] < -0.1, -0.1 < bounds(found)[1] < 0) == (True, True)
    none = difference_interval(draws.normal(0, 0.05, 100).clip(-1, 1), np.full(100, 0.8))
    assert (bounds(none)[0] < 0, bounds(none)[1] > 0) == (True, True)
