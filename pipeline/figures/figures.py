"""The figures of a corpus under one set of settings (timing model, section 7)."""

from __future__ import annotations

from typing import Any

import numpy as np

from stages.model import Model


class ResponseMs(Model):
    """Response time in ms. A quantile that falls on a failed or lost turn is None: no answer."""

    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    mean: float | None
    max: float | None


class StopMs(Model):
    """How long an interrupting user waits for silence, in ms; None where no interrupt was handled."""

    p50: float | None
    p95: float | None


class Figures(Model):
    """The figures of n turns; rates are shares of turns, `missed_interrupt_rate` is a share of the interrupts met.

    None: the recording does not show it (section 6), or there was nothing to count.
    """

    n: int
    response_ms: ResponseMs
    cut_off_rate: float | None
    lost_rate: float | None
    failed_rate: float
    degraded_rate: float
    restarted_rate: float | None
    false_start_rate: float | None
    filler_rate: float
    history_lost_rate: float | None
    false_interrupt_rate: float | None
    hiccup_rate: float | None
    stutter_rate: float
    dead_air_rate: float
    missed_interrupt_rate: float | None
    stop_ms: StopMs
    talked_over_ms: float | None
    hiccup_ms: float | None
    llm_starts_per_turn: float | None

    def value(self, name: str) -> float | None:
        """A figure by its name: `cut_off_rate`, `response_ms.p95`, `stop_ms.p50`."""
        found: Any = self
        for part in name.split("."):
            found = getattr(found, part)
        return None if found is None else float(found)


def place(n: int, q: float) -> int:
    """Where the q-quantile stands among n sorted values: the inverted empirical CDF, as numpy's `inverted_cdf`."""
    return int(min(max(np.ceil(n * q - 1), 0), n - 1))


def known(value: float) -> float | None:
    """The value, or None where it is NaN or infinite."""
    return float(value) if np.isfinite(value) else None
