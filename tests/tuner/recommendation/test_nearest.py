import numpy as np

from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.recommendation.nearest import Nearest, nearest
from tuner.search.assessment import OUTSIDE, Assessment
from tuner.space.space import space_of
from tuner.space.vary import parse_vary
from tuner.statistics.limits import Limit, default_limits

TURNS = simulate(Profile.load("receptionist"), 40, seed=2)
SPACE = space_of(TURNS, TURNS, Settings(), default_limits(), parse_vary("endpointing.silence_ms=200:1200:100"))
CUT_OFFS, SPEED = Limit("cut_off_rate", 0.03), Limit("response_ms.p95", 900)
LIMITS = (CUT_OFFS, SPEED)


def nearest_of(*uppers: tuple[float, float], goals: tuple[float, ...] | None = None) -> tuple[Nearest, ...]:
    """The nearest where these were the bounds of the points 0, 1, 2 ..., the first the best try."""
    n = len(uppers)
    score, nothing = OUTSIDE + np.arange(n, dtype=np.float64), np.zeros(n)
    goal = np.array(goals or (800.0,) * n)
    seen = Assessment(goal, np.array(uppers), score, nothing, nothing, nothing)
    return nearest(LIMITS, SPACE, np.arange(n)[:, None], seen)


def test_a_limit_that_binds_alone_names_the_least_reached_with_the_others_kept() -> None:
    (found,) = nearest_of((0.05, 890), (0.04, 899), (0.01, 2000), (0.035, 950))[:1]
    assert (found.limit, found.value, found.others_kept) == (CUT_OFFS, 0.04, True)
    assert found.settings.endpointing.silence_ms == 300
    assert found.sentence() == "cut_off_rate <= 3% cannot be met: the nearest is 4%, with the others kept"


def test_each_limit_that_binds_is_named_the_nearest_first() -> None:
    found = nearest_of((0.09, 890), (0.01, 990))
    assert [(one.limit.name, one.value) for one in found] == [("response_ms.p95", 990), ("cut_off_rate", 0.09)]


def test_where_none_keeps_the_others_those_of_the_best_try_are_reported() -> None:
    found = nearest_of((0.05, 950), (0.04, 3000))
    assert [(one.limit, one.value, one.others_kept) for one in found] == [(CUT_OFFS, 0.05, False), (SPEED, 950, False)]
    assert found[0].sentence().endswith("the nearest is 5%, though others are missed then too")
    assert found[1].settings.endpointing.silence_ms == 200


def test_settings_that_leave_the_goal_unanswered_do_not_count() -> None:
    (found,) = nearest_of((0.05, 890), (0.04, 890), goals=(800.0, np.inf))
    assert found.value == 0.05


def test_it_is_written_with_its_settings() -> None:
    found = nearest_of((0.05, 890))[0].json_dict()
    assert (found["name"], found["limit"], found["nearest"], found["others_kept"]) == ("cut_off_rate", 0.03, 0.05, True)
    assert found["settings"]["endpointing"]["silence_ms"] == 200


def test_where_the_goal_falls_on_an_unanswered_turn_no_limit_is_to_blame() -> None:
    assert nearest_of((0.01, 800), (0.02, 850), goals=(np.inf, np.inf)) == ()
