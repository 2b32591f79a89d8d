from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from stages.arrays import Floats
from tuner.statistics.confidence import count_upper, excess_design_effect, rate_design_effect, rate_upper, upper_level


def sums(events: Floats, trials: Floats) -> SimpleNamespace:
    pairs = ((events, None), (trials, None), (events, events), (events, trials), (trials, trials))
    return SimpleNamespace(
        **{
            name: np.array([float(one.sum() if other is None else one @ other)])
            for name, (one, other) in zip(("events", "trials", "squares", "cross", "sizes"), pairs, strict=True)
        }
    )


def test_no_event_in_99_trials_bounds_the_rate_at_3_percent() -> None:
    assert rate_upper(0, 99) == pytest.approx(0.0298, abs=5e-5)
    assert rate_upper(0, 99) == pytest.approx(1 - 0.05 ** (1 / 99))


@pytest.mark.parametrize(("events", "n"), [(1, 10), (3, 200), (50, 60), (0, 1)])
def test_the_bound_of_a_rate_is_clopper_pearsons(events: int, n: int) -> None:
    exact = stats.binomtest(events, n, alternative="less").proportion_ci(0.95, method="exact").high
    assert rate_upper(events / n, n) == pytest.approx(exact)


def test_a_rate_of_one_is_bounded_by_one_and_no_trials_by_nothing() -> None:
    assert rate_upper([1.0, 0.0], [20, 0]).tolist() == pytest.approx([1.0, np.nan], nan_ok=True)


@pytest.mark.parametrize(("events", "expected"), [(0, 2.996), (1, 4.744), (10, 16.962)])
def test_the_bound_of_a_count_is_garwoods(events: int, expected: float) -> None:
    assert count_upper(events / 40, 40) * 40 == pytest.approx(expected, abs=6e-4)
    assert count_upper(events, 1) == pytest.approx(stats.chi2.ppf(0.95, 2 * events + 2) / 2)
    assert np.isnan(count_upper(0, 0))


def test_independent_turns_have_a_design_effect_of_one() -> None:
    events = np.random.default_rng(1).binomial(10, 0.2, size=20_000).astype(float)
    assert rate_design_effect(sums(events, np.full(20_000, 10.0)), 20_000)[0] == pytest.approx(1, abs=0.05)


def test_sessions_with_all_or_no_events_count_as_one_trial_each() -> None:
    events = np.where(np.random.default_rng(1).random(2000) < 0.2, 10.0, 0.0)
    assert rate_design_effect(sums(events, np.full(2000, 10.0)), 2000)[0] == pytest.approx(10, rel=1e-3)


def test_a_design_effect_of_uneven_sessions_by_hand() -> None:
    # rate 3/6; residuals 2 - 1, 1 - 1.5, 0 - 0.5: squares sum to 1.5, times 3/2; independent: 3 * (1 - 1/2)
    uneven = sums(np.array([2.0, 1.0, 0.0]), np.array([2.0, 3.0, 1.0]))
    assert rate_design_effect(uneven, 3)[0] == pytest.approx(1.5 * 1.5 / 1.5)


def test_the_design_effect_is_at_least_one() -> None:
    assert rate_design_effect(sums(np.full(50, 2.0), np.full(50, 10.0)), 50)[0] == 1


@pytest.mark.parametrize(("events", "sessions"), [([5.0], 1), ([0.0, 0.0], 2), ([10.0, 10.0], 2)])
def test_without_events_or_with_one_session_turns_count_as_independent(events: list[float], sessions: int) -> None:
    assert rate_design_effect(sums(np.array(events), np.full(sessions, 10.0)), sessions)[0] == 1


def test_the_excess_over_one_a_trial_has_its_own_design_effect() -> None:
    random = np.random.default_rng(2)
    trials = np.full(5000, 8.0)
    alone = sums(trials + random.poisson(0.1 * 8, size=5000), trials)
    assert excess_design_effect(alone, 5000)[0] == pytest.approx(1, abs=0.1)
    together = sums(trials + 8 * random.poisson(0.1, size=5000), trials)
    assert excess_design_effect(together, 5000)[0] == pytest.approx(8, rel=0.1)


@pytest.mark.parametrize(("share", "least"), [(0.5, 5), (0.9, 29), (0.95, 59), (0.99, 299)])
def test_a_quantile_needs_a_number_of_values_to_be_bounded(share: float, least: int) -> None:
    assert upper_level(share, least - 1) is None
    level = upper_level(share, least)
    assert level is not None
    assert np.ceil(level * least) == least


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.95, 0.99])
def test_the_bound_of_a_quantile_is_the_first_order_statistic_that_covers_it(share: float) -> None:
    for n in [*range(1, 120), 300, 1000, 5003]:
        enough = [k for k in range(1, n + 1) if stats.binom.cdf(k - 1, n, share) >= 0.95] if n < 120 else None
        first = enough[0] if enough else int(stats.binom.ppf(0.95, n, share)) + 1
        level = upper_level(share, n)
        if first > n or enough == []:
            assert level is None
        else:
            assert level is not None
            assert int(np.ceil(level * n)) == first


def test_the_bound_of_a_quantile_covers_it_in_19_of_20_recordings() -> None:
    level = upper_level(0.95, 400)
    assert level is not None
    drawn = np.random.default_rng(3).exponential(size=(4000, 400))
    bounds = np.quantile(drawn, level, axis=1, method="inverted_cdf")
    assert 0.945 <= (bounds >= -np.log(0.05)).mean() <= 0.98
