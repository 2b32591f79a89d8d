"""Alarms of a fleet: a limit missed with confidence, by a test that may be looked at at any time.

Each day begins anew. For each hour one bettor begins to bet against the limit, all with equal shares, so that a fault
that begins in the afternoon is not hidden by a good morning. An alarm is a wealth of figures / `DAILY`: over a day on
which all limits are just kept, the probability of any alarm is at most `DAILY`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuner.monitoring.figures import rate_of
from tuner.monitoring.units import Unit, events_and_trials
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import Interval, above_limit, rate_interval

DAILY = 0.01
"""The most probability of a false alarm a day, all figures together."""

DAY_MS, HOUR_MS = 86_400_000, 3_600_000


@dataclass(frozen=True)
class Watched:
    """A limited figure of the day.

    `since_ms`: the first session of the hour from which on the wealth was largest at the alarm; None: no alarm.
    """

    limit: Limit
    rate: Interval
    wealth: float
    """An e-value, the largest so far today: 1 is no evidence; by chance it reaches x with a probability of 1 / x."""
    needed: float
    """The e-value of an alarm."""
    alarm_ms: int | None = None
    since_ms: int | None = None

    def json_dict(self) -> dict[str, Any]:
        return {
            "name": self.limit.name,
            "limit": self.limit.value,
            "largest_rate": rate_of(self.limit),
            "rate": self.rate.json_dict(),
            "e_value": self.wealth,
            "alarm_e_value": self.needed,
            "alarm_ms": self.alarm_ms,
            "since_ms": self.since_ms,
        }


def day_of(now_ms: int) -> int:
    """When the day began, in UTC."""
    return now_ms // DAY_MS * DAY_MS


def watched(units: Sequence[Unit], limits: Sequence[Limit], day_ms: int) -> tuple[Watched, ...]:
    """The figures over the sessions of a day, in the order in which they ended."""
    needed = len(limits) / DAILY
    starts = hours(units, day_ms)
    return tuple(_watched(units, limit, starts, day_ms, needed) for limit in limits)


def hours(units: Sequence[Unit], day_ms: int) -> list[int]:
    """For each hour of the day that has begun, the place of its first session."""
    ends = np.array([unit.ended_ms for unit in units], dtype=np.int64)
    return [int(np.searchsorted(np.maximum.accumulate(ends), day_ms + hour * HOUR_MS)) for hour in range(24)]


def _watched(units: Sequence[Unit], limit: Limit, starts: list[int], day_ms: int, needed: float) -> Watched:
    events, trials = events_and_trials(units, limit)
    rate = rate_interval(events, trials)
    if not trials.sum():
        return Watched(limit, rate, 1.0, needed)
    wealth = above_limit(events, trials, rate_of(limit), starts)
    over = np.flatnonzero(wealth >= needed)
    largest = float(wealth.max())
    if not len(over):
        return Watched(limit, rate, largest, needed)
    first = int(over[0])
    begun = [start for start in starts if start < first]
    shares = [above_limit(events[:first], trials[:first], rate_of(limit), (start,))[-1] for start in begun]
    latest = len(shares) - 1 - int(np.argmax(shares[::-1]))  # hours without a session between them are alike
    since = max(day_ms + latest * HOUR_MS, units[begun[latest]].turns[0].received_ms)
    return Watched(limit, rate, largest, needed, units[first - 1].ended_ms, since)
