from dataclasses import replace
from typing import Any

import pytest

from pipeline.completion import NOT_MEASURED, CompletionReport, Fit
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from stages.settings import Settings
from tuner.pages.recommendation import recommendation_page
from tuner.recommendation.holdout import Judgement, judge
from tuner.recommendation.nearest import Nearest
from tuner.recommendation.recommendation import Recommendation, Task
from tuner.recommendation.sentences import answer_text, gain_text, sentences
from tuner.space.space import space_of
from tuner.statistics.bootstrap import Interval
from tuner.statistics.limits import Limit, default_limits, limits_with, parse_limit
from tuner.statistics.numbers import setting
from tuner.statistics.objective import DEFAULT_GOAL

TURNS = simulate(Profile.load("receptionist"), 400, seed=2)
FASTER = Settings().replace({"endpointing.silence_ms": 540})
LIMITS = limits_with([parse_limit("cut_off_rate=50%")])
SPACE = space_of(TURNS, TURNS, Settings(), LIMITS)
JUDGED = judge([Batch(TURNS, threads=1)], Settings(), FASTER, DEFAULT_GOAL, LIMITS, seed=1)


def found(**changes: Any) -> Recommendation:
    given: dict[str, Any] = {
        "task": Task(TURNS, Settings(), DEFAULT_GOAL, LIMITS),
        "status": "recommended",
        "settings": FASTER,
        "estimate": None,
        "limits": default_limits(),
        "space": SPACE,
        "changes": (),
        "tuning": JUDGED,
        "held_out": JUDGED,
        "nearest": (),
        "frontier": (),
        "filled_in": CompletionReport(0, None, {}, {}),
        "evaluations": 1500,
        "interrupted": False,
    }
    return Recommendation(**given | changes)


def shown(judged: Judgement, status: str) -> Judgement:
    """The judgement with only the verdicts of a status."""
    return replace(judged, verdicts=tuple(one for one in judged.verdicts if one.status == status))


@pytest.mark.parametrize(
    ("value", "text"), [(None, "null"), (True, "true"), (640.0, "640"), (0.25, "0.25"), (3, "3"), ("score", "score")]
)
def test_a_value_reads_as_its_file_has_it(value: object, text: str) -> None:
    assert setting(value) == text


@pytest.mark.parametrize(
    ("gain", "text"),
    [
        (Interval(1790.0, 741.0, 1842.0), "1,790 ms sooner (95 %: 741 to 1,842 ms, n = 1,503)"),
        (Interval(-20.0, None, None), "20 ms later (n = 1,503)"),
        (Interval(-20.0, -25.0, -8.0), "20 ms later (95 %: 8 to 25 ms, n = 1,503)"),
        (Interval(None, None, None), "gain not known: too many turns without an answer (n = 1,503)"),
    ],
)
def test_a_gain_says_how_much_and_how_sure(gain: Interval, text: str) -> None:
    assert gain_text(gain, 1503) == text


def test_where_turns_now_get_no_answer_the_gain_is_what_they_will_get() -> None:
    before = JUDGED.before | {"failed_rate": replace(JUDGED.before["failed_rate"], value=0.07)}
    judged = replace(JUDGED, before=before, gain=Interval(None, None, None))
    after = JUDGED.after["response_ms.p95"].value
    expected = f"p95 {after:,.0f} ms (n = 400), where now 7% of the turns get no answer at all"
    assert answer_text("p95", judged) == expected


def test_a_recommendation_leads_with_its_gain_on_held_out_turns() -> None:
    said = sentences(found(held_out=shown(JUDGED, "met")))
    assert said == [f"p95 {gain_text(JUDGED.gain, 400)}, on held-out turns."]


