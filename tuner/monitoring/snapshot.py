"""What a fleet lives through now: the picture that `turntempo watch` shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from pipeline.recordings.store.observed import AgentState, Change, ObservedTurn
from tuner.monitoring.alarms import DAILY, Watched, day_of, watched
from tuner.monitoring.figures import rate_of, response_ms
from tuner.monitoring.units import Unit, ended, events_and_trials
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import above_limit

WINDOW_MS = 15 * 60_000
"""The last minutes, for response times."""

MOST_SHOWN = 20


@dataclass(frozen=True)
class Quantile:
    """A quantile of the response time with a 95% interval from the order of the values; None: too few. n turns."""

    share: float
    value: float | None
    low: float | None
    high: float | None
    n: int

    def json_dict(self) -> dict[str, Any]:
        return {"share": self.share, "value": self.value, "low": self.low, "high": self.high, "n": self.n}


@dataclass(frozen=True)
class Risk:
    """An agent, and the figure that speaks most against it today. `evidence`: 1 is none; `alarm`: it is enough."""

    agent: str
    online: str | None
    version: str | None
    figure: str | None
    evidence: float
    alarm: bool

    def json_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Changed:
    """Agents that took over settings at about one time."""

    at_ms: int
    version: str | None
    digest: str
    agents: int

    def json_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Snapshot:
    """The state of a fleet at a moment."""

    at_ms: int
    agents: int
    online: int
    turns_today: int
    response: tuple[Quantile, ...]
    figures: tuple[Watched, ...]
    risks: tuple[Risk, ...]
    changes: tuple[Changed, ...]
    aside: int
    """Messages that could not be taken."""

    @property
    def alarms(self) -> tuple[Watched, ...]:
        """The figures whose limit is missed today, with confidence."""
        return tuple(one for one in self.figures if one.alarm_ms is not None)

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "at_ms": self.at_ms,
            "agents": self.agents,
            "online": self.online,
            "turns_today": self.turns_today,
            "response_ms": [one.json_dict() for one in self.response],
            "alarms": [one.limit.name for one in self.alarms],
            "figures": [one.json_dict() for one in self.figures],
            "risks": [one.json_dict() for one in self.risks],
            "changes": [one.json_dict() for one in self.changes],
            "aside": self.aside,
        }


def snapshot(
    turns: Sequence[ObservedTurn],
    states: Sequence[AgentState],
    changes: Sequence[Change],
    aside: int,
    limits: Sequence[Limit],
    now_ms: int,
) -> Snapshot:
    """The state at `now_ms`; `turns` and `changes` are those of the day (UTC)."""
    day_ms = day_of(now_ms)
    units = ended(turns, now_ms)
    late = [ms for one in turns if one.received_ms >= now_ms - WINDOW_MS and (ms := response_ms(one)) is not None]
    return Snapshot(
        now_ms,
        len(states),
        sum(one.status == "online" for one in states),
        len(turns),
        tuple(_quantile(late, share) for share in (0.5, 0.95)),
        watched(units, limits, day_ms),
        tuple(_risks(units, states, limits)),
        tuple(_changed(changes)),
        aside,
    )


def _quantile(values: Sequence[float], share: float) -> Quantile:
    ordered, n = np.sort(np.array(values)), len(values)
    if not n:
        return Quantile(share, None, None, None, 0)
    value = float(ordered[min(n - 1, int(np.ceil(share * n)) - 1)])
    ranks = np.arange(n + 1)
    below = special.bdtr(ranks, n, share)  # the probability that at most so many values are at or below the quantile
    low, high = int(np.searchsorted(below, 0.025)) - 1, int(np.searchsorted(below, 0.975))
    ends = [_finite(float(ordered[place])) if 0 <= place < n else None for place in (low, high)]
    return Quantile(share, _finite(value), ends[0], ends[1], n)


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _risks(units: Sequence[Unit], states: Sequence[AgentState], limits: Sequence[Limit]) -> list[Risk]:
    """The agents by what speaks against them; an alarm counts that all agents and figures are looked at."""
    held: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        held[unit.agent].append(unit)
    needed = max(1, len(states)) * max(1, len(limits)) / DAILY
    found = []
    for state in states:
        evidence = {limit.name: _evidence(held[state.agent], limit) for limit in limits} if held[state.agent] else {}
        figure = max(evidence, key=lambda name: evidence[name], default=None)
        most = 1.0 if figure is None else evidence[figure]
        named = figure if most > 1 else None
        found.append(Risk(state.agent, state.status, state.version, named, most, most >= needed))
    return sorted(found, key=lambda one: -one.evidence)[:MOST_SHOWN]


def _evidence(units: Sequence[Unit], limit: Limit) -> float:
    events, trials = events_and_trials(units, limit)
    return float(above_limit(events, trials, rate_of(limit))[-1]) if trials.sum() else 0.0


def _changed(changes: Sequence[Change]) -> list[Changed]:
    """The changes of the day, those to one version or one set of settings together, the last first."""
    groups: dict[tuple[str | None, str], list[Change]] = defaultdict(list)
    for change in changes:
        groups[(change.version, change.digest)].append(change)
    found = [
        Changed(min(one.received_ms for one in group), version, digest, len({one.agent for one in group}))
        for (version, digest), group in groups.items()
    ]
    return sorted(found, key=lambda one: -one.at_ms)[:MOST_SHOWN]
