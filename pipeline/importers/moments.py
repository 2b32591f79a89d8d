"""Times of logs as ms since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from math import isfinite
from typing import Any

LATEST_MS = 1e14
"""The year 5138: a larger number is no time in ms."""

SECONDS = 1e11
"""A smaller number is seconds, the next ones are ms, us and ns."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def ms_of(value: Any) -> float | None:
    """A time as ISO text, or as a number of seconds, milliseconds, microseconds or nanoseconds since 1970."""
    if isinstance(value, str):
        return stamp_ms(value)
    if type(value) is float and 0 <= value < SECONDS:
        return value * 1000.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _scaled(value)


def _scaled(value: float) -> float | None:
    try:
        real = float(value)
    except OverflowError:
        return None
    if not isfinite(real) or real < 0:
        return None
    for least, scale in ((1e17, 1e-6), (1e14, 1e-3), (SECONDS, 1.0)):
        if real >= least:
            return real * scale if real * scale < LATEST_MS else None
    return real * 1000.0


def stamp_ms(text: str) -> float | None:
    """The first time of day with a date in a text; without a zone it counts as UTC."""
    found = _STAMP.search(text)
    if found is None:
        return None
    second, fraction, zone = found.groups()
    base = _second_ms(second, zone or "Z")
    return None if base is None else base + (float(f"0.{fraction}") * 1000 if fraction else 0.0)


@lru_cache(maxsize=4096)
def _second_ms(second: str, zone: str) -> float | None:
    try:
        moment = datetime.fromisoformat(second + ("+00:00" if zone == "Z" else zone))
        return (moment - _EPOCH).total_seconds() * 1000
    except (ValueError, OverflowError):
        return None