def test_a_later_answer_says_what_it_is_for() -> None:
    before = JUDGED.before | {"cut_off_rate": replace(JUDGED.before["cut_off_rate"], value=0.06)}
    after = JUDGED.after | {"cut_off_rate": replace(JUDGED.after["cut_off_rate"], value=0.04)}
    judged = shown(replace(JUDGED, before=before, after=after, gain=Interval(-20.0, -25.0, -8.0)), "met")
    said = sentences(found(held_out=judged, limits=(Limit("cut_off_rate", 0.07, "in force"),)))
    assert (
        said[1] == "It answers later to come nearer to limits that are missed now: users cut off 6% to 4% (limit 3%)."
    )
    assert not any(
        "later" in line for line in sentences(found(held_out=judged, limits=(Limit("cut_off_rate", 0.07),)))[1:]
    )


def test_a_goal_without_an_answer_is_no_fault_of_the_limits() -> None:
    said = sentences(found(status="infeasible", nearest=()))
    assert said[1].startswith("Under all of them p95 falls on a turn without an answer")


def test_without_held_out_turns_it_is_provisional() -> None:
    said = sentences(found(held_out=None))
    assert said[0].endswith("on the turns it was tuned on.")
    assert said[1] == "Provisional: 51 sessions, too few to hold some out (it takes 10)."
    assert "Provisional: 1 session," in sentences(found(held_out=None, tuning=replace(JUDGED, sessions=1)))[1]


def test_a_limit_missed_on_held_out_turns_is_said() -> None:
    said = sentences(found())[1:]
    assert len(said) == len(JUDGED.missed) > 0
    assert all(line.startswith("Missed on held-out turns: ") and line.endswith(": missed.") for line in said)


def test_nothing_better_says_to_keep_what_is() -> None:
    said = sentences(found(status="unchanged", held_out=None))[0]
    assert said.endswith("keep those in force.")


def test_too_few_turns_say_how_many_would_do() -> None:
    tuning = shown(JUDGED, "not shown")
    said = sentences(found(status="too small", tuning=tuning, held_out=None))
    needed = max(one.turns_needed or 0 for one in tuning.verdicts)
    assert needed > 400
    assert f"Too few turns (400) to show that any settings keep the limits: about {needed:,} turns" in said[0]
    assert said[1].startswith("On the estimates alone the best found answers p95 ")


def test_more_turns_are_not_asked_for_where_the_model_does_not_fit_what_was_measured() -> None:
    tuning = shown(JUDGED, "not shown")
    misfit = Fit(400, 400, 0, 5500.0, 5900.0, 1700.0, 3800.0, 4200.0, 3800.0)
    few = found(status="too small", tuning=tuning, held_out=None, fit=misfit)
    assert misfit.is_bad
    assert few.turns_needed is None
    said = " ".join(sentences(few))
    assert "more turns like these would not show it while the model does not fit what was measured" in said
    assert "Too few turns" not in said
    page = recommendation_page(few)
    assert "needs" not in " ".join(str(one) for one in page.only("limits"))
    assert "needs" in " ".join(str(one) for one in recommendation_page(replace(few, fit=NOT_MEASURED)).only("limits"))


def test_limits_that_cannot_be_met_name_the_nearest() -> None:
    nearest = Nearest(Limit("cut_off_rate", 0.03), 0.045, True, Settings())
    said = sentences(found(status="infeasible", nearest=(nearest,)))
    assert said == ["No settings tried meet these limits (1,500 were).", nearest.sentence()]


def test_an_interrupted_search_says_how_far_it_came() -> None:
    assert any("interrupted after 1,500 evaluations" in line for line in sentences(found(interrupted=True)))


def test_a_limit_raised_to_what_is_in_force_says_who_decides() -> None:
    limits = (Limit("cut_off_rate", 0.123, "in force"),)
    (said,) = sentences(found(limits=limits, held_out=shown(JUDGED, "met")))[1:]
    assert said.startswith("The settings in force already miss cut_off_rate: asked for no worse than they are, 12.3%")
    assert "A limit of your own replaces this one." in said
