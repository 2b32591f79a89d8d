import pytest

from tuner.support.intake.intake import parse
from tuner.support.intake.triage import propose, triage
from tuner.support.log import Log


def proposed(**answers: str):
    return propose(parse(answers, "form"))


@pytest.mark.parametrize(
    ("report", "kind"),
    [
        ("The SDK crashes and we cannot join the channel: token invalid", "integration"),
        ("接入后编译失败", "integration"),
        ("How can we change the voice? Which parameter is it?", "feature"),
        ("请问怎么设置音色，文档在哪里", "feature"),
        ("It is slow: users wait for seconds, and there is an echo", "quality"),
        ("延迟很高，有回声", "quality"),
        ("Learners cannot interrupt the tutor, and it forgets the context", "scenario"),
        ("学生停顿思考时老师抢话，无法打断", "scenario"),
    ],
)
def test_the_customer_s_words_propose_the_kind(report: str, kind: str) -> None:
    assert proposed(users_report=report).kind == kind


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        ({"impact": "down", "environment": "production", "users_hit": "all"}, "P0"),
        ({"impact": "down", "environment": "production"}, "P0"),
        ({"impact": "down"}, "P0"),
        ({"impact": "down", "environment": "production", "users_hit": "3 of 2,000"}, "P1"),
        ({"impact": "down", "environment": "test", "users_hit": "all"}, "P1"),
        ({"impact": "broken", "environment": "production", "users_hit": "30%"}, "P1"),
        ({"impact": "degraded", "environment": "production"}, "P1"),
        ({"impact": "degraded", "environment": "production", "users_hit": "a few"}, "P2"),
        ({"impact": "broken", "environment": "test"}, "P2"),
        ({"impact": "minor", "environment": "production", "users_hit": "everyone"}, "P2"),
        ({"impact": "question"}, "P2"),
        ({"impact": "suggestion", "users_hit": "all"}, "P3"),
        ({}, "P2"),
    ],
)
def test_severity_depends_on_urgency_and_users_hit(answers: dict[str, str], severity: str) -> None:
    assert proposed(**answers).severity == severity


@pytest.mark.parametrize(
    ("report", "impact"),
    [
        ("Since noon the service is down", "down"),
        ("It doesn’t work on Android", "broken"),
        ("The answers are slow", "degraded"),
        ("It would be nice if slow answers had a filler", "suggestion"),
        ("What does silence_ms mean?", "question"),
        ("服务不可用", "down"),
        ("建议增加填充语", "suggestion"),
    ],
)
def test_without_an_impact_in_the_form_the_report_decides_the_urgency(report: str, impact: str) -> None:
    assert f"impact taken for {impact!r}, as the report says" in proposed(users_report=report).severity_why


def test_the_reason_names_the_words_and_the_assumptions() -> None:
    found = proposed(users_report="Answers are slow", users_hit="12%")
    assert found.kind_why == "the report says 'slow'"
    assert "production or test is not known, taken for production; users hit: '12%'" in found.severity_why


def test_another_kind_that_fits_equally_is_named() -> None:
    found = proposed(users_report="Slow answers, and learners notice")
    assert "fits as well" in found.kind_why


def test_words_count_as_whole_words() -> None:
    assert "nothing in the report speaks" in proposed(users_report="The translate plate is chocolate").kind_why


def test_a_value_set_by_hand_is_used_and_the_proposal_is_kept(happened) -> None:
    intake = parse({"users_report": "slow", "environment": "production"}, "form")
    log = Log(
        (
            happened(1, "overruled", "their launch is today", severity="P0"),
            happened(2, "overruled", "x", case_kind="scenario"),
        )
    )
    found = triage(intake, log)
    assert (found.severity, found.kind) == ("P0", "scenario")
    assert (found.proposed.severity, found.proposed.kind) == ("P1", "quality")
    assert [one.text for one in found.overruled] == ["their launch is today", "x"]
