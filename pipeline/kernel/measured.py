"""What the figures of a corpus are made of, whichever engine it came from (timing model, section 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.figures.figures import Figures, ResponseMs, StopMs, known
from pipeline.kernel.quantile import quantiles
from stages.arrays import Floats

QUANTILES = (0.5, 0.9, 0.95, 0.99)
STOP_QUANTILES = (0.5, 0.95)


@dataclass(frozen=True)
class Tally:
    """Events by session, under m settings: with y_s events in t_s trials of session s, arrays of shape (m,)."""

    events: Floats
    """sum of y_s"""
    trials: Floats
    """sum of t_s: turns, or interrupts met"""
    squares: Floats
    """sum of y_s * y_s"""
    cross: Floats
    """sum of y_s * t_s"""
    sizes: Floats
    """sum of t_s * t_s"""

    @property
    def rate(self) -> Floats:
        """Events a trial; NaN without trials."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.events / self.trials


@dataclass(frozen=True)
class Measured:
    """What the figures of n turns under one set of settings, and the ranges they may lie in, are made of."""

    response_ms: Floats
    """(n,) infinite for an unanswered turn: slower than any other."""
    stop_ms: Floats
    """(n,) NaN where no interrupt was handled."""
    talked_over_ms: Floats
    hiccup_ms: Floats
    tallies: dict[str, Tally]
    """Arrays of shape (1,)."""
    unknown: frozenset[str] = frozenset()
    """The figures that the recording does not show."""
    assumed: frozenset[str] = frozenset()
    """The figures that rest on what a profile says."""

    def figures(self) -> Figures:
        """The figures of section 7."""
        answered = self.response_ms[np.isfinite(self.response_ms)]
        p50, p90, p95, p99 = (known(value) for value in quantiles(self.response_ms[None], QUANTILES)[0])
        stop50, stop95 = (known(value) for value in quantiles(self.stop_ms[None], STOP_QUANTILES)[0])
        mean, top = (float(answered.mean()), float(answered.max())) if len(answered) else (None, None)
        return Figures(
            n=len(self.response_ms),
            response_ms=ResponseMs(p50=p50, p90=p90, p95=p95, p99=p99, mean=mean, max=top),
            stop_ms=StopMs(p50=self._shown("stop_ms", stop50), p95=self._shown("stop_ms", stop95)),
            talked_over_ms=self._shown("talked_over_ms", float(self.talked_over_ms.mean())),
            hiccup_ms=self._shown("hiccup_ms", float(self.hiccup_ms.mean())),
            **{name: self._shown(name, known(tally.rate[0])) for name, tally in self.tallies.items()},  # type: ignore[arg-type]
        )

    def _shown(self, name: str, value: float | None) -> float | None:
        return None if name in self.unknown else value
