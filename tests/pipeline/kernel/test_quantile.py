import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.kernel.quantile import quantiles

QS = (0.01, 0.5, 0.9, 0.95, 0.99, 1.0)
spread = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, 1.0 + 2**-52, 5e-324, 1e300])


@given(st.lists(spread, min_size=1, max_size=60))
def test_quantiles_are_those_of_numpys_inverted_cdf(values: list[float]) -> None:
    expected = np.quantile(values, QS, method="inverted_cdf")
    assert quantiles(np.array([values]), QS)[0] == pytest.approx(expected, abs=1e-200, rel=0)


def test_quantiles_of_many_rows_of_many_values_are_those_of_numpys_inverted_cdf() -> None:
    rng = np.random.default_rng(7)
    rows = np.array([rng.lognormal(7, 0.5, 4001), rng.integers(0, 9, 4001) * 1.0, rng.pareto(0.2, 4001)])
    assert (quantiles(rows, QS) == np.quantile(rows, QS, axis=1, method="inverted_cdf").T).all()


def test_an_infinite_value_is_slower_than_any_other() -> None:
    assert quantiles(np.array([[np.inf, 3.0, 2.0, np.inf]]), (0.25, 0.5, 0.75))[0].tolist() == [2, 3, np.inf]


def test_nan_is_no_value() -> None:
    assert quantiles(np.array([[np.nan, 3.0, 2.0, np.nan, 5.0]]), (0.5,)).tolist() == [[3]]


@pytest.mark.parametrize("rows", [np.full((1, 3), np.nan), np.empty((1, 0))])
def test_no_values_have_no_quantile(rows: np.ndarray) -> None:
    assert np.isnan(quantiles(rows, (0.5,))).all()


def test_the_values_stay_as_they_were() -> None:
    rows = np.array([[3.0, 1.0, 2.0]])
    quantiles(rows, (0.5,))
    assert rows.tolist() == [[3, 1, 2]]
