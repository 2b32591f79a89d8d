"""Confidence: upper bounds of rates, counts and quantiles, with whole sessions as the unit.

Turns of one session are correlated, so n of them hold less information than n independent ones. The design effect is
the ratio of the variance of the estimate with sessions as clusters to that with independent turns. Every bound below is
the exact one for n / design effect independent turns. (A percentile bootstrap would give zero where no event was seen.)
All functions take arrays and broadcast.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import special

from stages.arrays import Floats

CONFIDENCE = 0.95
"""One-sided, of every bound."""


class Sums(Protocol):
    """With y events in t trials of a session: the sums over sessions of y, t, y², y·t, t², as in `Tally`."""

    @property
    def events(self) -> Floats: ...
    @property
    def trials(self) -> Floats: ...
    @property
    def squares(self) -> Floats: ...
    @property
    def cross(self) -> Floats: ...
    @property
    def sizes(self) -> Floats: ...


def rate_design_effect(sums: Sums, sessions: int) -> Floats:
    """Variance of the rate with sessions as clusters, over the binomial one; at least 1.

    The variance is that of a ratio, linearised (Cochran, Sampling Techniques, section 2.11). It is 1 where it cannot be
    estimated: where no trial or every trial has an event, or there is only one session.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = sums.events / sums.trials
        residual = sums.squares - 2 * rate * sums.cross + rate**2 * sums.sizes
        return _design_effect(residual, sums.events * (1 - rate), sessions)


def excess_design_effect(sums: Sums, sessions: int) -> Floats:
    """The same for the events beyond one a trial, over the Poisson variance; at least 1."""
    excess = np.maximum(sums.events - sums.trials, 0)
    squares, cross = sums.squares - 2 * sums.cross + sums.sizes, sums.cross - sums.sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = excess / sums.trials
        residual = squares - 2 * rate * cross + rate**2 * sums.sizes
        return _design_effect(residual, excess.astype(np.float64), sessions)


def _design_effect(residual: Floats, independent: Floats, sessions: int) -> Floats:
    if sessions < 2:
        return np.ones_like(residual)
    ratio = residual / independent * (sessions / (sessions - 1))
    return np.maximum(1.0, np.where(np.isfinite(ratio), ratio, 1.0))


def rate_upper(rate: npt.ArrayLike, n: npt.ArrayLike, confidence: float = CONFIDENCE) -> Floats:
    """Clopper-Pearson upper bound of a rate seen in n (effective) trials; NaN for none."""
    rate, n = np.asarray(rate, dtype=np.float64), np.asarray(n, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        bound = special.betaincinv(rate * n + 1, n - rate * n, confidence)
    return np.where(n > 0, np.where(rate >= 1, 1.0, bound), np.nan)


def count_upper(mean: npt.ArrayLike, n: npt.ArrayLike, confidence: float = CONFIDENCE) -> Floats:
    """Garwood's upper bound of a mean count seen in n (effective) trials; NaN for none.

    For events that may happen more than once a turn, such as LLM requests beyond the first. Poisson is the wider choice
    where most turns have none or one; a larger variance goes into the design effect.
    """
    mean, n = np.asarray(mean, dtype=np.float64), np.asarray(n, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n > 0, special.gammaincinv(mean * n + 1, confidence) / n, np.nan)


def upper_level(share: float, n: float, confidence: float = CONFIDENCE) -> float | None:
    """The place, as a share of the sorted values, of the bound of the `share` quantile; None: too few values.

    The k-th smallest of n values bounds the quantile with the probability that fewer than k of n are at or below it.
    The result is (k - 1/2) / n, so that the inverted empirical CDF gives the k-th value whatever the rounding.
    """
    whole = int(n)
    if whole < 1 or share**whole > 1 - confidence:
        return None
    below = int(np.ceil(special.bdtrik(confidence, whole, share)))
    while special.bdtr(below - 1, whole, share) >= confidence:
        below -= 1
    while special.bdtr(below, whole, share) < confidence:
        below += 1
    return (below + 0.5) / whole
