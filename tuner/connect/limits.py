"""Limits on the figures of connecting: at least a share of calls, or at most a share, a time or a count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.connect.figures import FIGURES, HIGHER_IS_BETTER, RATES
from stages.errors import InputError, UnknownName
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import figure

DEFAULTS = {"bad_let_through_rate": 0.15, "wasted_attempts": 0.5, "connect_ms.p95": 10000.0}
"""The limits that hold unless replaced."""


@dataclass(frozen=True)
class ConnectLimit:
    """A figure that may not be above a value, or below it where more is better."""

    name: str
    value: float

    @property
    def at_least(self) -> bool:
        return self.name in HIGHER_IS_BETTER

    def kept(self, value: float | None) -> bool:
        """Whether a value keeps it; what is not known does not."""
        if value is None:
            return False
        return value >= self.value if self.at_least else value <= self.value

    @property
    def shown(self) -> str:
        return figure(self.name, self.value, 3)


@dataclass(frozen=True)
class ConnectVerdict:
    """A limit, the figure, and whether the end of its interval that is worse keeps the limit."""

    limit: ConnectLimit
    estimate: Estimate
    point: bool

    @property
    def judged(self) -> float | None:
        if self.point:
            return self.estimate.value
        return self.estimate.low if self.limit.at_least else self.estimate.high

    @property
    def met(self) -> bool:
        return self.limit.kept(self.judged)

    @property
    def status(self) -> Literal["met", "not shown", "missed"]:
        """Not shown: the estimate keeps the limit, the worse end of its interval does not."""
        return "met" if self.met else "not shown" if self.limit.kept(self.estimate.value) else "missed"

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        limit = {"limit": self.limit.value, "at_least": self.limit.at_least}
        return limit | self.estimate.json_dict() | {"judged": self.judged, "met": self.met}


def verdicts(limits: Iterable[ConnectLimit], found: Mapping[str, Estimate], point: bool) -> list[ConnectVerdict]:
    """Each limit with its verdict."""
    return [ConnectVerdict(one, found[one.name], point) for one in limits]


def limits_with(given: Iterable[str]) -> tuple[ConnectLimit, ...]:
    """The default limits, each replaced where one is given, then the others given; InputError where one is wrong."""
    chosen = {name: ConnectLimit(name, value) for name, value in DEFAULTS.items()}
    chosen |= {one.name: one for one in map(parse_limit, given)}
    return tuple(chosen.values())


def parse_limit(text: str) -> ConnectLimit:
    """A limit from NAME=VALUE, as in `connected_rate=95%`, `connect_ms.p95=4000`; InputError otherwise."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise InputError(f"--limit: write NAME=VALUE, as in connected_rate=95% or connect_ms.p95=4000, got {text!r}")
    if name not in FIGURES:
        raise UnknownName("limit", name, FIGURES)
    percent = value.endswith("%")
    try:
        number = float(value.removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0 or (percent and name not in RATES):
        raise InputError(f"--limit {text}: write a share (95%), milliseconds (4000) or a count (0.5), as {name} has it")
    if name in RATES and number > 1:
        raise InputError(f"--limit {text}: a rate lies between 0% and 100%; for {value} percent write {name}={value}%")
    return ConnectLimit(name, number)
