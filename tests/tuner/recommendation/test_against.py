from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.recommendation.against import recommend_against
from tuner.recommendation.recommendation import Task
from tuner.recommendation.sentences import sentences
from tuner.search.budget import Budget
from tuner.statistics.limits import default_limits, limits_with, parse_limit
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("support-call"), 3000, seed=6)
BREATHY = Settings().replace({"barge_in.min_speech_ms": 90})
BUDGET = Budget(evaluations=1200)


def test_who_complains_of_broken_off_speech_gets_that_mended_and_is_given_the_price() -> None:
    task = Task(TURNS, BREATHY, DEFAULT_GOAL, default_limits(), budget=BUDGET)
    found = recommend_against("false-stops", task, threads=1)
    before = found.tuning.before["false_interrupt_rate"].value or 0
    after = found.tuning.after["false_interrupt_rate"].value or 0
    assert found.status == "recommended"
    assert after < 0.6 * before
    assert sentences(found)[0].startswith("Against the complaint: false interrupts")


def test_a_limit_that_was_given_is_not_moved_by_a_complaint() -> None:
    given = limits_with([parse_limit("false_interrupt_rate=9%")])
    task = Task(TURNS, BREATHY, DEFAULT_GOAL, given, budget=BUDGET)
    found = recommend_against("false-stops", task, threads=1)
    assert {one.name: one.value for one in found.limits}["false_interrupt_rate"] == 0.09


def test_a_complaint_of_slow_answers_asks_for_what_is_asked_anyway() -> None:
    slow = Settings().replace({"endpointing.silence_ms": 2000})
    task = Task(TURNS, slow, DEFAULT_GOAL, default_limits(), budget=BUDGET)
    assert recommend_against("slow", task, threads=1).task.limits == task.limits
