import json
from datetime import timedelta
from pathlib import Path

import pytest

from stages.errors import InputError
from tuner.support.case import open_case, record
from tuner.support.case.board import board
from tuner.support.case.escalation import above, line_of
from tuner.support.case.review import cause_of, review

P0, P1, P2 = 'impact = "down"', 'impact = "broken"', 'impact = "minor"'


@pytest.fixture
def folder(make, happened, tmp_path: Path) -> Path:
    """Five cases: answered, urgent, overdue, solved, and one that waits for long."""
    make(happened(0, "received"), happened(5, "responded"), name="answered", form=P0)
    make(happened(50, "received"), name="urgent", form=P0)
    make(happened(-10, "received"), name="overdue", form=P1)
    make(happened(0, "received"), happened(30, "resolved", cause="Echo"), name="solved", form=P1)
    make(happened(0, "received"), name="patient", form=P2)
    return tmp_path


def test_open_cases_are_ordered_by_the_time_left_to_their_first_answer(folder: Path, start) -> None:
    found = board(folder, start + timedelta(minutes=52))
    assert [row.case.name for row in found.rows] == ["overdue", "urgent", "patient", "answered", "solved"]
    assert [row.open for row in found.rows] == [True] * 4 + [False]
    assert found.rows[0].standing is not None
    assert found.rows[0].standing.left == timedelta(minutes=-2)


def test_a_case_that_cannot_be_read_is_reported_and_the_others_are_listed(folder: Path, start) -> None:
    (folder / "urgent" / "case.toml").write_text("impact = ")
    found = board(folder, start)
    assert len(found.rows) == 4
    assert "urgent/case.toml" in found.unreadable[0]


def test_times_are_compared_with_targets_by_severity(folder: Path, start) -> None:
    found = review(board(folder, start + timedelta(minutes=52)))
    assert (found.cases, found.open) == (5, 4)
    by = {one.severity: one for one in found.severities}
    assert sorted(by) == ["P0", "P1", "P2"]
    assert (by["P0"].response.n, by["P0"].response.within, by["P0"].response.median) == (1, 1, timedelta(minutes=5))
    assert by["P0"].resolution.n == 0
    assert (by["P1"].response.n, by["P1"].response.overdue) == (1, 1)
    assert by["P1"].resolution.longest == timedelta(minutes=30)


def test_verdicts_escalations_and_causes_are_counted(folder: Path, happened, start) -> None:
    for name, cause in (("answered", "echo"), ("patient", "network")):
        record(
            open_case(folder / name),
            happened(60, "verdict", "meh", satisfaction=4),
            happened(61, "resolved", cause=cause),
        )
    record(open_case(folder / "urgent"), happened(55, "escalated", "x", to="expert line", asked="y"))
    found = review(board(folder, start + timedelta(hours=2)))
    assert found.satisfaction == {4: 2}
    assert found.mean_satisfaction == 4
    assert found.escalated == {"expert line": 1}
    assert found.causes == {"echo": ("answered", "solved")}


def test_cases_for_a_second_look_are_named_with_the_reason(folder: Path, happened, start) -> None:
    record(
        open_case(folder / "solved"),
        happened(40, "verdict", satisfaction=1),
        happened(45, "reopened"),
        happened(50, "escalated", "x", to="SDK engineering", asked="y"),
        happened(200, "resolved"),
    )
    found = review(board(folder, start + timedelta(minutes=201)))
    reasons = {one.case.name: one.reasons for one in found.to_review}
    assert reasons["solved"] == (
        "answered 1 h 35 min late",
        "satisfaction 1 of 5",
        "reopened",
        "went up to SDK engineering",
    )
    assert reasons["urgent"] == ("first answer overdue by 2 h 16 min",)
    assert "patient" not in reasons
    assert found.to_review[0].case.name == "solved"


def test_a_promise_that_was_not_kept_is_named(make, start) -> None:
    case = make(form=P2)
    (case.folder / "comparison.json").write_text('{"kept": false}')
    found = review(board(case.folder, start))
    assert found.to_review[0].reasons == ("what was promised did not come true",)


def test_a_case_is_escalated_to_a_higher_line_and_never_to_a_lower_one(make, happened) -> None:
    case = make()
    assert line_of(case) == "first line"
    assert above(case, None) == "expert line"
    assert above(case, "SDK engineering") == "SDK engineering"
    case = record(case, happened(1, "escalated", "x", to="expert line", asked="y"))
    assert above(case, None) == "SDK engineering"
    with pytest.raises(InputError, match="is with expert line; it goes up, to SDK engineering"):
        above(case, "expert line")
    case = record(case, happened(2, "escalated", "x", to="SDK engineering", asked="y"))
    with pytest.raises(InputError, match="no line above"):
        above(case, None)
    assert line_of(record(case, happened(3, "reopened"))) == "first line"


def test_the_cause_is_the_setting_whose_change_gains_most(make) -> None:
    case = make()
    assert cause_of(case) is None
    case.tuning.mkdir()
    worths = {"tts.hedge": 9, "llm.timeout_ms": 80, "barge_in.mode": None}
    changes = [{"name": name, "worth_ms": worth} for name, worth in worths.items()]
    (case.tuning / "recommendation.json").write_text(json.dumps({"changes": changes}))
    assert cause_of(open_case(case.folder)) == "llm.timeout_ms"
