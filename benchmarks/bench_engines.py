"""Turn-evaluations a second of the batch kernel, the streaming pipeline, and a plain SimPy model of the same rules.

5,000 simulated turns under 200 settings, with p50, p95 and all rates. First the results of the three are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import NamedTuple

import numpy as np
import pytest

from benchmarks.rates import Rated
from benchmarks.simpy_model import TurnModel
from pipeline.figures.outcome import Outcome
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.streaming import reading, stream
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at
from stages.arrays import Floats
from stages.settings import Settings
from stages.turn import Turn
from stages.vector import decode
from tuner.search.assessment import Assessor
from tuner.search.budget import Budget
from tuner.search.search import search
from tuner.space.space import space_of
from tuner.statistics.limits import default_limits
from tuner.statistics.objective import DEFAULT_GOAL

PROFILE, TURNS, SETTINGS = "support-call", 5_000, 200
QUANTILES = (0.5, 0.95)
SAMPLE_TURNS, SAMPLE_SETTINGS = 100, 10
"""What the slow ones are timed and checked on."""


class Work(NamedTuple):
    """Turns and settings to evaluate."""

    columns: Columns
    rows: dict[str, Floats]


@pytest.fixture(scope="module")
def work() -> Work:
    """Settings from the whole search space, as at the start of a search, and settings as at its end."""
    columns, limits = simulate(Profile.load(PROFILE), TURNS, seed=1), default_limits()
    space = space_of(columns, columns, Settings(), limits)
    anywhere = np.random.default_rng(1).integers(0, space.sizes, size=(SETTINGS, len(space)))
    assessor = Assessor(Batch(columns), DEFAULT_GOAL, limits)
    tried = search(assessor, space, 1, Budget(evaluations=3000)).points[-SETTINGS:]
    return Work(columns, {"anywhere": space.rows(anywhere), "near the best": space.rows(tried)})


@pytest.fixture(scope="module")
def sample(work: Work) -> list[tuple[Turn, Settings]]:
    """Some turns under some settings, for the comparison of the three."""
    turns = work.columns.take(np.arange(0, TURNS, TURNS // SAMPLE_TURNS))
    batch, every = Batch(turns), work.rows["anywhere"][:: SETTINGS // SAMPLE_SETTINGS]
    pairs = []
    for settings in map(decode, every):
        outcomes = batch.outcomes(settings)
        for i in range(len(turns)):
            turn, expected = turn_at(turns, i), flat(outcomes.outcome(i))
            assert flat(reading.outcome(stream.run(turn, settings))) == pytest.approx(expected, abs=1e-6), turn.id
            found = asdict(TurnModel(turn, settings).run())
            assert found == pytest.approx({name: expected[name] for name in found}, abs=1e-6), turn.id
            pairs.append((turn, settings))
    return pairs


def flat(outcome: Outcome) -> dict[str, float | None]:
    """Every field by itself; the only stop time, or none."""
    fields = outcome.json_dict()
    parts, stops = fields.pop("parts") or {}, fields.pop("stop_ms")
    return fields | parts | {"stop_ms": stops[0] if stops else None}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("settings", ["anywhere", "near the best"])
def test_batch_kernel(rated: Rated, work: Work, settings: str, threads: int) -> None:
    batch, rows = Batch(work.columns, threads), work.rows[settings]
    batch.evaluate(rows[:1])
    label = f"batch kernel, {threads} thread{'s' * (threads > 1)}, settings {settings}"
    rated(label, TURNS * SETTINGS, lambda: batch.evaluate(rows, QUANTILES), rounds=30)


@pytest.mark.parametrize("engine", ["streaming pipeline", "SimPy model"])
def test_one_turn_at_a_time(rated: Rated, sample: list[tuple[Turn, Settings]], engine: str) -> None:
    one: dict[str, Callable[[Turn, Settings], object]] = {
        "streaming pipeline": lambda turn, settings: reading.outcome(stream.run(turn, settings)),
        "SimPy model": lambda turn, settings: TurnModel(turn, settings).run(),
    }
    rated(engine, len(sample), lambda: [one[engine](turn, settings) for turn, settings in sample], rounds=3)


def test_one_setting_changed_on_100_000_turns(benchmark) -> None:
    """From a changed setting to new figures, all quantiles and rates: under 20 ms."""
    batch = Batch(simulate(Profile.load(PROFILE), 100_000, seed=2))
    values = iter(range(300, 3000))
    batch.figures(Settings())

    def changed() -> tuple[tuple[Settings], dict[str, object]]:
        return (Settings().replace({"endpointing.silence_ms": next(values)}),), {}

    benchmark.pedantic(batch.figures, setup=changed, rounds=30)
