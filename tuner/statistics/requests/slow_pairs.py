"""Whether slow requests come together: does a second request draw anew, so that a retry or a hedge helps?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from stages.arrays import Floats
from tuner.statistics.confidence import rate_upper
from tuner.statistics.intervals import TAIL

SLOW = 0.9
"""A request is slow above this quantile of all."""
SIGNIFICANT = 0.05
CLOSE = 2.0
"""A second request is taken to draw anew where it is shown to be slow less than so many times as often as any."""

Verdict = Literal["together", "anew", "not shown"]


@dataclass(frozen=True)
class SlowPairs:
    """Pairs of requests that were sent one after the other, or at once: how often the second is slow after a slow one.

    `expected`: the share of slow ones among all second requests; `p_value`: Fisher's exact test, one-sided, that a slow
    one makes the second no more likely slow.
    """

    pairs: int
    after_slow: int
    both: int
    expected: float
    low: float | None
    high: float | None
    p_value: float | None

    @property
    def share(self) -> float | None:
        """Of the pairs with a slow first request, those whose second is slow too."""
        return self.both / self.after_slow if self.after_slow else None

    @property
    def verdict(self) -> Verdict:
        if self.p_value is not None and self.p_value < SIGNIFICANT:
            return "together"
        if self.high is not None and self.high <= CLOSE * self.expected:
            return "anew"
        return "not shown"

    def json_dict(self) -> dict[str, Any]:
        names = ("pairs", "after_slow", "both", "expected", "share", "low", "high", "p_value", "verdict")
        return {name: getattr(self, name) for name in names}


def slow_pairs(pairs: Sequence[tuple[float, float]], slow_above: float) -> SlowPairs:
    """The test on (time of the first, time of the second); infinite: it never answered."""
    from scipy.stats import fisher_exact

    slow = np.asarray(pairs, dtype=np.float64).reshape(-1, 2) > slow_above
    first, second = slow[:, 0], slow[:, 1]
    n, after, both = len(slow), int(first.sum()), int((first & second).sum())
    expected = float(second.mean()) if n else 0.0
    if not after:
        return SlowPairs(n, after, both, expected, None, None, None)
    table = [[both, after - both], [int((~first & second).sum()), int((~first & ~second).sum())]]
    low = float(1 - rate_upper(1 - both / after, after, TAIL))
    high = float(rate_upper(both / after, after, TAIL))
    return SlowPairs(n, after, both, expected, max(low, 0.0), high, float(fisher_exact(table, "greater")[1]))


def slow_above(values: Floats | Sequence[float]) -> float:
    """The time above which a request counts as slow."""
    return float(np.quantile(np.asarray(values, dtype=np.float64), SLOW, method="inverted_cdf"))
