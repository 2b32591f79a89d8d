"""The deadlines of a case for its answer and its solution, and its state at a given moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tuner.support.log import Event, Log, Severity

RESPONSE: dict[Severity, timedelta] = {
    "P0": timedelta(minutes=15),
    "P1": timedelta(hours=1),
    "P2": timedelta(hours=4),
    "P3": timedelta(hours=24),
}
"""From the report to the first answer."""

RESOLUTION: dict[Severity, timedelta] = {
    "P0": timedelta(hours=4),
    "P1": timedelta(hours=24),
    "P2": timedelta(days=3),
    "P3": timedelta(days=14),
}
"""From the report to the solution. Our choice: most contracts name only the first answer."""

Due = Literal["response", "resolution"]


@dataclass(frozen=True)
class Round:
    """One round of a case: from a report or a reopening to its solution; None: not yet."""

    begun: datetime
    responded: datetime | None
    resolved: datetime | None

    def response_time(self) -> timedelta | None:
        return None if self.responded is None else self.responded - self.begun

    def resolution_time(self) -> timedelta | None:
        return None if self.resolved is None else self.resolved - self.begun


@dataclass(frozen=True)
class Standing:
    """What is due next, and the time left; negative: overdue by so much."""

    due: Due
    at: datetime
    left: timedelta


def rounds(log: Log) -> tuple[Round, ...]:
    """The rounds of a case in order: the first from its report, one more from each reopening."""
    found: list[Round] = []
    for event in sorted(log.events, key=lambda one: one.at):
        if (event.kind == "received" and not found) or event.kind == "reopened":
            found.append(Round(event.at, None, None))
        elif found:
            found[-1] = _after(found[-1], event)
    return tuple(found)


def _after(now: Round, event: Event) -> Round:
    """The round after an event; a solution and a recommendation count as an answer too."""
    answers = event.kind in ("responded", "recommended", "resolved")
    responded = now.responded or (event.at if answers else None)
    resolved = now.resolved or (event.at if event.kind == "resolved" else None)
    return Round(now.begun, responded, resolved)


def standing(found: Sequence[Round], severity: Severity, now: datetime) -> Standing | None:
    """What is due next at `now`; None: the case is solved, or was never received."""
    if not found or found[-1].resolved is not None:
        return None
    last = found[-1]
    due: Due = "response" if last.responded is None else "resolution"
    at = last.begun + (RESPONSE if due == "response" else RESOLUTION)[severity]
    return Standing(due, at, at - now)


def duration(time: timedelta) -> str:
    """3 d 4 h, 2 h 5 min, 1 h, 12 min, 40 s: the two largest units, without a sign."""
    seconds = abs(round(time.total_seconds()))
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    for large, small, names in ((days, hours, ("d", "h")), (hours, minutes, ("h", "min"))):
        if large:
            return f"{large} {names[0]}" + (f" {small} {names[1]}" if small else "")
    return f"{minutes} min" if minutes else f"{seconds} s"
