"""The objective of a search: a quantile or the mean of the response time, or a weighted sum of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.figures.figures import place
from stages.arrays import Floats
from stages.errors import InputError

UNANSWERED_MS = 10_000.0
"""The response time of a failed or lost turn in a mean, so that a search cannot gain by failing slow turns.

In a quantile such a turn is slower than any other.
"""

_TERM = re.compile(r"(?:(?P<weight>\d++(?:\.\d++)?|\.\d++)\*)?(?P<figure>p\d{1,2}(?:\.\d+)?|mean)")


@dataclass(frozen=True)
class Goal:
    """A weighted sum of figures of `response_ms`, in ms; less is better."""

    text: str
    quantiles: tuple[tuple[float, float], ...]
    """(share, weight) of each quantile."""
    mean_weight: float = 0.0

    @property
    def shares(self) -> tuple[float, ...]:
        """The quantiles it needs."""
        return tuple(share for share, _ in self.quantiles)

    def value(self, quantiles: Mapping[float, Floats], mean_ms: Floats, unanswered: Floats) -> Floats:
        """The goal from arrays over settings: quantiles by share, the mean of the answered, the unanswered share."""
        total = np.zeros_like(unanswered)
        for share, weight in self.quantiles:
            total = total + weight * quantiles[share]
        if self.mean_weight:
            answered = np.where(unanswered < 1, mean_ms, 0.0) * (1 - unanswered)
            total = total + self.mean_weight * (answered + UNANSWERED_MS * unanswered)
        return total

    def of_turns(self, response_ms: Floats) -> float:
        """The goal on turns' response times, infinite for the unanswered; infinite where it falls on one."""
        ordered = np.sort(response_ms)
        total = sum(weight * float(ordered[place(len(ordered), share)]) for share, weight in self.quantiles)
        if self.mean_weight:
            total += self.mean_weight * float(np.where(np.isfinite(ordered), ordered, UNANSWERED_MS).mean())
        return total


def parse_goal(text: str) -> Goal:
    """The goal that a text names: `p95`, `mean`, `0.5*p50+0.5*p95`; InputError otherwise."""
    quantiles: list[tuple[float, float]] = []
    mean_weight = 0.0
    for term in text.replace(" ", "").lower().split("+"):
        match = _TERM.fullmatch(term)
        weight = float(match["weight"] or 1) if match else 0.0
        if match is None or weight <= 0:
            raise InputError(
                f"--goal: {term!r} is not a goal. Write p50, p90, p95, p99 or mean, or a sum of them with weights "
                "above 0, such as 0.5*p50+0.5*p95"
            )
        if match["figure"] == "mean":
            mean_weight += weight
            continue
        share = round(float(match["figure"][1:]) / 100, 9)
        if not 0 < share < 1:
            raise InputError(f"--goal: a quantile lies between p0 and p100, got {match['figure']}")
        quantiles.append((share, weight))
    return Goal(text, tuple(quantiles), mean_weight)


DEFAULT_GOAL = parse_goal("p95")
