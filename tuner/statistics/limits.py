"""The limits that a recommendation must keep: shares of turns, LLM requests a turn, and quantiles."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from stages.errors import InputError, UnknownName
from stages.i18n import Said, say
from tuner.statistics.numbers import figure, typed

Origin = Literal["default", "given", "in force", "complaint"]

DEFAULT_LIMITS: dict[str, float] = {
    "cut_off_rate": 0.03,
    "lost_rate": 0.005,
    "failed_rate": 0.01,
    "degraded_rate": 0.02,
    "restarted_rate": 0.03,
    "false_start_rate": 0.03,
    "false_interrupt_rate": 0.03,
    "missed_interrupt_rate": 0.10,
    "hiccup_rate": 0.05,
    "stutter_rate": 0.02,
    "dead_air_rate": 0.05,
    "llm_starts_per_turn": 1.2,
}
"""The limits that hold unless replaced: no search may win by failing fast, ignoring interrupts or doubling requests."""

RATES: tuple[str, ...] = (
    *(name for name in DEFAULT_LIMITS if name.endswith("_rate")),
    "filler_rate",
    "history_lost_rate",
)
COUNTS: tuple[str, ...] = ("llm_starts_per_turn",)
NAMES: tuple[str, ...] = (*RATES, *COUNTS, "response_ms.p95", "stop_ms.p95")
"""The figures that a limit may name; the last two with any quantile."""

_QUANTILE = re.compile(r"(?:(?P<figure>response_ms|stop_ms)\.)?p(?P<percent>\d{1,2}(?:\.\d+)?)")


@dataclass(frozen=True)
class Limit:
    """A figure that may not be above a value: a share, a count a turn, or ms."""

    name: str
    value: float
    origin: Origin = "given"

    @property
    def is_rate(self) -> bool:
        return self.name in RATES

    @property
    def is_aim(self) -> bool:
        """Whether nobody gave it: a complaint made it, as far as that is to be mended."""
        return self.origin == "complaint"

    @property
    def is_count(self) -> bool:
        return self.name in COUNTS

    @property
    def figure(self) -> str | None:
        """For a quantile: the figure without it, such as `response_ms`."""
        return None if self.is_rate or self.is_count else self.name.partition(".")[0]

    @property
    def share(self) -> float:
        """For a quantile: its share."""
        return round(float(self.name.partition(".p")[2]) / 100, 9)

    def shown(self, value: float | None) -> str:
        """A value of this figure, as text for people."""
        if value is None:
            return say("value.none")
        return figure(self.name, value, digits=3)

    def text(self) -> Said:
        """cut_off_rate <= 3%"""
        return say("verdict.limit", name=self.name, value=typed(self.name, self.value))

    def at(self, value: float, origin: Origin) -> Limit:
        """The same figure under another value."""
        return replace(self, value=value, origin=origin)


def default_limits() -> tuple[Limit, ...]:
    """The limits in force where none is given."""
    return tuple(Limit(name, value, "default") for name, value in DEFAULT_LIMITS.items())


def limits_with(given: Iterable[Limit]) -> tuple[Limit, ...]:
    """The defaults, each replaced where one is given for the same figure, then the other given ones."""
    chosen = {limit.name: limit for limit in default_limits()}
    chosen.update({limit.name: limit for limit in given})
    return tuple(chosen.values())


def parse_limit(text: str) -> Limit:
    """A limit from `NAME=VALUE`, as in `cut_off_rate=3%`, `p95=900`, `stop_ms.p95=700`; InputError otherwise."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise InputError(f"--limit: write NAME=VALUE, as in cut_off_rate=3% or p95=900, got {text!r}")
    return _limit(_full_name(name), value)


def is_limit(name: str) -> bool:
    """Whether a limit may have this name, written in full."""
    match = _QUANTILE.fullmatch(name)
    quantile = match is not None and match["figure"] is not None and float(match["percent"]) > 0
    return name in RATES or name in COUNTS or quantile


def _full_name(name: str) -> str:
    if name in RATES or name in COUNTS:
        return name
    match = _QUANTILE.fullmatch(name)
    if match is None or float(match["percent"]) == 0:
        raise UnknownName("limit", name, NAMES)
    return f"{match['figure'] or 'response_ms'}.p{match['percent']}"


def _limit(name: str, text: str) -> Limit:
    limit = Limit(name, _number(name, text))
    percent = text.endswith("%")
    if limit.is_rate and not (0 <= limit.value <= 1 and (percent or limit.value < 1)):
        hint = f"; for {text} percent write {name}={text}%" if not percent and 1 <= limit.value <= 100 else ""
        raise InputError(f"--limit {name}={text}: a rate lies between 0 and 1, or 0% and 100%{hint}")
    if not limit.is_rate and percent:
        raise InputError(f"--limit {name}={text}: {name} is no share of turns, so it takes no %")
    if limit.is_count and limit.value < 1:
        raise InputError(f"--limit {name}={text}: an answer takes one LLM request at least, so write 1 or more")
    if limit.figure and not 0 < limit.value < 1e7:
        raise InputError(f"--limit {name}={text}: write milliseconds above 0")
    if limit.figure and limit.value < 20 and not text.endswith("ms"):
        meant = f"for seconds write {limit.value * 1000:g} or {limit.value:g}s"
        raise InputError(f"--limit {name}={text}: these are milliseconds; {meant}")
    return limit


_UNITS = ("%", "ms", "s")


def _number(name: str, text: str) -> float:
    """A share, a count, or ms; `1.5s` and `900ms` are times."""
    unit = next((unit for unit in _UNITS if text.endswith(unit)), "")
    try:
        value = float(text.removesuffix(unit).strip())
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"--limit {name}={text}: {text!r} is not a number, a percentage (3%) or a time (900ms, 1.5s)")
    if unit in ("ms", "s") and not _is_time(name):
        raise InputError(f"--limit {name}={text}: {name} is no time, so it takes no {unit}")
    return {"%": value / 100, "s": value * 1000}.get(unit, value)


def _is_time(name: str) -> bool:
    return Limit(name, 0.0).figure is not None
