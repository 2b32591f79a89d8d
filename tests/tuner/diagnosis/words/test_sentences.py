from dataclasses import replace
from typing import Any

import pytest

from stages.i18n import reasons
from stages.settings import NAMES, SETTINGS, UNPRICED
from tests.slow_agent import SLOW
from tuner.diagnosis import Diagnosis, sections
from tuner.diagnosis.levers import Lever, Price
from tuner.statistics.bootstrap import Interval
from tuner.statistics.limits import Limit
from tuner.statistics.objective import parse_goal
from tuner.statistics.vocabulary import moment, value


def lever(**changes: Any) -> Lever:
    plain = Lever(
        values={"endpointing.silence_ms": (1500, 700)},
        goal=parse_goal("p95"),
        goal_ms=1310,
        gain=Interval(790.4, 760.2, 820.0),
        prices=(Price(Limit("cut_off_rate", 0.03), 0.004, 0.021, 0.026),),
    )
    return replace(plain, **changes)


def said(found: Diagnosis, **changes: Any) -> list[str]:
    only = replace(found, levers=(lever(**changes),), together=(), against_stalls=())
    return sections(only)["What the settings cost now"]


def test_a_lever_reads_as_a_support_engineer_would_write_it(found: Diagnosis) -> None:
    assert said(found) == [
        "The silence the agent waits for before it answers (endpointing.silence_ms) is 1500 ms; 700 ms would answer "
        "790 ms sooner at p95 (95%: 760 to 820), with users cut off at 2.1% (now 0.4%, at most 2.6%; limit 3%)."
    ]


def test_a_lever_without_a_price_says_so(found: Diagnosis) -> None:
    assert said(found, prices=())[0].endswith("(95%: 760 to 820), and no limit comes nearer.")


def test_more_requests_are_reported_even_where_another_limit_is_nearer(found: Diagnosis) -> None:
    more = (*lever().prices, Price(Limit("llm_starts_per_turn", 1.2), 1.0, 1.025, 1.03))
    assert "and LLM requests a turn at 1.025 (now 1, at most 1.03; limit 1.2)." in said(found, prices=more)[0]


def test_one_session_has_no_range_and_it_is_said(found: Diagnosis) -> None:
    sentence = said(found, gain=Interval(790.4, None, None))[0]
    assert "would answer 790 ms sooner at p95 (one session: no range), with" in sentence


def test_several_settings_are_listed_with_what_they_are_now(found: Diagnosis) -> None:
    sentence = said(found, values={"llm.attempts": (1, 2), "llm.hedge": (False, True)})[0]
    assert sentence.startswith("llm.attempts 2 (now 1), llm.hedge on (now off): together they would answer 790 ms")


def test_every_setting_that_a_search_may_move_has_words() -> None:
    assert {name for name, one in SETTINGS.items() if one.subject} == set(NAMES) - set(UNPRICED)


def test_every_setting_is_reported_in_chinese() -> None:
    texts = {text for one in SETTINGS.values() for text in (one.meaning, one.subject) if text}
    assert sorted(texts - reasons("zh").keys()) == []


@pytest.mark.parametrize(
    ("goal", "phrase"), [("p95", "at p95"), ("mean", "on average"), ("0.5*p50+0.5*p95", "in 0.5*p50+0.5*p95")]
)
def test_the_goal_is_named(goal: str, phrase: str) -> None:
    assert moment(parse_goal(goal)) == phrase


def test_values_have_their_unit() -> None:
    assert [value("llm.timeout_ms", 900.0), value("llm.attempts", 2), value("llm.hedge", True)] == ["900 ms", "2", "on"]
    assert [value("filler.after_ms", None), value("barge_in.mode", "append")] == ["null", "append"]


def test_all_findings_are_sentences_under_headings(found: Diagnosis) -> None:
    under = sections(found)
    assert next(iter(under)) == "Limits missed now"
    assert "What no setting can fix" in under
    for text in (text for texts in under.values() for text in texts):
        assert text.endswith(".")
        assert "None" not in text
        assert "nan" not in text


def test_barge_in_that_is_on_is_reported_last_and_off_first(found: Diagnosis) -> None:
    assert sections(found)["Limits missed now"][0].startswith("Barge-in is off: users interrupted the agent")
    on = sections(replace(found, settings=SLOW, barge_in=replace(found.barge_in, on=True)))
    assert on["Barge-in"][0].startswith("Of ")


def test_where_it_cannot_be_promised_the_reason_is_reported(found: Diagnosis) -> None:
    unknown = replace(found.barge_in, remedy=None, remedy_figures=None, unjudged="nobody listened")
    (first, *_) = sections(replace(found, barge_in=unknown))["Limits missed now"]
    assert first.endswith("cannot be promised: nobody listened.")
