import numpy as np

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
