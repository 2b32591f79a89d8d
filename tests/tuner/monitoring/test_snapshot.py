from __future__ import annotations

from pipeline.recordings.store.observed import AgentState, Change
from tests.tuner.monitoring.fleets import DAY_MS, day_of_turns
from tuner.monitoring.alarms import HOUR_MS, day_of, watched
from tuner.monitoring.snapshot import Snapshot, snapshot
from tuner.monitoring.units import ended
from tuner.statistics.limits import Limit, default_limits

LIMITS = default_limits()


def seen(cut_off: float, later: float | None = None) -> Snapshot:
    turns = day_of_turns(cut_off, later)
    now_ms = turns[-1].received_ms
    states = [AgentState(f"toy-{i}", now_ms, None, None, None, None) for i in range(6)]
    return snapshot(
        turns, states, [Change(DAY_MS + i, f"toy-{i}", "d", "{}", None) for i in range(6)], 2, LIMITS, now_ms
    )


def test_a_quiet_day_has_no_alarm() -> None:
    found = seen(0.01)
    assert (found.alarms, found.agents, found.turns_today, found.aside) == ((), 6, 2400, 2)
    assert not any(one.alarm for one in found.risks)


def test_a_fault_from_noon_on_is_an_alarm_that_says_since_when() -> None:
    (alarm,) = seen(0.01, 0.3).alarms
    assert alarm.limit.name == "cut_off_rate"
    assert alarm.since_ms is not None
    assert alarm.alarm_ms is not None
    assert abs(alarm.since_ms - (DAY_MS + 12 * HOUR_MS)) <= HOUR_MS
    assert DAY_MS + 12 * HOUR_MS < alarm.alarm_ms < DAY_MS + 16 * HOUR_MS


def test_what_nobody_reports_is_not_known() -> None:
    unknown = {one.limit.name for one in seen(0.01).figures if one.rate.value is None}
    assert unknown == {limit.name for limit in LIMITS} - {"cut_off_rate", "failed_rate"}


def test_response_times_are_those_of_the_last_minutes_with_an_interval() -> None:
    p50, p95 = seen(0.01).response
    assert p50.n == p95.n > 10
    assert p50.low is not None
    assert p50.high is not None
    assert p50.value is not None
    assert p50.low <= p50.value <= p50.high
    assert p95.high is None  # so few turns do not bound it


def test_agents_that_took_over_the_same_settings_are_one_change() -> None:
    (change,) = seen(0.01).changes
    assert (change.agents, change.at_ms) == (6, DAY_MS)


def test_an_alarm_stays_for_the_day_and_a_limit_on_a_quantile_is_watched_too() -> None:
    units = ended(day_of_turns(0.01), DAY_MS + 2 * 86_400_000)
    slow, fast = (watched(units, (Limit("response_ms.p95", ms),), DAY_MS)[0] for ms in (900, 2000))
    assert (slow.alarm_ms is not None, fast.alarm_ms) == (True, None)
    assert day_of(DAY_MS + 5) == DAY_MS
