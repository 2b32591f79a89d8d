"""A tutor who waits too long, as a log of it would show."""

import pytest

from pipeline.columns import Columns
from pipeline.completion import complete
from pipeline.simulation import Profile, censor, simulate
from stages.settings import Settings
from tuner.diagnosis import Diagnosis, diagnose
from tuner.limits import limits_with
from tuner.objective import DEFAULT_GOAL

SLOW = Settings().replace(
    {
        "endpointing.silence_ms": 2000,
        "endpointing.max_silence_ms": 4000,
        "endpointing.eot_threshold": 0.5,
        "barge_in.mode": "append",
        "llm.timeout_ms": 60000,
        "tts.timeout_ms": 20000,
        "playout.prebuffer_ms": 200,
    }
)


@pytest.fixture(scope="session")
def recording() -> Columns:
    return censor(simulate(Profile.load("ai-tutor"), 1200, seed=3), SLOW)


@pytest.fixture(scope="session")
def turns(recording: Columns) -> Columns:
    return complete(recording, 0).columns


@pytest.fixture(scope="session")
def found(recording: Columns, turns: Columns) -> Diagnosis:
    return diagnose(recording, turns, SLOW, DEFAULT_GOAL, limits_with(()))
