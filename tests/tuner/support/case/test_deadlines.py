from datetime import timedelta
from typing import Any

import pytest

from tuner.support.case.deadlines import Standing, duration, rounds, standing
from tuner.support.log import Log


def due(*of: Any) -> Standing:
    found = standing(*of)
    assert found is not None
    return found


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(("severity", "target"), [("P0", 15), ("P1", 60), ("P2", 240), ("P3", 1440)])
def test_the_first_answer_is_due_after_the_report(severity, target: int, happened, start) -> None:
    found = rounds(Log((happened(0, "received"),)))
    stands = due(found, severity, start + minutes(10))
    assert (stands.due, stands.left) == ("response", minutes(target - 10))


def test_an_overdue_case_has_negative_time_left(happened, start) -> None:
    stands = due(rounds(Log((happened(0, "received"),))), "P0", start + minutes(20))
    assert stands.left == minutes(-5)


def test_once_answered_the_solution_is_due(happened, start) -> None:
    found = rounds(Log((happened(0, "received"), happened(30, "responded"), happened(90, "responded"))))
    assert found[0].response_time() == minutes(30)
    stands = due(found, "P1", start + minutes(90))
    assert (stands.due, stands.left) == ("resolution", minutes(24 * 60 - 90))


@pytest.mark.parametrize("kind", ["recommended", "resolved"])
def test_a_recommendation_sent_or_a_solution_is_an_answer_too(kind: str, happened) -> None:
    assert rounds(Log((happened(0, "received"), happened(7, kind))))[0].response_time() == minutes(7)


def test_a_solved_case_has_no_deadline_until_it_is_reopened(happened, start) -> None:
    events = (happened(0, "received"), happened(5, "responded"), happened(50, "resolved"))
    assert standing(rounds(Log(events)), "P1", start + minutes(9000)) is None
    again = rounds(Log((*events, happened(9000, "reopened"))))
    assert [one.resolution_time() for one in again] == [minutes(50), None]
    stands = due(again, "P1", start + minutes(9010))
    assert (stands.due, stands.left) == ("response", minutes(50))


def test_an_event_logged_late_counts_at_its_own_time(happened) -> None:
    found = rounds(Log((happened(0, "received"), happened(40, "responded"), happened(12, "responded"))))
    assert found[0].response_time() == minutes(12)


def test_events_before_the_report_are_no_answer_and_without_a_report_there_is_no_deadline(happened, start) -> None:
    assert rounds(Log((happened(-5, "responded"), happened(0, "received"))))[0].responded is None
    assert standing(rounds(Log((happened(0, "note"),))), "P0", start) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (3660, "1 h 1 min"), (86400, "1 d"), (-97200, "1 d 3 h")],
)
def test_a_duration_has_its_two_largest_units(seconds: int, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text
