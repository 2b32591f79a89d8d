"""The gain of one set of settings over another on the same turns, with an interval from resampled sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from tuner.statistics.objective import UNANSWERED_MS

REPLICATES, FEWEST_REPLICATES = 1000, 200
DRAWS_HELD = 8_000_000
"""Sessions times replicates that are in memory at once: 64 MB."""


@dataclass(frozen=True)
class Interval:
    """An estimate and the range of 95 % of the replicates; None: not known (unanswered turns, or one session)."""

    estimate: float | None
    low: float | None
    high: float | None

    def json_dict(self) -> dict[str, float | None]:
        return {"estimate": self.estimate, "low": self.low, "high": self.high}


class Statistic(Protocol):
    """A figure of response times that can be resampled: a weighted sum of quantiles and the mean."""

    @property
    def quantiles(self) -> tuple[tuple[float, float], ...]:
        """(share, weight)"""

    @property
    def mean_weight(self) -> float: ...


def replicates_for(sessions: int) -> int:
    """How many replicates of so many sessions are in memory at once."""
    return max(FEWEST_REPLICATES, min(REPLICATES, DRAWS_HELD // sessions))


class Resample:
    """`replicates` resamples of the sessions, the same ones for every statistic."""

    def __init__(self, sessions: int, seed: int, replicates: int = REPLICATES) -> None:
        random = np.random.Generator(np.random.PCG64([seed, sessions]))
        picks = random.integers(0, sessions, size=(replicates, sessions))
        offsets = np.arange(replicates)[:, None] * sessions
        flat = np.bincount((picks + offsets).ravel(), minlength=replicates * sessions)
        self.counts: Floats = flat.reshape(replicates, sessions).astype(np.float64)

    def figure(self, statistic: Statistic, response_ms: Floats, session: npt.NDArray[np.int32]) -> Floats:
        """The statistic of each replicate, (replicates,); infinite where a quantile falls on an unanswered turn.

        `response_ms` (n,) is infinite for an unanswered turn; `session` (n,) is each turn's, 0-based.
        """
        order = np.argsort(response_ms, kind="stable")
        values, sessions = response_ms[order], session[order]
        figure = np.zeros(len(self.counts))
        for share, weight in statistic.quantiles:
            figure += weight * self._quantile(values, sessions, share)
        if statistic.mean_weight:
            figure += statistic.mean_weight * self._mean(values, sessions)
        return figure

    def ratio(self, events: Floats, trials: Floats | None, session: npt.NDArray[np.int32]) -> Floats:
        """Events a trial of each replicate, (replicates,), NaN without trials; both (n,), `trials` None: turns."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._sums(session, events) / self._sums(session, trials)

    def quantile(self, share: float, values: Floats, session: npt.NDArray[np.int32]) -> Floats:
        """A quantile of some turns' values in each replicate, (replicates,), NaN where it has none of these turns."""
        if not len(values):
            return np.full(len(self.counts), np.nan)
        order = np.argsort(values, kind="stable")
        found = self._quantile(values[order], session[order], share)
        return np.where(self._sums(session) > 0, found, np.nan)

    def _sums(self, session: npt.NDArray[np.int32], values: Floats | None = None) -> Floats:
        """A sum over turns, (replicates,)."""
        return self.counts @ np.bincount(session, weights=values, minlength=self.counts.shape[1])

    def _mean(self, values: Floats, session: npt.NDArray[np.int32]) -> Floats:
        counted = np.where(np.isfinite(values), values, UNANSWERED_MS)
        return self._sums(session, counted) / self._sums(session)

    def _quantile(self, values: Floats, session: npt.NDArray[np.int32], share: float) -> Floats:
        """The inverted empirical CDF of each replicate; it searches near the quantile first, then further away."""
        n = len(values)
        rank = np.maximum(np.ceil(share * self._sums(session) - 1), 0) + 1  # as pipeline.figures.place
        width = 64 + int(8 * np.sqrt(n))
        while True:
            first, last = max(0, int(share * n) - width), min(n, int(share * n) + width)
            below = self._sums(session[:first])
            reached = below[:, None] + np.cumsum(self.counts[:, session[first:last]], axis=1)
            inside = (below < rank) & (rank <= reached[:, -1])
            if inside.all() or last - first == n:
                found: Floats = values[first + np.argmax(reached >= rank[:, None], axis=1)]
                return found
            width *= 4


def interval(estimate: float, replicates: Sequence[Floats], sessions: int, coverage: float = 0.95) -> Interval:
    """The estimate with the central range of all replicates together."""
    drawn = np.concatenate([np.asarray(part) for part in replicates])
    if sessions < 2 or not np.isfinite(drawn).all() or not np.isfinite(estimate):
        return Interval(estimate if np.isfinite(estimate) else None, None, None)
    low, high = np.quantile(drawn, [(1 - coverage) / 2, (1 + coverage) / 2], method="inverted_cdf")
    return Interval(float(estimate), float(low), float(high))
