"""A day of a simulated fleet, as its store would have it."""

from __future__ import annotations

import numpy as np

from pipeline.recordings.store.observed import ObservedTurn

DAY_MS = 1_796_000_000_000 // 86_400_000 * 86_400_000


def day_of_turns(cut_off: float, later: float | None = None, sessions: int = 240) -> list[ObservedTurn]:
    """Sessions of ten turns of six agents over 24 hours; from noon on the rate of cut-offs may be another."""
    draws, found = np.random.default_rng(11), []
    for i in range(sessions):
        at_ms = DAY_MS + 86_000_000 * i // sessions
        rate = cut_off if later is None or i < sessions // 2 else later
        for k in range(10):
            outcome = {"cut_off": bool(draws.random() < rate), "failed": False}
            response = float(draws.normal(900, 100))
            found.append(
                ObservedTurn(
                    10 * i + k + 1, f"toy-{i % 6}", f"s{i}", at_ms + 1000 * k, "v-1", response, k == 0, {}, outcome
                )
            )
    return found
