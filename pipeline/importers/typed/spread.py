"""A small assumed recording from typed figures: each turn takes its share of every range."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from math import exp, log
from statistics import NormalDist

TURNS = 40
"""How many turns are assumed."""

STRIDES = (1, 7, 11, 17, 23, 29, 37)
"""None has a factor in common with 40: each figure goes through its range in an order of its own."""

_NORMAL = NormalDist()
_LEAST_MS = 0.1


def value_at(share: float, quantiles: Mapping[float, float]) -> float:
    """The time in ms that a share of the turns does not exceed.

    Between the ends of a range all values are equally likely. Between quantiles (p50, p95) the logarithm goes in a line
    with the normal quantile, and so beyond them, but not beyond a given end.
    """
    ends = {at: ms for at, ms in quantiles.items() if at in (0.0, 1.0)}
    inner = sorted((at, ms) for at, ms in quantiles.items() if at not in ends)
    low, high = ends.get(0.0), ends.get(1.0)
    if low is not None and high is not None:
        return _between(share, [(0.0, low), *inner, (1.0, max(high, low))])
    found = _lognormal(share, inner) if inner else next(iter(ends.values()))
    return min(max(found, low or 0.0), high if high is not None else found)


def places(figure: int) -> list[int]:
    """The rank of each turn in the range of the figure of this number: another order for each."""
    stride = STRIDES[figure % len(STRIDES)]
    return [turn * stride % TURNS for turn in range(TURNS)]


def _between(share: float, points: list[tuple[float, float]]) -> float:
    for (left, low), (right, high) in itertools.pairwise(points):
        if share <= right:
            return low + (high - low) * (share - left) / (right - left)
    return points[-1][1]


def _lognormal(share: float, inner: list[tuple[float, float]]) -> float:
    if len(inner) == 1:
        return inner[0][1]
    points = [(_NORMAL.inv_cdf(at), log(max(ms, _LEAST_MS))) for at, ms in inner]
    wanted = _NORMAL.inv_cdf(share)
    place = next((i for i in range(len(points) - 2) if wanted <= points[i + 1][0]), len(points) - 2)
    (left, low), (right, high) = points[place], points[place + 1]
    return exp(min(low + (high - low) * (wanted - left) / (right - left), 20.0))
