"""Where the time goes: the parts of the response time, of typical turns and of slow ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.figures.figures import place
from pipeline.figures.outcome import Parts
from pipeline.kernel.batch import Outcomes
from pipeline.kernel.tally import response_times
from stages.arrays import Floats

NAMES: tuple[str, ...] = tuple(Parts.model_fields)

WINDOWS: dict[str, tuple[float, float]] = {
    "p50": (0.45, 0.55),
    "p95": (0.94, 0.96),
    "p99": (0.985, 0.995),
}
"""The turns around a quantile, which say how it is split: from one share of the turns to another."""

QUANTILES: dict[str, float] = {"p50": 0.5, "p95": 0.95, "p99": 0.99}

SLOWEST = 0.01
"""The slowest turns that were answered."""


@dataclass(frozen=True)
class Slice:
    """A response time, split as the turns of a window spend theirs on average, in ms; the parts add up to it.

    Of a window around a quantile it is that quantile, of the slowest turns their mean.
    """

    name: str
    turns: int
    """How many the window has."""
    response_ms: float
    parts: dict[str, float]

    def json_dict(self) -> dict[str, Any]:
        return {"name": self.name, "turns": self.turns, "response_ms": self.response_ms, "parts": self.parts}


def slices(outcomes: Outcomes) -> tuple[Slice, ...]:
    """One at each quantile, and one of the slowest turns; a quantile that falls on an unanswered turn is left out.

    Not the quantiles of each part: those do not add up, and no turn ever took them together.
    """
    response = response_times(outcomes)
    return tuple(_slice(name, turns, outcomes, _point(name, response)) for name, turns in windows(outcomes).items())


def windows(outcomes: Outcomes) -> dict[str, npt.NDArray[np.int64]]:
    """The turns of each slice, by its name; the soonest answered first."""
    response = response_times(outcomes)
    order = np.argsort(response, kind="stable")
    n, answered = len(order), int(np.isfinite(response).sum())
    spans = {
        name: (place(n, low), min(place(n, high) + 1, answered))
        for name, (low, high) in WINDOWS.items()
        if place(n, QUANTILES[name]) < answered
    }
    spans["slowest"] = (answered - max(1, round(SLOWEST * answered)), answered)
    return {name: order[begin:end] for name, (begin, end) in spans.items() if 0 <= begin < end}


def _point(name: str, response: Floats) -> float | None:
    """The quantile that a slice is named after; None: it is named after none."""
    return float(np.sort(response)[place(len(response), QUANTILES[name])]) if name in QUANTILES else None


def _slice(name: str, turns: Any, outcomes: Outcomes, point: float | None) -> Slice:
    parts = {part: float(getattr(outcomes, part)[turns].mean()) for part in NAMES}
    mean = sum(parts.values())
    if point is None or mean <= 0:
        return Slice(name, len(turns), mean, parts)
    return Slice(name, len(turns), point, {part: ms * point / mean for part, ms in parts.items()})
