import numpy as np
import pytest

from tuner.statistics.confidence import rate_upper, upper_level
from tuner.statistics.sample_size import (
    counts_per_arm,
    trials_for_count,
    trials_for_rate,
    trials_per_arm,
    values_for_quantile,
)


def test_3_percent_without_an_event_needs_99_trials() -> None:
    assert trials_for_rate(0, 0.03) == 99


def test_a_bound_of_p99_needs_299_values() -> None:
    assert values_for_quantile(0.99, 1.0) == 299
    assert values_for_quantile(0.95, 1.0) == 59


def test_a_rate_at_its_limit_or_above_is_never_shown_to_keep_it() -> None:
    assert trials_for_rate(0.03, 0.03) is None
    assert trials_for_rate(0.04, 0.03) is None
    assert trials_for_count(0.2, 0.2) is None
    assert values_for_quantile(0.95, 0.95) is None


def test_one_event_in_a_hundred_trials_needs_more_trials() -> None:
    needed = trials_for_rate(0.01, 0.03)
    assert needed is not None
    assert rate_upper(0.01, needed) <= 0.03 < rate_upper(0.01, needed - 1)


def test_above_a_thousand_the_number_is_rounded_up_slightly() -> None:
    needed = trials_for_rate(0.025, 0.03)
    assert needed is not None
    assert needed % 10 == 0
    assert needed > 1000
    assert rate_upper(0.025, needed) <= 0.03 < rate_upper(0.025, 0.995 * needed)


def test_a_count_without_an_excess_needs_three_over_the_limit_trials() -> None:
    assert trials_for_count(0, 0.2) == 15  # 2.996 / 0.2 = 14.98


def test_a_design_effect_of_two_doubles_the_number() -> None:
    assert trials_for_rate(0, 0.03, design_effect=2) == 197  # 2 * 98.35
    assert trials_for_count(0, 0.2, design_effect=2) == 30


def test_a_quantile_is_shown_once_its_bounding_value_is_within_the_limit() -> None:
    needed = values_for_quantile(0.95, 0.97)
    assert needed is not None
    level = upper_level(0.95, needed)
    assert level is not None
    assert level <= 0.97


def test_a_number_above_the_maximum_counts_as_never() -> None:
    assert trials_for_rate(0.03 - 1e-9, 0.03) is None


@pytest.mark.parametrize("confidence", [0.9, 0.99])
def test_more_confidence_needs_more_trials(confidence: float) -> None:
    needed = trials_for_rate(0, 0.03, confidence=confidence)
    assert needed == {0.9: 76, 0.99: 152}[confidence]


def test_two_rates_are_distinguished_by_as_many_trials_as_in_the_textbook() -> None:
    # ((1.645 sqrt(2 * 0.475 * 0.525) + 0.842 sqrt(0.25 + 0.2475)) / 0.05)^2 = 1232.4
    assert trials_per_arm(0.5, 0.45) == trials_per_arm(0.45, 0.5) == 1233
    assert trials_per_arm(0.5, 0.45, design_effect=2) == 2465  # 2 * 1232.4
    assert trials_per_arm(0.5, 0.5) is None


def test_with_that_many_trials_the_difference_is_found_four_times_in_five() -> None:
    n = trials_per_arm(0.10, 0.06)
    assert n is not None
    rng = np.random.default_rng(1)
    before, after = rng.binomial(n, 0.10, 4000) / n, rng.binomial(n, 0.06, 4000) / n
    mean = (before + after) / 2
    found = (before - after) / np.sqrt(2 * mean * (1 - mean) / n) > 1.645
    assert 0.78 < found.mean() < 0.82


def test_counts_are_distinguished_by_their_excess_over_one_a_trial() -> None:
    # (1.645 + 0.842)^2 * (0.2 + 0.3) / 0.1^2 = 309.1
    assert counts_per_arm(1.2, 1.3) == 310
    assert counts_per_arm(1.2, 1.2) is None
