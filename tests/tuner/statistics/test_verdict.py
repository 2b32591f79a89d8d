import numpy as np
import pytest
from scipy import stats

from pipeline.kernel.batch import Batch
from pipeline.kernel.loops import FIELDS
from pipeline.kernel.tally import measured, response_times
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.statistics.limits import parse_limit
from tuner.statistics.verdict import Verdict, exceedance_effect, quantile_values, verdicts

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
BATCH = Batch(TURNS, threads=1)
FIGURES = BATCH.figures(Settings())


def judged(text: str, settings: Settings | None = None, batch: Batch = BATCH) -> Verdict:
    return verdicts(batch, settings or Settings(), [parse_limit(text)])[0]


def test_a_rate_with_its_bound_below_the_limit_meets_it() -> None:
    found = judged("failed_rate=1%")
    assert (found.status, found.estimate, found.n, found.met) == ("met", 0.0, 400, True)
    assert found.upper == pytest.approx(1 - 0.05 ** (1 / 400))
    assert found.turns_needed == 299
    assert found.sentence() == "failed_rate <= 1%: 0% of 400, at most 0.746%: met"


def test_a_rate_above_its_limit_is_missed_and_no_number_of_turns_would_help() -> None:
    found = judged("cut_off_rate=3%")
    assert (found.status, found.turns_needed, found.met_on_estimate) == ("missed", None, False)
    assert found.estimate == FIGURES.cut_off_rate
    assert found.sentence().endswith(": missed")


def test_a_rate_met_on_the_estimate_alone_says_how_many_turns_would_show_it() -> None:
    found = judged("false_start_rate=3%")
    assert (found.status, found.met, found.met_on_estimate) == ("not shown", False, True)
    assert found.turns_needed is not None
    assert found.turns_needed > 400
    assert f"met on the estimate, not shown: needs {found.turns_needed} turns" in found.sentence()


def test_a_rate_at_its_limit_is_never_shown_to_keep_it() -> None:
    found = judged(f"cut_off_rate={FIGURES.cut_off_rate}")
    assert (found.status, found.turns_needed) == ("not shown", None)
    assert "no number of turns would show it" in found.sentence()


def test_an_impossible_event_meets_its_limit_with_any_number_of_turns() -> None:
    found = judged("filler_rate=1%")
    assert (found.status, found.upper, found.turns_needed) == ("met", 0.0, 1)
    assert found.sentence().endswith("met, as it cannot happen under these settings")


@pytest.mark.parametrize(
    ("text", "why"),
    [("missed_interrupt_rate=10%", "no user interrupted the agent"), ("stop_ms.p95=700", "no interrupt was handled")],
)
def test_without_interrupts_their_limits_are_kept(text: str, why: str) -> None:
    echoes = TURNS.replace(overlap_kind=np.full_like(TURNS.overlap_kind, 3))
    found = judged(text, batch=Batch(echoes, threads=1))
    assert (found.status, found.n, found.estimate, found.upper, found.met) == ("not judged", 0, None, None, True)
    assert found.sentence().endswith(f"not judged, as {why}")


def test_interrupts_are_the_trials_and_the_number_needed_is_given_in_turns() -> None:
    found = judged("missed_interrupt_rate=30%")
    assert found.n == BATCH.outcomes(Settings()).interrupts_met.sum() < 400
    assert found.status == "met"
    assert found.turns_needed is not None
    assert found.turns_needed > 400 / found.n


def test_a_count_is_bounded_beyond_the_first_request() -> None:
    found = judged("llm_starts_per_turn=5")
    assert found.status == "met"
    assert found.estimate == FIGURES.llm_starts_per_turn
    assert found.upper is not None
    excess = found.n_effective * ((FIGURES.llm_starts_per_turn or 0) - 1)
    assert found.upper == pytest.approx(1 + stats.gamma.ppf(0.95, excess + 1) / found.n_effective)


def test_a_quantile_is_bounded_by_a_higher_observed_value() -> None:
    found = judged("p95=1500")
    times = np.sort(response_times(BATCH.outcomes(Settings())))
    assert (found.status, found.estimate) == ("not shown", FIGURES.response_ms.p95)
    assert found.upper in times
    assert found.upper is not None
    assert found.upper > 1500
    assert found.turns_needed is not None
    assert judged("p95=1600").status == "met"
    assert judged("p95=1400").status == "missed"


def test_a_quantile_of_too_few_turns_has_no_bound() -> None:
    few = Batch(TURNS.take(np.arange(40)), threads=1)
    found = judged("p99=60000", batch=few)
    assert (found.status, found.upper) == ("not shown", None)
    assert found.turns_needed == 299


def test_a_quantile_that_falls_on_an_unanswered_turn_is_missed() -> None:
    silent = Batch(TURNS.replace(ttft_ms=np.full_like(TURNS.ttft_ms, np.inf)), threads=1)
    found = judged("p95=60000", batch=silent)
    assert (found.status, found.estimate, found.upper) == ("missed", None, None)
    assert "none of 400" in found.sentence()


def test_unanswered_turns_are_slower_than_any_other_and_stops_are_those_handled() -> None:
    outcomes = BATCH.outcomes(Settings())
    outcomes.table[0, FIELDS.index("failed")] = 1
    found = measured(outcomes, TURNS.session)
    times, session = quantile_values(found, "response_ms", TURNS.session)
    assert np.flatnonzero(np.isinf(times)).tolist() == [0]
    assert np.array_equal(times, response_times(outcomes))
    stops, owners = quantile_values(found, "stop_ms", TURNS.session)
    assert len(stops) == len(owners) == int((~np.isnan(outcomes.stop_ms)).sum())
    assert len(session) == len(TURNS)


def test_slow_turns_of_one_session_count_as_one() -> None:
    session = np.repeat(np.arange(400), 5).astype(np.int32)
    slow = np.random.default_rng(1).random(400) < 0.1
    assert exceedance_effect(np.repeat(slow * 1000.0, 5), session, 500) == pytest.approx(5, rel=0.01)
    assert exceedance_effect(np.random.default_rng(2).random(2000), session, 0.9) == pytest.approx(1, abs=0.15)


def test_a_verdict_is_written_with_all_its_fields() -> None:
    found = judged("failed_rate=1%").json_dict()
    assert found["name"] == "failed_rate"
    assert (found["limit"], found["origin"], found["status"]) == (0.01, "given", "met")
    assert found["sentence"].endswith("met")
