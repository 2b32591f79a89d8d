"""A log that is censored as an agent's log is, completed and replayed, gives the times that it holds."""

import numpy as np
from hypothesis import given
from hypothesis import settings as examples

from pipeline.completion import complete
from pipeline.kernel.batch import Batch
from pipeline.simulation import censor
from pipeline.turns.builder import from_turns
from pipeline.turns.rows import turn_dict
from stages.turn import Turn
from tests.pipeline.simulation.test_censoring import TUTOR, answered
from tests.strategies import settings, turns


@given(turns(), settings())
@examples(max_examples=200)
def test_a_log_of_any_turn_under_any_settings_replays_to_the_response_time_it_holds(turn, settings):
    seen = censor(from_turns([turn]), settings)
    replayed = Batch(complete(seen, 1, TUTOR, settings).columns).outcomes(settings)
    np.testing.assert_allclose(answered(replayed), seen.response_ms, rtol=0, atol=1e-6)
    Turn.model_validate(turn_dict(seen, 0))
