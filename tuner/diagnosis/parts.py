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

NAMES: tuple[str, ...] = tuple(Parts.model_fields)

WINDOWS: dict[str, tuple[float, float]] = {
    "p50": (0.45, 0.55),
    "p95": (0.94, 0.96),
    "p99": (0.985, 0.995),
}
"""The turns around a quantile, whose parts are averaged: from one share of the turns to another."""

SLOWEST = 0.01
"""The slowest turns that were answered."""


@dataclass(frozen=True)
class Slice:
    """What the turns of a window spent their time on, on average, in ms; the parts add up to `response_ms`."""

    name: str
    turns: int
    response_ms: float
    parts: dict[str, float]

    def json_dict(self) -> dict[str, Any]:
        return {"name": self.name, "turns": self.turns, "response_ms": self.response_ms, "parts": self.parts}


def slices(outcomes: Outcomes) -> tuple[Slice, ...]:
    """One around each quantile, and one of the slowest; a window of turns without an answer is left out.

    Not the quantiles of each part: those do not add up, and no turn ever took them together.
    """
    return tuple(_slice(name, turns, outcomes) for name, turns in windows(outcomes).items())


def windows(outcomes: Outcomes) -> dict[str, npt.NDArray[np.int64]]:
    """The turns of each slice, by its name; the soonest answered first."""
    response = response_times(outcomes)
    order = np.argsort(response, kind="stable")
    n, answered = len(order), int(np.isfinite(response).sum())
    spans = {name: (place(n, low), min(place(n, high) + 1, answered)) for name, (low, high) in WINDOWS.items()}
    spans["slowest"] = (answered - max(1, round(SLOWEST * answered)), answered)
    return {name: order[begin:end] for name, (begin, end) in spans.items() if 0 <= begin < end}


def _slice(name: str, turns: Any, outcomes: Outcomes) -> Slice:
    parts = {part: float(getattr(outcomes, part)[turns].mean()) for part in NAMES}
    return Slice(name, len(turns), sum(parts.values()), parts)
