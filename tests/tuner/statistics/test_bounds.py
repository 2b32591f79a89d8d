import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.kernel.measured import Tally
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from stages.vector import encode
from tuner.statistics.bounds import ruled_out, tally_bound, tally_uppers
from tuner.statistics.confidence import rate_upper
from tuner.statistics.limits import Limit

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)


def tally(events: list[float], trials: list[float]) -> Tally:
    y, t = np.array(events), np.array(trials)
    return Tally(*(np.array([float(x)]) for x in (y.sum(), t.sum(), y @ y, y @ t, t @ t)))


def rows(**changes: object) -> np.ndarray:
    return encode(Settings().replace({name.replace("__", "."): value for name, value in changes.items()}))[None, :]


def test_clustered_turns_have_a_smaller_effective_number_and_a_wider_bound() -> None:
    limit = Limit("cut_off_rate", 0.03)
    spread, heaped = ([1.0] * 10 + [0.0] * 10, [5.0, 5.0] + [0.0] * 18)
    even = tally_bound(limit, tally(spread, [10.0] * 20), 20)
    odd = tally_bound(limit, tally(heaped, [10.0] * 20), 20)
    assert even.estimate == odd.estimate == 0.05
    assert even.n_effective == 200
    assert even.upper == rate_upper(0.05, 200)
    assert odd.n_effective < 60
    assert odd.upper > even.upper


def test_a_count_is_bounded_by_what_exceeds_one_a_turn() -> None:
    bound = tally_bound(Limit("llm_starts_per_turn", 1.2), tally([10.0] * 10, [10.0] * 10), 10)
    assert bound.estimate == 1
    assert bound.upper == pytest.approx(1 + 2.9957 / 100, abs=1e-5)


@pytest.mark.parametrize(
    ("figure", "never", "maybe"),
    [
        ("lost_rate", {}, {"barge_in__mode": "ignore"}),
        ("restarted_rate", {}, {"asr__late_final_ms": 200}),
        ("false_interrupt_rate", {"barge_in__mode": "append"}, {}),
        ("hiccup_rate", {}, {"barge_in__resume_ms": 500}),
        ("history_lost_rate", {}, {"llm__max_history": 3}),
        ("filler_rate", {}, {"filler__after_ms": 300}),
    ],
)
def test_a_figure_that_is_ruled_out_is_zero(figure: str, never: dict[str, object], maybe: dict[str, object]) -> None:
    both = np.concatenate([rows(**never), rows(**maybe)])
    assert ruled_out(figure, both).tolist() == [True, False]
    found = Batch(TURNS, threads=1).evaluate(both).tallies[figure]
    assert found.events[0] == 0
    uppers = tally_uppers(Limit(figure, 0.03), found, both, 51, 0.95)
    assert uppers[0] == 0
    assert uppers[1] > 0


def test_a_figure_that_can_be_above_zero_is_not_ruled_out() -> None:
    assert not ruled_out("cut_off_rate", rows()).any()


def test_without_a_confidence_the_bound_is_the_estimate() -> None:
    seen = tally([1.0, 0.0], [10.0, 10.0])
    assert tally_uppers(Limit("cut_off_rate", 0.03), seen, rows(), 2, None) == 0.05


def test_a_rate_without_trials_is_zero() -> None:
    assert tally_uppers(Limit("missed_interrupt_rate", 0.1), tally([0.0], [0.0]), rows(), 1, 0.95) == 0
