"""Sessions of a fleet as the units of a sequential test, in the order in which they ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.recordings.store.observed import ObservedTurn
from stages.arrays import Floats
from tuner.monitoring.figures import counted
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import LONGEST

IDLE_MS = 600_000
"""A session without a turn for so long is over, also where its agent has begun no other."""


@dataclass(frozen=True)
class Unit:
    """The turns of a session that is over, or a part of a long one."""

    agent: str
    ended_ms: int
    turns: tuple[ObservedTurn, ...]


def ended(turns: Iterable[ObservedTurn], now_ms: int) -> list[Unit]:
    """The sessions that are over: their agent has begun another, or was silent for `IDLE_MS`. In order of their end."""
    held: dict[tuple[str, str], list[ObservedTurn]] = {}
    last: dict[str, str] = {}
    for turn in turns:
        held.setdefault((turn.agent, turn.session), []).append(turn)
        last[turn.agent] = turn.session
    units = []
    for (agent, session), found in held.items():
        if session == last[agent] and now_ms - found[-1].received_ms < IDLE_MS:
            continue
        for begin in range(0, len(found), LONGEST):
            part = tuple(found[begin : begin + LONGEST])
            units.append(Unit(agent, part[-1].received_ms, part))
    return sorted(units, key=lambda unit: unit.turns[-1].seq)


def events_and_trials(units: Sequence[Unit], limit: Limit) -> tuple[Floats, Floats]:
    """(T,), (T,): of each unit the events and trials of a figure, at most `LONGEST` trials."""
    sums = np.zeros((len(units), 2))
    for i, unit in enumerate(units):
        for turn in unit.turns:
            if (found := counted(turn, limit)) is not None:
                sums[i] += found
    shrunk = np.minimum(1.0, LONGEST / np.maximum(sums[:, 1], 1e-9))  # a turn may meet several interrupts
    return sums[:, 0] * shrunk, sums[:, 1] * shrunk
