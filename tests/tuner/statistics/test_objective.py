import numpy as np
import pytest

from stages.errors import InputError
from tuner.statistics.objective import UNANSWERED_MS, parse_goal


@pytest.mark.parametrize(
    ("text", "quantiles", "mean"),
    [
        ("p95", ((0.95, 1.0),), 0.0),
        ("P99.5", ((0.995, 1.0),), 0.0),
        ("mean", (), 1.0),
        ("0.5*p50 + .5*p95", ((0.5, 0.5), (0.95, 0.5)), 0.0),
        ("2*mean+p50", ((0.5, 1.0),), 2.0),
    ],
)
def test_a_goal_is_a_weighted_sum_of_quantiles_and_the_mean(
    text: str, quantiles: tuple[tuple[float, float], ...], mean: float
) -> None:
    goal = parse_goal(text)
    assert (goal.text, goal.quantiles, goal.mean_weight) == (text, quantiles, mean)
    assert goal.shares == tuple(share for share, _ in quantiles)


@pytest.mark.parametrize("text", ["", "p100", "fast", "p95+", "-1*p95", "0*p95", "p95*2", "max"])
def test_an_invalid_goal_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"Write p50, p90, p95, p99 or mean"):
        parse_goal(text)


def test_the_0th_percentile_is_refused_as_a_goal() -> None:
    with pytest.raises(InputError, match="between p0 and p100"):
        parse_goal("p0")


def test_a_goal_on_turns_equals_the_one_computed_by_hand() -> None:
    times = np.array([400.0, 100.0, 300.0, 200.0])
    assert parse_goal("p50").of_turns(times) == 200
    assert parse_goal("p95").of_turns(times) == 400
    assert parse_goal("0.5*p50+0.25*p95+2*mean").of_turns(times) == 100 + 100 + 500


def test_an_unanswered_turn_is_slowest_in_a_quantile_and_ten_seconds_in_a_mean() -> None:
    times = np.array([100.0, 200.0, 300.0, np.inf])
    assert parse_goal("p95").of_turns(times) == np.inf
    assert parse_goal("p75").of_turns(times) == 300
    assert parse_goal("mean").of_turns(times) == (600 + UNANSWERED_MS) / 4


def test_the_goal_from_figures_is_the_goal_of_the_turns() -> None:
    times = np.array([100.0, 200.0, 300.0, np.inf])
    goal = parse_goal("p50+mean")
    found = goal.value({0.5: np.array([200.0])}, np.array([200.0]), np.array([0.25]))
    assert found.tolist() == [goal.of_turns(times)]


def test_a_mean_where_nobody_is_answered_is_ten_seconds() -> None:
    assert parse_goal("mean").value({}, np.array([np.nan]), np.array([1.0])).tolist() == [UNANSWERED_MS]
