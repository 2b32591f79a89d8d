"""What a fleet lives through now: the picture that `turntempo watch` shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from pipeline.recordings.store.observed import AgentState, Change, ObservedTurn, PublishedLimits
from tuner.monitoring.alarms import DAILY, Watched, day_of, watched
from tuner.monitoring.figures import rate_of, response_ms
from tuner.monitoring.units import Unit, ended, events_and_trials
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import above_limit

WINDOW_MS = 15 * 60_000
"""The last minutes, for response times."""

SILENT_MS = WINDOW_MS
"""An agent that says it is online, and was not heard of for so long, does not count as online: its last will may be
lost, or nobody collects."""

State = Literal["online", "silent", "offline"]


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
    """An agent, and the figure that speaks most against it today.

    `state`: None where the agent never said whether it is connected. `e_value`: 1 is no evidence; None: no session of
    today is over. `alarm`: the e-value reaches `alarm_e_value`, which counts that all agents and figures are looked at.
    """

    agent: str
    state: State | None
    last_ms: int
    version: str | None
    figure: str | None
    e_value: float | None
    alarm_e_value: float
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
    silent: int
    """Agents that say they are online, and were not heard of for `SILENT_MS`."""
    last_ms: int | None
    """When any agent was last heard of; None: none ever was."""
    turns_today: int
    response: tuple[Quantile, ...]
    figures: tuple[Watched, ...]
    risks: tuple[Risk, ...]
    changes: tuple[Changed, ...]
    aside: int
    """Messages that could not be taken."""
    limits_of: str | None = None
    """The publication whose limits these are; None: the defaults."""
    other_limits: bool = False
    """Whether some agents were given other limits."""

    @property
    def quiet(self) -> bool:
        """Whether nobody was heard of for `SILENT_MS`: perhaps nobody collects."""
        return self.last_ms is not None and self.at_ms - self.last_ms >= SILENT_MS

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
            "silent": self.silent,
            "last_ms": self.last_ms,
            "turns_today": self.turns_today,
            "response_ms": [one.json_dict() for one in self.response],
            "alarms": [one.limit.name for one in self.alarms],
            "limits_of": self.limits_of,
            "other_limits": self.other_limits,
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
    published: PublishedLimits | None = None,
) -> Snapshot:
    """The state at `now_ms`; `turns` and `changes` are those of the day (UTC)."""
    day_ms = day_of(now_ms)
    units = ended(turns, now_ms)
    late = [ms for one in turns if one.received_ms >= now_ms - WINDOW_MS and (ms := response_ms(one)) is not None]
    return Snapshot(
        now_ms,
        len(states),
        sum(state_of(one, now_ms) == "online" for one in states),
        sum(state_of(one, now_ms) == "silent" for one in states),
        max((one.last_ms for one in states), default=None),
        len(turns),
        tuple(_quantile(late, share) for share in (0.5, 0.95)),
        watched(units, limits, day_ms),
        tuple(_risks(units, states, limits, now_ms)),
        tuple(_changed(changes)),
        aside,
        None if published is None else published.version,
        published is not None and published.others,
    )


def state_of(agent: AgentState, now_ms: int) -> State | None:
    """Whether an agent is connected, as it says, and as its messages show; None: it never said."""
    if agent.status == "online":
        return "online" if now_ms - agent.last_ms < SILENT_MS else "silent"
    return "offline" if agent.status == "offline" else None


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


def _risks(units: Sequence[Unit], states: Sequence[AgentState], limits: Sequence[Limit], now_ms: int) -> Iterator[Risk]:
    """The agents, the one with most against it first."""
    held: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        held[unit.agent].append(unit)
    needed = max(1, len(states)) * max(1, len(limits)) / DAILY
    found = [(_most_against(held[state.agent], limits), state) for state in states]
    for (figure, e_value), state in sorted(found, key=lambda one: -(one[0][1] or 0.0)):
        yield Risk(
            agent=state.agent,
            state=state_of(state, now_ms),
            last_ms=state.last_ms,
            version=state.version,
            figure=figure if e_value is not None and e_value > 1 else None,
            e_value=e_value,
            alarm_e_value=needed,
            alarm=e_value is not None and e_value >= needed,
        )


def _most_against(units: Sequence[Unit], limits: Sequence[Limit]) -> tuple[str | None, float | None]:
    """The figure with the largest e-value, and that; None where nothing is known."""
    found = {limit.name: e_value for limit in limits if (e_value := _e_value(units, limit)) is not None}
    figure = max(found, key=lambda name: found[name], default=None)
    return figure, None if figure is None else found[figure]


def _e_value(units: Sequence[Unit], limit: Limit) -> float | None:
    events, trials = events_and_trials(units, limit)
    return float(above_limit(events, trials, rate_of(limit))[-1]) if trials.sum() else None


def _changed(changes: Sequence[Change]) -> list[Changed]:
    """The changes of the day, those to one version or one set of settings together, the last first."""
    groups: dict[tuple[str | None, str], list[Change]] = defaultdict(list)
    for change in changes:
        groups[(change.version, change.digest)].append(change)
    found = [
        Changed(min(one.received_ms for one in group), version, digest, len({one.agent for one in group}))
        for (version, digest), group in groups.items()
    ]
    return sorted(found, key=lambda one: -one.at_ms)
