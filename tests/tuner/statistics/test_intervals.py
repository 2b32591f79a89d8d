import numpy as np
import pytest
from scipy import stats

from pipeline.kernel.batch import Batch, Outcomes
from pipeline.kernel.loops import FIELDS
from pipeline.kernel.tally import figures_of
from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.statistics.intervals import Estimate, estimates


@pytest.fixture(scope="module")
def corpus() -> Columns:
    return simulate(Profile.load("support-call"), 500, seed=4)


@pytest.fixture(scope="module")
def outcomes(corpus: Columns) -> Outcomes:
    return Batch(corpus).outcomes(Settings())


@pytest.fixture(scope="module")
def found(corpus: Columns, outcomes: Outcomes) -> dict[str, Estimate]:
    return estimates(outcomes, corpus.session)


def test_every_figure_has_its_value_as_estimate(found: dict[str, Estimate], outcomes: Outcomes) -> None:
    figures = figures_of(outcomes)
    nested = {f"{group}.{name}" for group in ("response_ms", "stop_ms") for name in getattr(figures, group).json_dict()}
    assert set(found) == nested | set(figures.json_dict()) - {"n", "response_ms", "stop_ms"}
    for name, one in found.items():
        assert one.value == pytest.approx(figures.value(name)), name


def test_every_interval_holds_its_estimate(found: dict[str, Estimate]) -> None:
    known = [
        (one.name, one.low, one.value, one.high)
        for one in found.values()
        if one.low is not None and one.value is not None and one.high is not None
    ]
    assert known
    for name, low, value, high in known:
        assert low <= value + 1e-9 <= high + 2e-9, name


def test_an_event_that_did_not_happen_has_an_upper_bound_above_zero(found: dict[str, Estimate]) -> None:
    none = found["lost_rate"]
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 500))  # Clopper-Pearson of 0 in 500


def test_independent_turns_have_the_textbook_interval(outcomes: Outcomes) -> None:
    alone = np.arange(len(outcomes.table), dtype=np.int32)
    one = estimates(outcomes, alone)["cut_off_rate"]
    events = int(outcomes.cut_off.sum())
    book = stats.binomtest(events, len(alone)).proportion_ci(0.95, "exact")
    assert (one.low, one.high) == pytest.approx((book.low, book.high), rel=2e-3)  # an effect of 500/499 is in ours


def test_the_interval_of_a_median_has_observed_ends_and_covers_it_in_19_of_20_draws() -> None:
    random = np.random.Generator(np.random.PCG64(0))
    held = 0
    for _ in range(400):
        values = random.lognormal(size=101)
        table = np.zeros((101, len(FIELDS)))
        table[:, 0] = values
        one = estimates(Outcomes(table), np.arange(101, dtype=np.int32))["response_ms.p50"]
        assert one.low is not None
        assert one.high is not None
        assert {one.low, one.high} <= set(values)
        held += one.low <= 1 <= one.high
    assert 374 <= held <= 396  # 380 expected, at least; 95 % by construction


def test_with_few_turns_a_high_quantile_has_only_a_lower_end() -> None:
    table = np.zeros((50, len(FIELDS)))
    table[:, 0] = np.arange(50)
    one = estimates(Outcomes(table), np.arange(50, dtype=np.int32))["response_ms.p99"]
    assert (one.value, one.high) == (49, None)
    assert one.low is not None


def test_with_one_session_a_mean_has_no_interval(outcomes: Outcomes) -> None:
    one = estimates(outcomes, np.zeros(len(outcomes.table), dtype=np.int32))["response_ms.mean"]
    assert (one.low, one.high) == (None, None)


def test_differences_between_sessions_widen_the_interval(outcomes: Outcomes) -> None:
    table = np.zeros((200, len(FIELDS)))
    table[:100, FIELDS.index("cut_off")] = 1  # every turn of half of the sessions is cut off
    sessions = np.repeat(np.arange(20, dtype=np.int32), 10)
    together, alone = (
        estimates(Outcomes(table), session)["cut_off_rate"] for session in (sessions, np.arange(200, dtype=np.int32))
    )
    widths = [(one.high or 0) - (one.low or 0) for one in (together, alone)]
    assert widths[0] > 2.5 * widths[1]
