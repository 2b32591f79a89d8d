"""Quantiles of independent measurements, such as requests to an endpoint, each with its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stages.arrays import Floats
from tuner.statistics.intervals import Estimate, quantile_of

SHARES = (0.5, 0.9, 0.95, 0.99)


def quantiles(values: Sequence[float] | Floats, shares: Sequence[float] = SHARES) -> dict[str, Estimate]:
    """Name (p50, p95) -> the quantile of independent values; its interval is None where they are too few."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    names = (f"p{share * 100:g}" for share in shares)
    return {name: quantile_of(name, ordered, share, len(ordered)) for name, share in zip(names, shares, strict=True)}
