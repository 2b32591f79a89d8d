"""Distributions given by the quantiles or shares that a source quotes.

A distribution is a curve through quoted points, a straight line between two of them on normal paper: (standard normal
score of the share below, logarithm of the value). Two points make a lognormal; more points keep every quoted figure
exact, heavy tails too.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from stages.arrays import Floats
from stages.model import Model

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?)")
_FAR = 8.3
"""In standard deviations: beyond it the share is 0 or 1 in floating point."""


class Quoted(Model):
    """One number and where it comes from."""

    value: float
    source: str = Field(min_length=1)


class Distribution(Model):
    """Positive values, by quoted quantiles, by the quoted shares above some values, or by measured values.

    `quantiles`: percentile ("p50", "p98.5") -> value; `above`: pairs (value, share above it). Beyond the outermost
    points the line continues, at most to `min` and `max`. `values`: all that were measured, ascending; nothing is
    drawn beyond the least and the greatest. `session` is the share of the variance of the logarithm that lies between
    sessions.
    """

    quantiles: dict[str, float] = Field(default_factory=dict)
    above: Annotated[tuple[Annotated[tuple[float, float], Field(strict=False)], ...], Field(strict=False)] = ()
    values: Annotated[tuple[float, ...], Field(strict=False)] = ()
    min: float = Field(0, ge=0)
    max: float = Field(float("inf"), gt=0)
    session: float = Field(0, ge=0, le=1)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> Distribution:
        if sum(map(bool, (self.quantiles, self.above, self.values))) != 1:
            raise ValueError("give one of quantiles, above and values")
        for name in self.quantiles:
            if not _PERCENTILE.fullmatch(name):
                raise ValueError(f"a quantile is named like p50 or p98.5, got {name!r}")
        for (z, value), (next_z, next_value) in pairwise(self.points):
            if not (z < next_z and 0 < value <= next_value):
                raise ValueError(f"values must rise with their share, got {value:g} before {next_value:g}")
        return self

    @property
    def points(self) -> list[tuple[float, float]]:
        """(standard normal score, value), rising."""
        from scipy.special import ndtri

        if self.values:
            scores = ndtri((np.arange(len(self.values)) + 0.5) / len(self.values))
            return list(zip(scores.tolist(), self.values, strict=True))
        if self.above:
            return sorted((float(ndtri(1 - share)), value) for value, share in self.above)
        return sorted((float(ndtri(float(name[1:]) / 100)), value) for name, value in self.quantiles.items())

    def at(self, z: Floats) -> Floats:
        """The values at these standard normal scores."""
        return np.clip(self._unscaled(np.interp(z, *self._curve)), self.min, self.max)

    def quantile(self, u: Floats) -> Floats:
        """The values below which these shares (strictly between 0 and 1) lie."""
        from scipy.special import ndtri

        return self.at(ndtri(u))

    def tail(self, u: Floats, bound: Floats) -> Floats:
        """The values at these shares of the part above a bound; the bound itself where that part is empty."""
        from scipy.special import ndtr, ndtri

        scores, levels = self._curve
        beyond = ndtr(-np.interp(self._scaled(np.maximum(bound, 1e-300)), levels, scores))  # share above the bound
        return np.maximum(self.at(-ndtri(beyond * (1 - u))), bound)

    @cached_property
    def _curve(self) -> tuple[Floats, Floats]:
        """Standard normal scores and (scaled) values, with the outer lines continued."""
        scores, values = (np.array(column) for column in zip(*self.points, strict=True))
        levels = self._scaled(values)
        flat = bool(self.values) or len(scores) == 1
        slopes = np.zeros(1) if flat else np.diff(levels) / np.diff(scores)
        low = levels[0] - slopes[0] * (scores[0] + _FAR)
        high = levels[-1] + slopes[-1] * (_FAR - scores[-1])
        return np.array([-_FAR, *scores, _FAR]), np.array([low, *levels, high])

    def _scaled(self, values: Floats) -> Floats:
        return np.log(values)

    def _unscaled(self, levels: Floats) -> Floats:
        return np.exp(levels)


class Belief(Distribution):
    """A detector's score between 0 and 1: as a distribution, on the log odds."""

    max: float = Field(1, gt=0, le=1)

    def _scaled(self, values: Floats) -> Floats:
        return np.log(values) - np.log1p(-values)

    def _unscaled(self, levels: Floats) -> Floats:
        scores: Floats = 1 / (1 + np.exp(-levels))
        return scores
