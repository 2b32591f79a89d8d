"""Where the goal stands among turns without an answer, or next to them, it says nothing of a change."""

import numpy as np
import pytest

from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.diagnosis import Diagnosis, diagnose, sections
from tuner.statistics.limits import limits_with
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = 1200
WAITING = Settings().replace({"endpointing.silence_ms": 3000, "endpointing.max_silence_ms": 3000})


def mute(share: float) -> Columns:
    """Turns of which this share gets no answer, whatever the settings are."""
    turns = simulate(Profile.load("receptionist"), TURNS, seed=2)
    dead = np.random.default_rng(1).permutation(TURNS) < share * TURNS
    ttft = np.where(dead[:, None], np.inf, turns.ttft_ms)
    return turns.replace(ttft_ms=ttft, fallback_ttft_ms=np.full(TURNS, np.inf))


def diagnosed(share: float, settings: Settings = WAITING) -> Diagnosis:
    turns = mute(share)
    return diagnose(turns, turns, settings, DEFAULT_GOAL, limits_with(()))


@pytest.mark.parametrize("share", [0.0, 0.05, 0.051, 0.2])
def test_every_lever_has_a_finite_range(share: float) -> None:
    found = diagnosed(share)
    levers = (*found.levers, *found.together, *found.against_stalls)
    assert levers
    assert [one.values for one in levers if one.gain.low is None or one.gain.high is None] == []


@pytest.mark.parametrize("share", [0.05, 0.06, 0.2])
def test_a_wait_that_costs_everybody_time_is_found_on_average_where_p95_gets_no_answer(share: float) -> None:
    found = diagnosed(share)
    lever = next(one for one in found.levers if "endpointing.silence_ms" in one.values)
    assert lever.goal.text == "mean"
    assert lever.gain.low is not None
    assert lever.gain.low > 50
    (first, *others) = sections(found)["What the settings cost now"]
    assert first.startswith("At p95 no time can be given: ")
    assert "on average" in others[0]


def test_where_p95_is_answered_for_sure_it_decides() -> None:
    found = diagnosed(0.01)
    assert {one.goal.text for one in (*found.levers, *found.together)} == {"p95"}
    assert "no time can be given" not in str(sections(found))


def test_a_remedy_s_cost_is_reported_on_average_too() -> None:
    text = " ".join(sections(diagnosed(0.05, Settings()))["Limits missed now"])
    assert "at p95" not in text


def test_stalls_are_reported_at_the_furthest_quantile_that_is_answered_for_sure() -> None:
    settings = Settings().replace({"endpointing.silence_ms": 900, "llm.timeout_ms": 8000})
    turns = simulate(Profile.load("support-call"), 4000, seed=0)
    found = diagnose(turns, turns, settings, DEFAULT_GOAL, limits_with(()))
    (retries,) = (one for one in found.against_stalls if "llm.hedge" in one.values)
    assert retries.goal.text in ("p98.5", "p98")
    assert retries.gain.low is not None
    assert retries.gain.low > 0
