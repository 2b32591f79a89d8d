import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from stages.vector import encode
from tuner.recommendation.in_force import no_worse, raised
from tuner.search.assessment import Assessor
from tuner.statistics.limits import Limit, default_limits, limits_with, parse_limit
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
BATCH = Batch(TURNS, threads=1)
ROW = encode(Settings())[None, :]


def held(limits: tuple[Limit, ...], settings: Settings | None = None) -> dict[str, Limit]:
    bounds, seen = (Assessor(BATCH, DEFAULT_GOAL, limits, confidence) for confidence in (0.95, None))
    return {limit.name: limit for limit in no_worse(bounds, seen, settings or Settings())}


def test_a_default_that_the_settings_in_force_miss_is_raised_to_what_they_reach() -> None:
    found = held(default_limits())
    missed = found["cut_off_rate"]
    assert missed.origin == "in force"
    assert missed.value > (BATCH.figures(Settings()).cut_off_rate or 0)
    judge = Assessor(BATCH, DEFAULT_GOAL, tuple(found.values()))
    assert judge(ROW).uppers[0, 0] == pytest.approx(missed.value, abs=2e-6)


def test_the_settings_in_force_keep_every_limit_raised_to_them() -> None:
    found = tuple(held(default_limits()).values())
    uppers = Assessor(BATCH, DEFAULT_GOAL, found)(ROW).uppers[0]
    assert all(upper <= limit.value for upper, limit in zip(uppers, found, strict=True) if limit.origin == "in force")


def test_a_default_that_they_keep_stands_though_it_is_not_shown() -> None:
    found = held(default_limits())
    assert found["failed_rate"] == Limit("failed_rate", 0.01, "default")
    assert found["false_start_rate"].origin == "default"  # 1.5 % seen of 3 %, 3.1 % at most


def test_what_the_user_asks_for_is_asked_for() -> None:
    asked = limits_with([parse_limit("cut_off_rate=3%"), parse_limit("p95=300")])
    found = held(asked)
    assert found["cut_off_rate"] == Limit("cut_off_rate", 0.03, "given")
    assert found["response_ms.p95"].value == 300


def test_those_raised_are_distinguished() -> None:
    found = tuple(held(default_limits()).values())
    names = {limit.name for limit in raised(found)}
    assert "cut_off_rate" in names
    assert "failed_rate" not in names
    assert raised(default_limits()) == ()
    assert np.isfinite([limit.value for limit in found]).all()
