"""What is wrong, what to change, and what that costs: three lines for every kind of recording."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.completion.fit import Fit
from pipeline.turns.columns import Columns
from stages.i18n import say, translate
from tests.slow_agent import SLOW
from tuner.diagnosis import Diagnosis, diagnose
from tuner.diagnosis.levers import Lever, Price
from tuner.diagnosis.paths import Harm
from tuner.diagnosis.remedies import Remedy
from tuner.diagnosis.words.in_short import InShort, in_short
from tuner.statistics.bootstrap import Interval
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import Limit, limits_with
from tuner.statistics.objective import DEFAULT_GOAL, parse_goal
from tuner.statistics.verdict import Verdict

LATE = Fit(200, 200, 0, 5493.0, 5900.0, 1717.0, 3794.0, 4000.0, 3794.0, 0.7)
SOONER = Fit(200, 200, 0, 1286.0, 1456.0, 1267.0, -10.0, 90.0, 60.0, 0.0, sooner=69)

LATER = Lever(
    values={"endpointing.silence_ms": (640, 900)},
    goal=parse_goal("p95"),
    goal_ms=1600,
    gain=Interval(-258.0, -300.0, -200.0),
    prices=(Price(Limit("cut_off_rate", 0.03), 0.16, 0.02, 0.029),),
)


def missed(name: str, estimate: float, limit: float, change: Lever | None, trade: Lever | None = None) -> Remedy:
    verdict = Verdict(Limit(name, limit), "missed", estimate, estimate, 400, 400.0, None)
    return Remedy(verdict, change, trade)


def three_lines(found: Diagnosis, **changes: Any) -> list[str]:
    return [translate(line, "en") for line in in_short(replace(found, **changes)).lines]


def test_time_that_no_stage_explains_comes_before_any_setting(found: Diagnosis) -> None:
    wrong, change, cost = three_lines(found, fit=LATE)
    assert "3,794 ms of the 5,493 ms measured at the median are explained by no stage and no setting" in wrong
    assert "log when the reply's audio is at hand" in change
    assert "worth relying on" in cost


def test_turns_that_were_too_soon_send_the_reader_to_the_log(found: Diagnosis) -> None:
    wrong, change, _ = three_lines(found, fit=SOONER)
    assert "69 of 200 turns were answered sooner" in wrong
    assert "check the settings in force" in change


def test_the_limit_that_is_missed_by_most_is_named_with_its_mend_and_price(found: Diagnosis) -> None:
    two = (missed("dead_air_rate", 0.06, 0.05, None), missed("cut_off_rate", 0.16, 0.03, LATER))
    wrong, change, cost = three_lines(found, remedies=two)
    assert (
        wrong == "What is wrong: users cut off 16%, where the limit is 3%; dead air over 3 s 6%, where the limit is 5%."
    )
    assert change == "What to change: endpointing.silence_ms 900 ms (now 640 ms)."
    assert cost == "What it costs: it answers 258 ms later at p95 (95%: 200 to 300); no limit comes nearer."


def test_a_change_that_breaks_another_limit_says_so_and_names_the_search(found: Diagnosis) -> None:
    dearer = replace(LATER, prices=(Price(Limit("dead_air_rate", 0.05), 0.04, 0.07, 0.09),))
    _, change, cost = three_lines(found, remedies=(missed("cut_off_rate", 0.16, 0.03, None, dearer),))
    assert "endpointing.silence_ms 900 ms" in change
    assert "dead air over 3 s at 7% (now 4%, at most 9%; limit 5%)" in cost
    assert cost.endswith("`turntempo tune` looks for settings that keep all limits.")


def test_where_no_single_change_mends_it_the_search_is_the_next_step(found: Diagnosis) -> None:
    _, change, _ = three_lines(found, remedies=(missed("cut_off_rate", 0.16, 0.03, None),))
    assert "no single setting" in change
    assert "`turntempo tune`" in change


def test_without_a_missed_limit_the_dearest_setting_is_reported_with_what_it_costs_to_mend(found: Diagnosis) -> None:
    lever = replace(LATER, gain=Interval(300.0, 250.0, 350.0), goal_ms=1000.0)
    wrong, _, cost = three_lines(found, remedies=(), levers=(lever,), together=())
    assert "no limit is missed; the silence the agent waits for before it answers costs 300 ms at p95" in wrong
    assert "it answers 300 ms sooner at p95 (95%: 250 to 350)" in cost


def test_nothing_to_mend_is_said_as_such(found: Diagnosis) -> None:
    lines = three_lines(found, remedies=(), levers=(), together=(), verdicts=())
    assert lines[1:] == ["What to change: nothing.", "What it costs: nothing."]


def test_limits_that_the_recording_cannot_show_are_not_called_kept(found: Diagnosis) -> None:
    unknown = Verdict(
        Limit("cut_off_rate", 0.03), "not shown", None, None, 0, 0.0, None,
        say("verdict.not_recorded", field="speech.pauses"), unknown=True,
    )  # fmt: skip
    wrong, change, _ = three_lines(found, remedies=(), levers=(), together=(), verdicts=(unknown,))
    assert wrong == "What is wrong: not known from this recording: users cut off."
    assert "record `speech.pauses`" in change


@pytest.mark.parametrize(("value", "said"), [(None, "cannot show it"), (0.0, "but not in these turns")])
def test_a_complaint_that_the_turns_do_not_show_is_answered_with_what_to_record(
    found: Diagnosis, value: float | None, said: str
) -> None:
    harm = Harm("cut-off", Estimate("cut_off_rate", value, None, None, 400), ())
    wrong, change, _ = three_lines(found, harm=harm)
    assert said in wrong
    assert "no setting yet" in change


def test_a_complaint_comes_before_limits_that_are_missed_by_more(recording: Columns, turns: Columns) -> None:
    found = diagnose(recording, turns, SLOW, DEFAULT_GOAL, limits_with(()), complaint="cut-off")
    assert found.remedies
    assert in_short(found).lines[0].startswith("What is wrong: the agent cuts users off")
    assert found.cure is not None


def test_the_change_is_named_in_the_words_that_are_asked_for(found: Diagnosis) -> None:
    two = (missed("cut_off_rate", 0.16, 0.03, LATER),)
    short: InShort = in_short(replace(found, remedies=two), lambda moves: say("value.null"))
    assert short.change == "What to change: null."


def test_the_lines_are_said_in_chinese(found: Diagnosis) -> None:
    lines = [translate(line, "zh") for line in in_short(found).lines]
    assert [line.partition("：")[0] for line in lines] == ["问题所在", "建议更改", "代价"]


def test_a_change_that_mends_another_limit_than_the_worst_says_what_it_is_for(found: Diagnosis) -> None:
    two = (missed("cut_off_rate", 0.16, 0.03, None), missed("dead_air_rate", 0.06, 0.05, LATER))
    wrong, change, _ = three_lines(found, remedies=two)
    assert wrong.startswith("What is wrong: users cut off 16%")
    assert change == "What to change: endpointing.silence_ms 900 ms (now 640 ms), against dead air over 3 s."


def test_more_requests_stand_behind_what_users_live_through(found: Diagnosis) -> None:
    two = (missed("llm_starts_per_turn", 2.9, 1.2, LATER), missed("dead_air_rate", 0.06, 0.05, LATER))
    assert three_lines(found, remedies=two)[0].startswith("What is wrong: dead air over 3 s 6%")
