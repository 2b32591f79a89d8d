from typing import get_args

import pytest

from tuner.support.intake.intake import FIELDS, parse
from tuner.support.intake.missing import known, missing
from tuner.support.intake.question_letter import ASKED_AT_ONCE, question
from tuner.support.intake.questions import QUESTIONS
from tuner.support.log import Kind

NOTHING = known(set(), recording=False, settings=False)


def names(kind: Kind, *said: str) -> list[str]:
    return [one.question.name for one in missing(NOTHING | set(said), kind)]


def test_every_field_but_the_heading_has_a_question() -> None:
    asked = {one.name for one in QUESTIONS}
    assert asked - {"recording", "settings"} == set(FIELDS) - {"title", "customer", "language"}
    assert len(asked) == len(QUESTIONS)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_most_useful_question_is_first(kind: Kind) -> None:
    worths = [one.worth for one in missing(NOTHING, kind)]
    assert worths == sorted(worths, reverse=True)
    assert len(worths) == len(QUESTIONS)


def test_the_most_useful_question_depends_on_the_kind_of_case() -> None:
    assert names("quality")[:3] == ["users_report", "recording", "settings"]
    assert names("integration")[:2] == ["users_report", "steps"]
    assert names("integration").index("recording") > names("integration").index("sdk_version")


def test_known_fields_are_not_asked_again() -> None:
    assert "users_report" not in names("quality", "users_report")
    said = known({"users_report"}, recording=True, settings=False)
    assert missing(said, "quality")[0].question.name == "settings"
    everything = known(set(FIELDS), recording=True, settings=True)
    assert missing(everything, "scenario") == ()


def test_the_letter_asks_the_most_useful_questions_in_both_languages() -> None:
    intake = parse({"title": "慢 tutor", "customer": "Li", "users_report": "slow"}, "form")
    lacking = missing(known(intake.answered.keys(), recording=False, settings=False), "quality")
    english, chinese = question(intake, lacking, "en"), question(intake, lacking, "zh")
    assert english.startswith("Hello Li,\n")
    assert '"慢 tutor"' in english
    assert english.count("\n1. Please send a recording") == 1
    assert f"\n{ASKED_AT_ONCE}. " in english
    assert f"\n{ASKED_AT_ONCE + 1}. " not in english
    assert chinese.startswith("Li 您好：\n")
    assert "1. 请提供能复现问题的通话记录" in chinese
    assert "keys" in english
    assert "密钥" in chinese


def test_one_question_is_put_in_the_singular_and_none_gives_no_letter() -> None:
    intake = parse({}, "form")
    lacking = missing(known(set(FIELDS) - {"tried"}, recording=True, settings=True), "quality")
    assert "we need one thing:" in question(intake, lacking, "en")
    assert "以下信息：" in question(intake, lacking, "zh")
    assert "keys" not in question(intake, lacking, "en")
    assert question(intake, (), "en") == ""
