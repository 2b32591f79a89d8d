"""How many turns would show that a limit holds, if the true figure is the estimate."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import special

from tuner.statistics.confidence import CONFIDENCE, count_upper, rate_upper, upper_level

POWER = 0.8
"""The power of a comparison of two arms: the probability to find a difference that exists."""

MOST = 10**9
"""More turns than this are not asked for."""


def trials_for_rate(
    rate: float, limit: float, design_effect: float = 1.0, confidence: float = CONFIDENCE
) -> int | None:
    """Trials until the bound of this rate is within the limit; None: the rate itself exceeds the limit."""
    return _smallest(lambda n: float(rate_upper(rate, n / design_effect, confidence)) <= limit, rate < limit)


def trials_for_count(
    mean: float, limit: float, design_effect: float = 1.0, confidence: float = CONFIDENCE
) -> int | None:
    """The same for a mean count."""
    return _smallest(lambda n: float(count_upper(mean, n / design_effect, confidence)) <= limit, mean < limit)


def values_for_quantile(
    share: float, within: float, design_effect: float = 1.0, confidence: float = CONFIDENCE
) -> int | None:
    """Values until the bound of the `share` quantile is within a limit that this share of the values is `within`."""

    def shown(n: int) -> bool:
        level = upper_level(share, n / design_effect, confidence)
        return level is not None and level <= within

    return _smallest(shown, within > share)


def trials_per_arm(
    rate: float, other: float, design_effect: float = 1.0, confidence: float = CONFIDENCE, power: float = POWER
) -> int | None:
    """Trials in each of two arms to distinguish two rates, with the power above; None: never.

    The usual one-sided test of two proportions (Fleiss, Statistical Methods for Rates and Proportions, section 4.2).
    A quantile is a rate too: that of the values beyond a point.
    """
    if rate == other:
        return None
    mean = (rate + other) / 2
    alike = float(special.ndtri(confidence)) * math.sqrt(2 * mean * (1 - mean))
    apart = float(special.ndtri(power)) * math.sqrt(rate * (1 - rate) + other * (1 - other))
    return math.ceil(design_effect * ((alike + apart) / (rate - other)) ** 2)


def counts_per_arm(
    mean: float, other: float, design_effect: float = 1.0, confidence: float = CONFIDENCE, power: float = POWER
) -> int | None:
    """The same for a mean count of what is beyond one a trial (Poisson)."""
    if mean == other:
        return None
    both = (float(special.ndtri(confidence)) + float(special.ndtri(power))) ** 2
    return math.ceil(design_effect * both * (max(mean - 1, 0) + max(other - 1, 0)) / (mean - other) ** 2)


def values_for_precision(
    share: float, within: float, quantile: Callable[[float], float], confidence: float = CONFIDENCE
) -> int | None:
    """Independent values until the two-sided interval of the `share` quantile is within a part of it on both sides.

    `quantile`: the values' distribution, as it is expected to be; `within`: 0.1 for 10 %.
    """
    middle, tail = quantile(share), (1 + confidence) / 2

    def shown(n: int) -> bool:
        above, below = upper_level(share, n, tail), upper_level(1 - share, n, tail)
        if above is None or below is None:
            return False
        return quantile(above) <= middle * (1 + within) and quantile(1 - below) >= middle * (1 - within)

    return _smallest(shown, True)


def _smallest(shown: Callable[[int], bool], possible: bool) -> int | None:
    """The least n from which on the limit is shown, to one part in a thousand."""
    if not possible:
        return None
    high = 1
    while not shown(high):
        high *= 2
        if high > MOST:
            return None
    low = high // 2
    while high - low > max(1, high // 1000):
        middle = (low + high) // 2
        low, high = (low, middle) if shown(middle) else (middle, high)
    return high if high < 1000 else math.ceil(high / 10) * 10
