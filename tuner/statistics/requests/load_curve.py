"""How much longer an endpoint takes as more requests are in flight: by how much, and whether beyond chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.figures.figures import known
from stages.arrays import Floats
from tuner.statistics.bootstrap import Interval, interval
from tuner.statistics.intervals import Estimate
from tuner.statistics.requests.quantiles import quantiles

REPLICATES = 1000


@dataclass(frozen=True)
class Load:
    """Times with so many requests at once. `times_p50`, `times_p95`: how many times those of the least load."""

    concurrency: int
    figures: Mapping[str, Estimate]
    times_p50: Interval
    times_p95: Interval

    @property
    def slower(self) -> bool:
        """Whether the median or p95 is higher than at the least load beyond chance."""
        return any(one.low is not None and one.low > 1 for one in (self.times_p50, self.times_p95))

    def json_dict(self) -> dict[str, Any]:
        figures = {name: one.json_dict() for name, one in self.figures.items()}
        ratios = {"times_p50": self.times_p50.json_dict(), "times_p95": self.times_p95.json_dict()}
        return {"concurrency": self.concurrency, "figures": figures, **ratios, "slower": self.slower}


def load_curve(times: Mapping[int, Floats], seed: int = 0) -> tuple[Load, ...]:
    """One a level of load, ascending; a level without times is left out. Times that never came are infinite."""
    levels = sorted(level for level, values in times.items() if len(values))
    if not levels:
        return ()
    least = times[levels[0]]
    found = []
    for level in levels:
        ratios = {share: _ratio(times[level], least, share, seed, level == levels[0]) for share in (0.5, 0.95)}
        found.append(Load(level, quantiles(times[level]), ratios[0.5], ratios[0.95]))
    return tuple(found)


def _ratio(values: Floats, least: Floats, share: float, seed: int, same: bool) -> Interval:
    """The quantile of `values` in multiples of that of `least`, with an interval from resampled requests."""
    if same:
        return Interval(1.0, 1.0, 1.0)
    random = np.random.Generator(np.random.PCG64([seed, len(values), len(least)]))
    with np.errstate(invalid="ignore"):
        drawn = _resampled(values, share, random) / _resampled(least, share, random)
        estimate = _quantile(values, share) / _quantile(least, share)
    few = min(len(values), len(least)) < 1 / (1 - share)  # the quantile would be the slowest in every resample
    found = interval(float(estimate), [drawn], 0 if few else len(values))
    return Interval(known(float(estimate)), found.low, found.high)


def _resampled(values: Floats, share: float, random: np.random.Generator) -> Floats:
    picks = random.integers(0, len(values), size=(REPLICATES, len(values)))
    found: Floats = np.quantile(np.asarray(values)[picks], share, axis=1, method="inverted_cdf")
    return found


def _quantile(values: Floats, share: float) -> float:
    return float(np.quantile(values, share, method="inverted_cdf"))
