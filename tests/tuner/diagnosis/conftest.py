"""The log of a tutor that waits too long."""

import pytest

from pipeline.completion import complete
from pipeline.simulation import Profile, censor, simulate
from pipeline.turns.columns import Columns
from tests.slow_agent import SLOW
from tuner.diagnosis import Diagnosis, diagnose
from tuner.statistics.limits import limits_with
from tuner.statistics.objective import DEFAULT_GOAL


@pytest.fixture(scope="session")
def recording() -> Columns:
    return censor(simulate(Profile.load("ai-tutor"), 1200, seed=3), SLOW)


@pytest.fixture(scope="session")
def turns(recording: Columns) -> Columns:
    return complete(recording, 0, None, SLOW).columns


@pytest.fixture(scope="session")
def found(recording: Columns, turns: Columns) -> Diagnosis:
    return diagnose(recording, turns, SLOW, DEFAULT_GOAL, limits_with(()))
