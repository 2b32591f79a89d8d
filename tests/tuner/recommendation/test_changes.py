import numpy as np
import pytest

from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.recommendation.changes import WORTH, Change, changes, simplified
from tuner.search.assessment import Assessor
from tuner.space.space import Points, space_of
from tuner.space.vary import parse_vary
from tuner.statistics.limits import Limit, default_limits
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
BATCH = Batch(TURNS, threads=1)
VARIED = (
    "endpointing.silence_ms=200:1200:20",
    "barge_in.resume_ms=null,500",
    "tts.timeout_ms=1000:5000:1000",
    "playout.prebuffer_ms=0:100:20",
)
SPACE = space_of(TURNS, TURNS, Settings(), default_limits(), [one for text in VARIED for one in parse_vary(text)])


def assessor(*limits: Limit) -> Assessor:
    return Assessor(BATCH, DEFAULT_GOAL, limits, confidence=None)


def point(**changed: object) -> Points:
    found = SPACE.home.copy()
    for name, value in changed.items():
        axis = SPACE.names.index(name.replace("__", "."))
        found[axis] = SPACE.dimensions[axis].values.index(value)
    return found


def goal(at: Points) -> float:
    return float(assessor()(SPACE.rows(at[None, :])).goal_ms[0])


FASTER = {"endpointing__silence_ms": 540}
IDLE = {"tts__timeout_ms": 4000, "barge_in__resume_ms": 500}


def test_changes_that_bring_nothing_are_taken_back() -> None:
    found = simplified(assessor(), SPACE, point(**FASTER, **IDLE))
    assert np.array_equal(found, point(**FASTER))


def test_a_change_that_costs_is_taken_back_and_the_goal_with_it() -> None:
    found = simplified(assessor(), SPACE, point(**FASTER, playout__prebuffer_ms=60))
    assert np.array_equal(found, point(**FASTER))


def test_nothing_but_idle_changes_leads_home() -> None:
    assert np.array_equal(simplified(assessor(), SPACE, point(**IDLE)), SPACE.home)


def test_what_is_taken_back_costs_next_to_nothing_all_together() -> None:
    whole = point(**FASTER, **IDLE, playout__prebuffer_ms=20)
    assert goal(simplified(assessor(), SPACE, whole)) <= goal(whole) * (1 + WORTH)


def test_a_change_that_a_limit_needs_stays_though_it_costs_time() -> None:
    slow = point(endpointing__silence_ms=740)
    limit = Limit("cut_off_rate", float(assessor()(SPACE.rows(slow[None, :])).cut_off_rate[0]))
    judge = assessor(limit)
    assert np.array_equal(simplified(judge, SPACE, slow), slow)
    (found,) = changes(judge, SPACE, slow)
    assert (found.name, found.worth_ms, found.needed_for) == ("endpointing.silence_ms", None, "cut_off_rate")


def test_a_change_is_worth_what_taking_it_back_alone_would_lose() -> None:
    at = point(**FASTER, playout__prebuffer_ms=20)
    found = changes(assessor(), SPACE, at)
    assert [one.name for one in found] == ["endpointing.silence_ms", "playout.prebuffer_ms"]
    wait, buffer = found
    assert (wait.before, wait.after) == (640, 540)
    assert wait.worth_ms == pytest.approx(goal(point(playout__prebuffer_ms=20)) - goal(at))
    assert buffer.worth_ms == pytest.approx(goal(point(**FASTER)) - goal(at))


def test_home_changes_nothing() -> None:
    assert changes(assessor(), SPACE, SPACE.home) == ()


def test_a_change_is_written_with_what_it_is_needed_for() -> None:
    found = Change("filler.after_ms", None, 900, None, "dead_air_rate").json_dict()
    expected = {"name": "filler.after_ms", "before": None, "after": 900, "worth_ms": None}
    assert found == expected | {"needed_for": "dead_air_rate", "raises": ""}
