"""What each setting costs now: how much sooner the agent would answer if it alone were changed, limits kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stages.arrays import Floats
from stages.settings import Settings
from tuner.diagnosis.baseline import MEAN, Baseline
from tuner.diagnosis.grid import Tried, distance, sets
from tuner.statistics.bootstrap import Interval
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal, parse_goal
from tuner.statistics.verdict import Verdict, verdicts

TOGETHER: tuple[tuple[str, ...], ...] = (
    ("endpointing.silence_ms", "endpointing.eot_threshold"),
    ("eager.on", "eager.threshold"),
    ("llm.timeout_ms", "llm.attempts", "llm.hedge"),
    ("tts.timeout_ms", "tts.attempts", "tts.hedge"),
)
"""Settings that do little alone and much together."""

TAILS = tuple(parse_goal(text) for text in ("p99", "p98.5", "p98"))
"""Where stalls show: the furthest out that turns without an answer do not reach."""
STAGES = TOGETHER[2:]
"""What guards against stalls, which are rarer than a p95 shows."""

SMALLEST_MS = 5.0
"""A gain below this is none: nobody hears it."""
WORTH = 0.005
"""Of the goal: a gain below this is not put into words."""
NOTABLE = 0.02
"""Of the goal: what a change of several settings must gain over the best of them alone, and a tail over now."""
NEARLY = 0.01
"""Of the best gain: what may be given up for a value nearer to the one in force."""


@dataclass(frozen=True)
class Price:
    """What a change does to a limited figure."""

    limit: Limit
    now: float | None
    then: float | None
    upper: float | None

    @property
    def higher(self) -> bool:
        """Does it come nearer to the limit?"""
        return self.then is not None and self.then > (self.now or 0.0)

    def json_dict(self) -> dict[str, Any]:
        return {"limit": self.limit.value, "now": self.now, "then": self.then, "upper": self.upper}


@dataclass(frozen=True)
class Lever:
    """Settings with the value that answers soonest of those that miss no limit; `goal_ms` is the goal under it."""

    values: dict[str, tuple[Any, Any]]
    """Setting -> (now, then)."""
    goal: Goal
    goal_ms: float
    gain: Interval
    prices: tuple[Price, ...]
    """Of the limited figures that change, the one nearest to its limit first."""

    @property
    def gain_ms(self) -> float:
        """For ranking."""
        return 0.0 if self.gain.estimate is None else self.gain.estimate

    @property
    def shown(self) -> bool:
        """Is it worth a sentence, and more than chance? Of one session, which has no range, the estimate decides."""
        return self.gain_ms >= WORTH * self.goal_ms and (self.gain.low is None or self.gain.low > 0)

    def json_dict(self) -> dict[str, Any]:
        return {
            "settings": {name: {"now": now, "then": then} for name, (now, then) in self.values.items()},
            "goal": self.goal.text,
            "goal_ms": self.goal_ms,
            "gain_ms": self.gain.json_dict(),
            "prices": {price.limit.name: price.json_dict() for price in self.prices},
        }


def alone(baseline: Baseline) -> tuple[Lever, ...]:
    """The settings that cost time now, each changed alone, the dearest first."""
    return _ranked(_best_of(baseline, baseline.singles, baseline.judged_by))


def together(baseline: Baseline, others: Sequence[Lever]) -> tuple[Lever, ...]:
    """Settings that gain clearly more together than the best of them alone; `others`: what each gains alone."""
    found = _best_of(baseline, baseline.tried(sets(baseline.space, TOGETHER)), baseline.judged_by)
    return _ranked(one for one in found if one.gain_ms > _best_alone(one, others) + NOTABLE * one.goal_ms)


def against_stalls(baseline: Baseline, others: Sequence[Lever]) -> tuple[Lever, ...]:
    """Timeouts, attempts and hedges that shorten the slowest turns; `others` shorten the goal already."""
    tail = next((one for one in TAILS if baseline.tells(one)), MEAN)
    if tail.text == baseline.judged_by.text:
        return ()
    found = _best_of(baseline, baseline.tried(sets(baseline.space, STAGES), tail), tail)
    known = {frozenset(other.values) for other in others}
    return _ranked(one for one in found if one.gain_ms > NOTABLE * one.goal_ms and frozenset(one.values) not in known)


def lever(baseline: Baseline, settings: Settings, goal: Goal, goal_ms: float) -> Lever:
    """What these settings would change."""
    before, after, follow = baseline.settings.flat(), settings.flat(), baseline.space.follow
    changed = [name for name in before if before[name] != after[name] and name not in follow]
    values = {name: (before[name], after[name]) for name in changed}
    return Lever(values, goal, goal_ms, baseline.gain(settings, goal), prices(baseline, settings))


def prices(baseline: Baseline, settings: Settings) -> tuple[Price, ...]:
    """The limited figures that change under these settings, the one nearest to its limit first."""
    after = verdicts(baseline.batch, settings, baseline.limits)
    changed = [(old, new) for old, new in zip(baseline.verdicts, after, strict=True) if old.estimate != new.estimate]
    changed.sort(key=lambda pair: -_used(pair[1]))
    return tuple(Price(new.limit, old.estimate, new.estimate, new.upper) for old, new in changed)


def _used(verdict: Verdict) -> float:
    least = 1.0 if verdict.limit.is_count else 0.0
    value = verdict.upper if verdict.upper is not None else verdict.estimate
    return 0.0 if value is None else (value - least) / max(verdict.limit.value - least, 1e-9)


def _best_of(baseline: Baseline, tried: Tried, goal: Goal) -> list[Lever]:
    """The best point of each group that is better than the settings in force, and whose gain has a range."""
    now_ms, allowed = goal.of_turns(baseline.response_ms), baseline.allowed(tried.assessed)
    found = []
    for group in np.unique(tried.group):
        places = np.flatnonzero(allowed & (tried.group == group))
        chosen = _choice(tried.assessed.goal_ms[places], distance(baseline.space, tried.points[places]), now_ms)
        if chosen is not None:
            place = places[chosen]
            settings = baseline.space.settings_at(tried.points[place])
            found.append(lever(baseline, settings, goal, float(tried.assessed.goal_ms[place])))
    return [one for one in found if one.gain.low is not None or baseline.sessions < 2]


def _choice(goal_ms: Floats, distances: Floats, now_ms: float) -> int | None:
    """Of those that answer soonest, give or take `NEARLY` of the gain, the one nearest to the settings in force."""
    best = goal_ms.min(initial=np.inf)
    if not best < now_ms - SMALLEST_MS:
        return None
    slack = max(1.0, NEARLY * (now_ms - best))
    return int(np.argmin(np.where(goal_ms <= best + slack, distances, np.inf)))


def _best_alone(several: Lever, others: Sequence[Lever]) -> float:
    return max((one.gain_ms for one in others if set(one.values) <= set(several.values)), default=0.0)


def _ranked(levers: Iterable[Lever]) -> tuple[Lever, ...]:
    return tuple(sorted(levers, key=lambda one: -one.gain_ms))
