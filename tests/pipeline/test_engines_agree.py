"""One definition, two engines: the streaming pipeline and the batch kernel give the same outcome for every turn.

`tests/laws` compares them on many more turns.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checking

from pipeline.kernel.batch import Batch
from pipeline.streaming import reading, stream
from pipeline.turns.builder import from_turns
from stages.settings import Settings
from stages.turn import Turn
from tests.strategies import exact, settings, turns

LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]


def by_batch(turn: Turn, under: Settings) -> dict[str, Any]:
    return flat(Batch(from_turns([turn]), threads=1).outcomes(under).outcome(0).json_dict())


def by_stream(turn: Turn, under: Settings) -> dict[str, Any]:
    return flat(reading.outcome(stream.run(turn, under)).json_dict())


def flat(outcome: dict[str, Any]) -> dict[str, Any]:
    """Every field apart, so that a disagreement names it."""
    parts, stops = outcome.pop("parts") or {}, outcome.pop("stop_ms")
    return outcome | parts | {f"stop_ms[{i}]": stop for i, stop in enumerate(stops)}


def agree(turn: Turn, under: Settings) -> None:
    assert by_stream(turn, under) == pytest.approx(by_batch(turn, under), abs=1e-6, rel=0)


@checking(max_examples=40, suppress_health_check=LARGE)
@given(turns(exact), settings(exact))
def test_both_engines_agree_on_random_turns(turn: Turn, under: Settings) -> None:
    agree(turn, under)
