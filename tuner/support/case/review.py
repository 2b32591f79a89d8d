"""The review of a folder of cases: times against targets, verdicts of customers, repeated causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from tuner.support.case.board import Board, Row
from tuner.support.case.deadlines import RESOLUTION, RESPONSE, duration
from tuner.support.case.folder import Case
from tuner.support.intake.triage import SEVERITIES
from tuner.support.log import LINES, Line, Severity

UNHAPPY = 2
"""A case with a verdict of so many points or fewer is listed for a second look."""


@dataclass(frozen=True)
class Times:
    """The durations of n events; all None where there is none."""

    n: int
    within: int
    """How many were within the target."""
    overdue: int
    """How many are not done, with the target passed."""
    median: timedelta | None
    longest: timedelta | None

    def json_dict(self) -> dict[str, Any]:
        return {
            "n": self.n,
            "within_target": self.within,
            "overdue": self.overdue,
            "median_s": self.median and self.median.total_seconds(),
            "longest_s": self.longest and self.longest.total_seconds(),
        }


@dataclass(frozen=True)
class OfSeverity:
    """The cases of one severity; a case that was reopened counts once more."""

    severity: Severity
    cases: int
    open: int
    response: Times
    resolution: Times


@dataclass(frozen=True)
class ToReview:
    """A case that deserves a second look, and why."""

    case: Case
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """The review of a folder of cases."""

    cases: int
    open: int
    severities: tuple[OfSeverity, ...]
    satisfaction: dict[int, int]
    """Points -> verdicts: the last one of each case."""
    escalated: dict[Line, int]
    """Line -> cases that were handed to it."""
    causes: dict[str, tuple[str, ...]]
    """Cause -> the cases it was found in, where there are two or more; the most frequent first."""
    to_review: tuple[ToReview, ...]

    @property
    def mean_satisfaction(self) -> float | None:
        verdicts = sum(self.satisfaction.values())
        return sum(points * n for points, n in self.satisfaction.items()) / verdicts if verdicts else None

    def json_dict(self) -> dict[str, Any]:
        return {
            "cases": self.cases,
            "open": self.open,
            "severities": {
                one.severity: {
                    "cases": one.cases,
                    "open": one.open,
                    "response": one.response.json_dict() | {"target_s": RESPONSE[one.severity].total_seconds()},
                    "resolution": one.resolution.json_dict() | {"target_s": RESOLUTION[one.severity].total_seconds()},
                }
                for one in self.severities
            },
            "satisfaction": {"mean": self.mean_satisfaction, "verdicts": self.satisfaction},
            "escalated": self.escalated,
            "repeat_causes": {cause: list(cases) for cause, cases in self.causes.items()},
            "to_review": [{"case": str(one.case.folder), "reasons": list(one.reasons)} for one in self.to_review],
        }


def review(found: Board) -> Review:
    """The review of all cases on a board."""
    rows = found.rows
    severities = (
        _of(severity, [row for row in rows if row.case.triage.severity == severity]) for severity in SEVERITIES
    )
    looked_at = (ToReview(row.case, tuple(_reasons(row))) for row in rows)
    return Review(
        len(rows),
        sum(row.open for row in rows),
        tuple(one for one in severities if one.cases),
        _satisfaction(rows),
        {line: n for line in LINES[1:] if (n := sum(_reached(row.case, line) for row in rows))},
        _causes(rows),
        tuple(sorted((one for one in looked_at if one.reasons), key=lambda one: -len(one.reasons))),
    )


def cause_of(case: Case) -> str | None:
    """The cause by the recommendation: the setting whose change gains most; None: there is none."""
    changes = (case.recommendation or {}).get("changes") or []
    priced = [one for one in changes if isinstance(one, dict) and isinstance(one.get("worth_ms"), int | float)]
    return str(max(priced, key=lambda one: one["worth_ms"])["name"]) if priced else None


def _of(severity: Severity, rows: list[Row]) -> OfSeverity:
    every = [(row, one) for row in rows for one in row.rounds]
    response = [one.response_time() for _, one in every]
    resolution = [one.resolution_time() for _, one in every]
    late = [row.standing.due for row in rows if row.standing and row.standing.left < timedelta(0)]
    return OfSeverity(
        severity,
        len(rows),
        sum(row.open for row in rows),
        _times(response, RESPONSE[severity], late.count("response")),
        _times(resolution, RESOLUTION[severity], late.count("resolution")),
    )


def _times(times: Iterable[timedelta | None], target: timedelta, overdue: int) -> Times:
    done = [time for time in times if time is not None]
    if not done:
        return Times(0, 0, overdue, None, None)
    return Times(
        len(done),
        sum(time <= target for time in done),
        overdue,
        timedelta(seconds=median(time.total_seconds() for time in done)),
        max(done),
    )


def _satisfaction(rows: Iterable[Row]) -> dict[int, int]:
    last = [_verdict(row.case) for row in rows]
    return {points: n for points in range(1, 6) if (n := last.count(points))}


def _verdict(case: Case) -> int | None:
    ratings = [event.satisfaction for event in case.log.of("verdict") if event.satisfaction is not None]
    return ratings[-1] if ratings else None


def _reached(case: Case, line: Line) -> bool:
    return any(event.to == line for event in case.log.of("escalated"))


def _causes(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """The cases by their last cause, ignoring case."""
    found: dict[str, list[str]] = {}
    for row in rows:
        last = row.case.log.last("resolved")
        if last and last.cause:
            found.setdefault(last.cause.casefold(), []).append(row.case.name)
    again = {cause: tuple(cases) for cause, cases in found.items() if len(cases) > 1}
    return dict(sorted(again.items(), key=lambda item: (-len(item[1]), item[0])))


def _reasons(row: Row) -> Iterable[str]:
    """Why a case deserves a second look."""
    case, severity = row.case, row.case.triage.severity
    for what, target, times in (
        ("answered", RESPONSE[severity], [one.response_time() for one in row.rounds]),
        ("solved", RESOLUTION[severity], [one.resolution_time() for one in row.rounds]),
    ):
        if late := [time - target for time in times if time is not None and time > target]:
            yield f"{what} {duration(max(late))} late"
    if row.standing and row.standing.left < timedelta(0):
        what = "first answer" if row.standing.due == "response" else "solution"
        yield f"{what} overdue by {duration(row.standing.left)}"
    points = _verdict(case)
    if points is not None and points <= UNHAPPY:
        yield f"satisfaction {points} of 5"
    if again := len(case.log.of("reopened")):
        yield "reopened" if again == 1 else f"reopened {again} times"
    if _reached(case, LINES[-1]):
        yield f"went up to {LINES[-1]}"
    if case.comparison is not None and case.comparison.get("kept") is False:
        yield "what was promised did not come true"
