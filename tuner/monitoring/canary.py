"""Canary against control: the same kinds of turns, at the same time, under the new settings and under the old.

Sessions of both groups are paired in the order in which they ended, kind for kind: the first turn of a session with
first turns, turns with equal tags with each other. Everything may be looked at after every session.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

import numpy as np

from pipeline.recordings.store.observed import ObservedTurn
from tuner.monitoring.figures import counted, rate_of, response_ms
from tuner.monitoring.units import Unit, ended, events_and_trials
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import (
    ALPHA,
    LONGEST,
    Interval,
    above_limit,
    below_limit,
    difference_interval,
    rate_interval,
)

LONGEST_MS = 10_000.0
"""Response times above it, and no answer, count as this."""

MOST_APART_MS = 2_000.0
"""A larger difference of the mean response times of a pair counts as this: a bet needs a largest value, and the smaller
it is, the sooner a difference shows."""

Decision = Literal["harm", "faster", "undecided"]
Standing = Literal["missed", "kept", "not shown", "not known"]


def in_canary(agent: str, version: str, share: float) -> bool:
    """Whether an agent is among the first `share` to get a version: by a hash, so that it stays the same agents."""
    drawn = blake2b(f"{version}/{agent}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") < share * 2**64


@dataclass(frozen=True)
class LimitCompared:
    """A limited figure of both groups. `difference`: canary less control, in pairs."""

    limit: Limit
    canary: Interval
    control: Interval
    difference: Interval
    standing: Standing
    """Of the canary, with confidence."""
    control_missed: bool


@dataclass(frozen=True)
class CanaryResult:
    """What is known by now. `response_ms`: canary less control, ms, the mean over pairs (`MOST_APART_MS`)."""

    canary_turns: int
    control_turns: int
    response_ms: Interval
    limits: tuple[LimitCompared, ...]
    alpha: float = ALPHA

    @property
    def harmful(self) -> tuple[LimitCompared, ...]:
        """The limits that the canary misses with confidence, where the control does not miss them as much."""
        return tuple(
            one
            for one in self.limits
            if one.standing == "missed" and (not one.control_missed or (one.difference.low or 0.0) > 0)
        )

    @property
    def slower(self) -> bool:
        """Whether the canary answers later than the control, with confidence."""
        return self.response_ms.low is not None and self.response_ms.low > 0

    @property
    def decision(self) -> Decision:
        if self.harmful or self.slower:
            return "harm"
        faster = self.response_ms.high is not None and self.response_ms.high < 0
        return "faster" if faster else "undecided"

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "decision": self.decision,
            "turns": {"canary": self.canary_turns, "control": self.control_turns},
            "response_ms": self.response_ms.json_dict(),
            "slower": self.slower,
            "limits": [
                {
                    "name": one.limit.name,
                    "limit": one.limit.value,
                    "standing": one.standing,
                    "canary": one.canary.json_dict(),
                    "control": one.control.json_dict(),
                    "difference": one.difference.json_dict(),
                }
                for one in self.limits
            ],
        }


def compare(
    canary: Iterable[ObservedTurn], control: Iterable[ObservedTurn], limits: Sequence[Limit], now_ms: int
) -> CanaryResult:
    """The canary's turns beside the control's, of sessions that are over. Rates are shares of events in trials."""
    theirs, ours = ended(control, now_ms), ended(canary, now_ms)
    pairs = list(paired(ours, theirs))
    alpha = ALPHA / 2 / max(1, len(limits))  # a half for the response time, a half for all limits
    return CanaryResult(
        sum(len(unit.turns) for unit in ours),
        sum(len(unit.turns) for unit in theirs),
        _faster(pairs, ALPHA / 2),
        tuple(_compared(limit, ours, theirs, pairs, alpha) for limit in limits),
    )


Pair = tuple[tuple[ObservedTurn, ...], tuple[ObservedTurn, ...]]


def paired(ours: Sequence[Unit], theirs: Sequence[Unit]) -> Iterable[Pair]:
    """Turns of one kind of a session of ours, with those of a session of theirs; each is used once."""
    waiting: dict[tuple[str, tuple[Any, ...]], deque[tuple[ObservedTurn, ...]]] = defaultdict(deque)
    both = sorted(
        [("ours", unit) for unit in ours] + [("theirs", unit) for unit in theirs], key=lambda one: one[1].turns[-1].seq
    )
    for side, unit in both:
        other = "theirs" if side == "ours" else "ours"
        for kind, turns in _by_kind(unit).items():
            if waiting[(other, kind)]:
                match = waiting[(other, kind)].popleft()
                yield (turns, match) if side == "ours" else (match, turns)
            else:
                waiting[(side, kind)].append(turns)


def _by_kind(unit: Unit) -> dict[tuple[Any, ...], tuple[ObservedTurn, ...]]:
    found: dict[tuple[Any, ...], list[ObservedTurn]] = defaultdict(list)
    for turn in unit.turns:
        found[(turn.first, *sorted(turn.tags.items()))].append(turn)
    return {kind: tuple(turns) for kind, turns in found.items()}


def _faster(pairs: Sequence[Pair], alpha: float) -> Interval:
    """The response time, canary less control, in ms."""

    def waited(turns: Sequence[ObservedTurn]) -> tuple[float, int]:
        known = [ms for turn in turns if (ms := response_ms(turn)) is not None]
        return sum(min(ms, LONGEST_MS) for ms in known) / MOST_APART_MS, len(known)

    found = _differences([(waited(ours), waited(theirs)) for ours, theirs in pairs], alpha)
    value, low, high = (None if x is None else x * MOST_APART_MS for x in (found.value, found.low, found.high))
    return Interval(value, low, high, found.trials)


def _compared(
    limit: Limit, ours: Sequence[Unit], theirs: Sequence[Unit], pairs: Sequence[Pair], alpha: float
) -> LimitCompared:
    own, other = events_and_trials(ours, limit), events_and_trials(theirs, limit)

    def events(turns: Sequence[ObservedTurn]) -> tuple[float, float]:
        known = [one for turn in turns if (one := counted(turn, limit)) is not None]
        return sum(one[0] for one in known), sum(one[1] for one in known)

    rate, enough = rate_of(limit), 1 / alpha
    standing: Standing = "not known"
    if own[1].sum():
        standing = "missed" if _ever(above_limit(*own, rate), enough) else "not shown"
        if standing == "not shown" and below_limit(*own, rate)[-1] >= enough:
            standing = "kept"
    return LimitCompared(
        limit,
        rate_interval(*own),
        rate_interval(*other),
        _differences([(events(a), events(b)) for a, b in pairs], alpha),
        standing,
        _ever(above_limit(*other, rate), enough),
    )


def _ever(wealth: Any, enough: float) -> bool:
    return bool((wealth >= enough).any())


def _differences(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]], alpha: float) -> Interval:
    """The difference of the shares of two groups, each pair with the weight of its smaller number of trials."""
    known = [(a, b) for a, b in pairs if a[1] and b[1]]
    shares = np.array([a[0] / a[1] - b[0] / b[1] for a, b in known])
    weights = np.array([min(a[1], b[1], LONGEST) / LONGEST for a, b in known])
    return difference_interval(shares.clip(-1, 1), weights, alpha)
