from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.recommendation.against import recommend_against
from tuner.recommendation.recommendation import Task
from tuner.recommendation.sentences import sentences
from tuner.search.budget import Budget
from tuner.statistics.limits import default_limits, limits_with, parse_limit
from tuner.statistics.objective import DEFAULT_GOAL
from tuner.targets import target

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


def test_what_the_other_limits_do_not_allow_is_mended_at_a_price_that_is_named() -> None:
    ultravox = target("ultravox")
    breathy = ultravox.as_deployed(BREATHY)
    task = Task(TURNS, breathy, DEFAULT_GOAL, default_limits(), budget=BUDGET, deployable=ultravox.deployable_space())
    found = recommend_against("false-stops", task, threads=1)
    before, after = found.tuning.before, found.tuning.after
    false, missed = "false_interrupt_rate", "missed_interrupt_rate"
    assert (after[false].value or 1) < 0.4 * (before[false].value or 0)
    assert (after[missed].value or 0) > 0.1 > (before[missed].value or 1)
    assert 300 <= (found.estimate or found.settings).barge_in.min_speech_ms <= 600
    said = sentences(found)[0]
    assert "missed interrupts" in said
    assert "the default limit is 10%" in said
    moved = {one.name for one in found.limits if one.origin == "complaint"}
    assert missed in moved
    assert any(
        one.startswith("Limits that the complaint sets, or that give way to mend it: ") for one in sentences(found)
    )


def test_a_limit_that_was_given_does_not_give_way() -> None:
    ultravox = target("ultravox")
    breathy = ultravox.as_deployed(BREATHY)
    given = limits_with([parse_limit("missed_interrupt_rate=10%")])
    task = Task(TURNS, breathy, DEFAULT_GOAL, given, budget=BUDGET, deployable=ultravox.deployable_space())
    found = recommend_against("false-stops", task, threads=1)
    assert (found.tuning.after["missed_interrupt_rate"].value or 1) <= 0.1
