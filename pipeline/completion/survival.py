"""Kaplan-Meier curves: the distribution of values of which some are only lower bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.kernel.compiled import njit
from stages.arrays import Floats

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


class Wanted(NamedTuple):
    """Values to be drawn, as arrays of one length: the group, the uniform draw, and the lower bound of each."""

    group: Places
    share: Floats
    """in (0, 1)"""
    above: Floats
    """-inf: there is no bound"""


@dataclass(frozen=True)
class Survival:
    """The Kaplan-Meier curves of some groups of values, one after the other in the arrays."""

    values: Floats
    """rising within a group"""
    beyond: Floats
    """The share of the group above each value."""
    start: Places
    """(groups + 1,)"""
    exact: Places
    """(groups,) how many values are known, and not only bounds."""

    @classmethod
    def of(cls, values: Floats, censored: Flags, group: Places, groups: int) -> Survival:
        """The curves of these groups; at equal values a bound counts as the longer."""
        order = np.lexsort((np.where(censored, np.nextafter(values, np.inf), values), group))
        start = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=groups))])
        known = np.bincount(group[~censored], minlength=groups)
        return cls(values[order], _kaplan_meier(~censored[order], start), start, known)

    def draw(self, wanted: Wanted) -> tuple[Floats, Wanted]:
        """The values drawn, and what is still to be drawn where one is NaN: its group has no value that large."""
        return _draw(self.values, self.beyond, self.start, wanted.group, wanted.share, wanted.above)


@njit(nogil=True, cache=True)
def _kaplan_meier(exact: Flags, start: Places) -> Floats:
    """The share of its group above each value, by the product-limit estimate (Kaplan & Meier 1958)."""
    beyond = np.empty(len(exact))
    for g in range(len(start) - 1):
        left = 1.0
        for k in range(start[g], start[g + 1]):
            if exact[k]:
                left *= 1 - 1 / (start[g + 1] - k)
            beyond[k] = left
    return beyond


@njit(nogil=True, cache=True)
def _draw(
    values: Floats, beyond: Floats, start: Places, group: Places, share: Floats, above: Floats
) -> tuple[Floats, Wanted]:
    """Each draw follows its group's curve down from its bound; where it ends below the curve, no value is drawn."""
    drawn, rest, far = np.full(len(group), np.nan), share.copy(), above.copy()
    for i in range(len(group)):
        lo, hi = start[group[i]], start[group[i] + 1]
        first = lo + np.searchsorted(values[lo:hi], above[i], side="right")
        if first == hi:
            continue
        level = (1 - share[i]) * (1.0 if first == lo else beyond[first - 1])
        if level > beyond[hi - 1]:
            low, high = first, hi - 1
            while low < high:
                middle = (low + high) // 2
                if beyond[middle] < level:
                    high = middle
                else:
                    low = middle + 1
            drawn[i] = values[low]
        else:
            rest[i] = 1 - level / beyond[hi - 1]
            far[i] = values[hi - 1]
    return drawn, Wanted(group, rest, far)
