"""Tests and intervals that stay valid however often, and whenever, they are looked at.

A bettor begins with 1 and bets on each unit (a session) against a claim, such as "the rate is at most 3%". If the claim
is true, the wealth is on average never above 1 whatever the past was, so it ever reaches 1/alpha with a probability of
at most alpha (Ville's inequality). Bets are averaged over a grid, so none has to be chosen (Waudby-Smith and Ramdas,
Estimating means of bounded random variables by betting, 2024).

The unit is a session, since turns of one session are alike: a unit of y events in n trials, n at most `LONGEST`, is
worth y - m n against the limit m. What the test takes for granted: given the past, a session is on average within the
claim. An agent that is always bad breaks that for its own sessions, which is what an alarm should say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats

LONGEST = 20
"""The most trials of a unit; a longer session is divided."""

FRACTIONS = np.array([0.9, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.01])
"""The bets: shares of the largest that cannot lose all."""

ALPHA = 0.05
MOST_LOG = 600.0
"""A larger logarithm of wealth counts as this: more is beyond a float, and beyond doubt."""

STEPS = 30
"""Halvings of a range in which a bound is looked for."""


@dataclass(frozen=True)
class Interval:
    """A mean with an interval that holds at all times together, with 1 - alpha. None: no trials yet."""

    value: float | None
    low: float | None
    high: float | None
    trials: int

    def json_dict(self) -> dict[str, float | int | None]:
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.trials}


def wealth(gains: Floats, most_lost: float, starts: Sequence[int] = (0,)) -> Floats:
    """(..., T + 1): the wealth before the first unit, and after each of T units; `gains` (..., T) are >= -most_lost.

    `starts`: bettors that begin before these units, all with the same share; one that has not begun keeps its share.
    """
    bets = FRACTIONS / most_lost
    grown = np.log1p(np.maximum(gains[..., None] * bets, -FRACTIONS))  # a rounding error must not lose all
    zero = np.zeros((*grown.shape[:-2], 1, len(bets)))
    logs = np.concatenate([zero, np.cumsum(grown, axis=-2)], axis=-2)
    total = np.zeros(logs.shape[:-1])
    for start in starts:
        total[..., :start] += 1.0
        since = logs[..., start:, :] - logs[..., start : start + 1, :]
        total[..., start:] += np.exp(np.minimum(since, MOST_LOG)).mean(axis=-1)
    found: Floats = total / len(starts)
    return found


def above_limit(events: Floats, trials: Floats, limit: float, starts: Sequence[int] = (0,)) -> Floats:
    """(..., T + 1): the wealth against "the rate is at most `limit`", 0 < limit < 1."""
    return wealth((events - limit * trials) / LONGEST, limit, starts)


def below_limit(events: Floats, trials: Floats, limit: float) -> Floats:
    """(..., T + 1): the wealth against "the rate is at least `limit`": large where the limit is kept."""
    return wealth((limit * trials - events) / LONGEST, 1 - limit)


def rate_interval(events: npt.ArrayLike, trials: npt.ArrayLike, alpha: float = ALPHA) -> Interval:
    """The rate over units of y events in n trials, in the order in which they ended."""
    y, n = np.asarray(events, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    total = n.sum()
    if not total:
        return Interval(None, None, None, 0)
    rate, enough = float(y.sum() / total), 2 / alpha
    low = _bound(lambda m: above_limit(y, n, m).max() >= enough, 0.0, rate)
    high = _bound(lambda m: below_limit(y, n, m).max() >= enough, 1.0, rate)
    return Interval(rate, low, high, int(total))


def difference_interval(differences: npt.ArrayLike, weights: npt.ArrayLike, alpha: float = ALPHA) -> Interval:
    """The weighted mean of differences between -1 and 1, weights 0 to 1, in the order in which the pairs ended."""
    d, w = np.asarray(differences, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if not w.sum():
        return Interval(None, None, None, 0)
    mean, enough = float((d * w).sum() / w.sum()), 2 / alpha
    low = _bound(lambda x: wealth((d - x) * w, 1 + x).max() >= enough, -1.0, mean)
    high = _bound(lambda x: wealth((x - d) * w, 1 - x).max() >= enough, 1.0, mean)
    return Interval(mean, low, high, len(d))


def _bound(refuted: Callable[[float], bool], far: float, near: float) -> float:
    """The value between `far` and `near` up to which values are refuted, `far` where none is; on the safe side."""
    outer, inner = far, near
    for _ in range(STEPS):
        middle = (outer + inner) / 2
        if middle in (outer, inner) or middle in (-1.0, 0.0, 1.0):
            break
        if refuted(middle):
            outer = middle
        else:
            inner = middle
    return outer
