import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.simulation.distribution import Belief, Distribution

LLM = Distribution(
    quantiles={"p50": 489, "p95": 609, "p98.5": 2000, "p99": 6085}, min=100, max=38300, source="aiewf-eval"
)
PAUSES = Distribution(above=((200, 0.755), (500, 0.288), (3000, 0.006)), min=100, max=6000, source="eot-bench")

shares = st.floats(0.001, 0.999)


def at(distribution: Distribution, *u: float) -> list[float]:
    return [float(value) for value in distribution.quantile(np.array(u))]


def test_a_quoted_quantile_is_kept_exactly():
    assert at(LLM, 0.5, 0.95, 0.985, 0.99) == pytest.approx([489, 609, 2000, 6085])


def test_a_quoted_share_above_a_value_is_kept_exactly():
    assert at(PAUSES, 1 - 0.755, 1 - 0.288, 1 - 0.006) == pytest.approx([200, 500, 3000])


def test_two_points_make_a_lognormal():
    two = Distribution(quantiles={"p50": 100, "p95": 100 * np.exp(1.6448536269514722)}, source="made up")
    assert at(two, 0.975)[0] == pytest.approx(100 * np.exp(1.959963984540054))
    assert at(two, 0.025)[0] == pytest.approx(100 * np.exp(-1.959963984540054))


def test_one_point_is_a_constant():
    assert at(Distribution(quantiles={"p50": 24}, source="made up"), 0.001, 0.5, 0.999) == pytest.approx([24] * 3)


def test_values_stay_between_min_and_max():
    assert at(LLM, 1 - 1e-12) == [38300]
    assert at(PAUSES, 1e-9, 1 - 1e-12) == [100, 6000]


@given(shares, shares)
def test_the_tail_above_a_bound_is_the_rest_of_the_distribution(below, u):
    bound = LLM.quantile(np.array([below]))
    rest = LLM.quantile(np.array([below + (1 - below) * u]))
    assert LLM.tail(np.array([u]), bound) == pytest.approx(rest, rel=1e-6)


def test_a_bound_above_everything_stays_as_it_is():
    assert LLM.tail(np.array([0.5]), np.array([60_000.0])).tolist() == [60_000]


@given(shares, shares)
def test_a_larger_share_never_gives_a_smaller_value(u, v):
    assert at(PAUSES, min(u, v)) <= at(PAUSES, max(u, v))


def test_a_score_lies_between_0_and_1():
    belief = Belief(above=((0.57, 0.102), (0.72, 0.081)), source="eot-bench")
    scores = belief.quantile(np.array([1e-9, 0.5, 1 - 0.102, 1 - 1e-9]))
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores[2] == pytest.approx(0.57)


@pytest.mark.parametrize(
    ("points", "rule"),
    [
        ({}, "give one of quantiles, above and values"),
        ({"quantiles": {"median": 3}}, "like p50 or p98.5, got 'median'"),
        ({"quantiles": {"p50": 3, "p90": 2}}, "must rise"),
        ({"quantiles": {"p50": -3, "p90": 2}}, "must rise"),
        ({"above": ((100, 0.5), (200, 0.6))}, "must rise"),
    ],
)
def test_points_that_make_no_curve_are_refused(points, rule):
    with pytest.raises(ValidationError, match=rule):
        Distribution(**points, source="made up")


def test_a_distribution_without_a_source_is_refused():
    with pytest.raises(ValidationError, match="source"):
        Distribution(quantiles={"p50": 3})  # type: ignore[call-arg]
