import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from pipeline.completion.survival import Survival, Wanted

values = st.lists(st.tuples(st.integers(1, 9).map(float), st.booleans()), min_size=1, max_size=30)
shares = st.integers(1, 999).map(lambda n: n / 1000)


def curve(*pairs: tuple[float, bool]) -> Survival:
    """The curve of one group of (value, is it only a bound)."""
    table = np.array(pairs)
    return Survival.of(table[:, 0], table[:, 1] > 0, np.zeros(len(table), dtype=np.int64), 1)


def draw(survival: Survival, u: float, above: float = -np.inf) -> tuple[float, float, float]:
    """The value, and what is left: the share and the bound to go on with."""
    drawn, left = survival.draw(Wanted(np.array([0]), np.array([u]), np.array([above])))
    return drawn[0], left.share[0], left.above[0]


@given(values)
def test_the_curve_is_scipys_kaplan_meier_estimate(pairs):
    table = np.array(pairs)
    survival = curve(*pairs)
    estimate = ecdf(CensoredData.right_censored(table[:, 0], table[:, 1] > 0)).sf
    last = np.append(survival.values[1:] != survival.values[:-1], True)  # of those of equal value
    assert survival.beyond[last] == pytest.approx(estimate.evaluate(survival.values[last]))


@given(st.lists(st.integers(1, 9).map(float), min_size=1, max_size=20), shares)
def test_without_bounds_a_draw_is_a_quantile_as_observed(known, u):
    drawn, _, _ = draw(curve(*((value, False) for value in known)), u)
    assert drawn in np.quantile(known, [u - 1e-9, u, u + 1e-9], method="inverted_cdf")


def test_an_even_share_of_draws_falls_on_each_value():
    survival = curve((30, False), (10, False), (20, False), (40, False))
    assert [draw(survival, u)[0] for u in (0.1, 0.3, 0.6, 0.9)] == [10, 20, 30, 40]


def test_a_draw_above_a_bound_is_one_of_the_values_above_it():
    survival = curve((10, False), (20, False), (30, False), (40, False))
    assert [draw(survival, u, above=20)[0] for u in (0.001, 0.499, 0.501, 0.999)] == [30, 30, 40, 40]
    assert draw(survival, 0.001, above=19.9)[0] == 20


def test_bounds_pass_their_share_on_to_what_lies_above_them():
    """Of 10, 20+, 30, 40 the last two carry 3/8 each (Kaplan-Meier by hand)."""
    survival = curve((10, False), (20, True), (30, False), (40, False))
    assert survival.beyond.tolist() == [0.75, 0.75, 0.375, 0]
    assert [draw(survival, u)[0] for u in (0.249, 0.251, 0.624, 0.626)] == [10, 30, 30, 40]


def test_where_the_largest_is_a_bound_a_draw_may_be_left_over_above_it():
    survival = curve((10, False), (20, True))
    assert draw(survival, 0.4)[0] == 10
    drawn, share, above = draw(survival, 0.75)
    assert np.isnan(drawn)
    assert (share, above) == (0.5, 20)


def test_a_bound_with_nothing_above_it_is_left_over_as_it_is():
    drawn, share, above = draw(curve((10, False), (20, True)), 0.3, above=20)
    assert np.isnan(drawn)
    assert (share, above) == (0.3, 20)


def test_groups_do_not_mix():
    survival = Survival.of(
        np.array([1.0, 2.0, 10.0, 20.0]), np.zeros(4, dtype=np.bool_), np.array([0, 0, 2, 2]), groups=3
    )
    assert survival.exact.tolist() == [2, 0, 2]
    wanted = Wanted(np.array([0, 2, 1]), np.array([0.9, 0.1, 0.5]), np.full(3, -np.inf))
    drawn, _ = survival.draw(wanted)
    assert drawn.tolist()[:2] == [2, 10]
    assert np.isnan(drawn[2])
