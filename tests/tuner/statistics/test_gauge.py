import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.kernel.tally import response_times
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.statistics.gauge import gauge
from tuner.statistics.intervals import estimates
from tuner.statistics.limits import default_limits, parse_limit
from tuner.statistics.verdict import verdicts

BATCH = Batch(simulate(Profile.load("receptionist"), 400, seed=2), threads=1)
HASTY = Settings().replace({"endpointing.silence_ms": 300, "llm.timeout_ms": 900, "barge_in.min_speech_ms": 100})
LIMITS = (*default_limits(), parse_limit("p95=900"), parse_limit("stop_ms.p95=700"))


def test_a_gauge_gives_the_figures_of_a_replay() -> None:
    found, outcomes = gauge(BATCH, HASTY, LIMITS), BATCH.outcomes(HASTY)
    assert found.figures == estimates(outcomes, BATCH.columns.session)
    assert np.array_equal(found.response_ms, response_times(outcomes))


def test_a_gauge_gives_the_verdicts_on_limits() -> None:
    assert gauge(BATCH, HASTY, LIMITS).verdicts == verdicts(BATCH, HASTY, LIMITS)


def test_a_gauge_knows_which_figure_has_a_limit() -> None:
    found = gauge(BATCH, HASTY, LIMITS)
    verdict = found.verdict("cut_off_rate")
    assert verdict is not None
    assert (verdict.limit.value, verdict.estimate) == (0.03, found.figures["cut_off_rate"].value)
    assert found.verdict("filler_rate") is None


def test_dead_air_is_that_of_the_answers_that_were_measured() -> None:
    turns = BATCH.columns
    times = response_times(BATCH.outcomes(HASTY))
    for measured_ms, share in ((3500.0, 1.0), (900.0, 0.0)):
        recorded = turns.replace(response_ms=np.full(len(turns), measured_ms))
        batch = Batch(recorded, threads=1)
        by_measure, by_model = gauge(batch, HASTY, LIMITS, in_force=True), gauge(batch, HASTY, LIMITS)
        early = float((BATCH.outcomes(HASTY).first_sound_ms < times).mean())
        assert by_measure.figures["dead_air_rate"].value == pytest.approx(share, abs=early)
        assert by_model.figures["dead_air_rate"] == gauge(BATCH, HASTY, LIMITS).figures["dead_air_rate"]


def test_where_half_the_answers_were_measured_dead_air_is_of_both() -> None:
    turns, outcomes = BATCH.columns, BATCH.outcomes(HASTY)
    measured = np.arange(len(turns)) % 2 == 0
    batch = Batch(turns.replace(response_ms=np.where(measured, 9000.0, np.nan)), threads=1)
    found = gauge(batch, HASTY, LIMITS, in_force=True).figures["dead_air_rate"].value
    late = np.where(outcomes.lost > 0, True, outcomes.first_sound_ms > 3000)
    early = outcomes.first_sound_ms < outcomes.response_ms
    expected = np.where(measured, np.where(early, outcomes.first_sound_ms > 3000, True), late)
    assert found == pytest.approx(float(expected.mean()))
