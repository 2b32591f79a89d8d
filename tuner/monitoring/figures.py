"""What a turn that an agent lived through adds to a limited figure. What the agent did not say adds nothing."""

from __future__ import annotations

from pipeline.figures.flags import FLAGS
from pipeline.recordings.store.observed import ObservedTurn
from tuner.statistics import numbers
from tuner.statistics.limits import Limit

DEAD_AIR_MS = 3000.0
"""As in the timing model, section 7."""

MOST_STARTS = 5.0
"""LLM requests beyond the first that count; more count as so many, since a bet needs a largest value."""


def counted(turn: ObservedTurn, limit: Limit) -> tuple[float, float] | None:
    """Events and trials of a turn; None: the agent did not say. Of a quantile an event is a value above the limit."""
    seen, name = turn.outcome, limit.name
    if name in FLAGS:
        value = seen.get(FLAGS[name])
        return None if value is None else (float(value > 0), 1.0)
    if name == "missed_interrupt_rate":
        met, missed = seen.get("interrupts_met"), seen.get("interrupts_missed")
        return None if met is None or missed is None else (float(min(missed, met)), float(met))
    if name == "dead_air_rate":
        return _dead_air(turn)
    if name == "llm_starts_per_turn":
        starts, wasted = seen.get("llm_starts"), seen.get("wasted_starts")
        if starts is None or wasted is None:
            return None
        return min(max(starts + wasted - 1.0, 0.0), MOST_STARTS) / MOST_STARTS, 1.0
    if limit.figure == "response_ms":
        waited = response_ms(turn)
        return None if waited is None else (float(waited > limit.value), 1.0)
    return None


def rate_of(limit: Limit) -> float:
    """The limit as the largest share of events in trials."""
    if limit.is_count:
        return (limit.value - 1) / MOST_STARTS
    return limit.value if limit.is_rate else 1 - limit.share


def shown(limit: Limit, rate: float | None) -> str:
    """A share of events in trials as text: of requests a turn as such, of a quantile as the share above its limit."""
    if rate is None:
        return "-"
    if limit.is_count:
        return numbers.figure(limit.name, 1 + rate * MOST_STARTS)
    return numbers.share(rate)


def response_ms(turn: ObservedTurn) -> float | None:
    """The response time; infinite where there was no answer, None where nothing says."""
    if turn.outcome.get("lost") or turn.outcome.get("failed"):
        return float("inf")
    return turn.response_ms


def _dead_air(turn: ObservedTurn) -> tuple[float, float] | None:
    if turn.outcome.get("lost"):
        return 1.0, 1.0
    first = turn.outcome.get("first_sound_ms")
    if first is None and turn.outcome.get("filler") is False:
        first = turn.response_ms
    return None if first is None else (float(first > DEAD_AIR_MS), 1.0)
