"""Numbers as text for people: figures, shares, times and values of settings. No other module formats them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from stages.i18n import say
from stages.settings import SETTINGS

NONE = "-"
NO_ANSWER = say("value.no_answer")
"""A quantile of the response time that falls on a failed or lost turn."""


COUNTED = frozenset({"llm_starts_per_turn", "wasted_attempts"})
"""Figures that are a mean count of a turn, or of a call."""


def ms(value: float | None) -> str:
    """1,234 ms"""
    return NONE if value is None else f"{value:,.0f} ms"


def whole(parts: Sequence[float], total: float) -> list[int]:
    """Whole numbers next to `parts` that add up to `total` as it is shown: those nearest to the next one take it."""
    found = [math.floor(one) for one in parts]
    left = max(0, int(f"{total:.0f}") - sum(found)) if found else 0
    nearest = sorted(range(len(parts)), key=lambda place: found[place] - parts[place])
    for turn in range(left):
        found[nearest[turn % len(nearest)]] += 1
    return found


def share(value: float | None, digits: int = 2) -> str:
    """2.1%, 12%, 0.04%, 0%; with 3 digits 2.13%, 12.3%, 0.0412%."""
    if value is None:
        return NONE
    percent = value * 100
    if digits != 2:
        return f"{percent:.{digits}g}%" if percent < 100 else f"{percent:.0f}%"
    if percent == 0 or percent >= 9.95:
        return f"{percent:.0f}%"
    return f"{percent:.1f}%" if percent >= 0.095 else f"{percent:.2f}%"


def count(value: float | None, digits: int = 2) -> str:
    """1.03; with 3 digits 1.034, and 1.2 where it is 1.2."""
    if value is None:
        return NONE
    return f"{value:.2f}" if digits == 2 else f"{value:.{digits + 1}g}"


def figure(name: str, value: float | None, digits: int = 2) -> str:
    """A figure of section 7 in the unit of its name; 3 digits where it is held against a limit."""
    if name.endswith("_rate"):
        return share(value, digits)
    if name in COUNTED:
        return count(value, digits)
    return NO_ANSWER if value is None and name.startswith("response_ms.p") else ms(value)


def span(name: str, low: float | None, high: float | None, digits: int = 2) -> str:
    """1,210 - 1,260 ms; the unit stands once."""
    if low is None:
        return NONE
    if high is None:
        return say("value.or_more", value=figure(name, low, digits))
    return f"{figure(name, low, digits).removesuffix(' ms').removesuffix('%')} - {figure(name, high, digits)}"


def points(value: float | None, like: float | None = None) -> str:
    """A difference of shares in percentage points: 12, 1.2, 0.04; with the decimals of `like`, where it is given."""
    if value is None:
        return NONE
    size = abs(value if like is None else like) * 100
    return f"{value * 100:.{0 if size >= 9.95 else 1 if size >= 0.95 else 2}f}"


def signed(name: str, value: float | None) -> str:
    """A difference of two values of a figure, with its sign: +210 ms, -1.2 points, +0.03"""
    if value is not None and name.endswith("_rate"):
        return say("value.points", points=_plus(value, points(value)))
    if value is not None and name == "llm_starts_per_turn":
        return _plus(value, count(value))
    return NONE if value is None else _plus(value, ms(value))


def signed_span(name: str, low: float | None, high: float | None, like: float | None = None) -> str:
    """The ends of a difference's interval, without unit: -230 to -190; decimals of shares as of `like`."""
    if low is None or high is None:
        return NONE
    ends = (points(end, like) if name.endswith("_rate") else figure(name, end) for end in (low, high))
    first, last = (_plus(end, text.removesuffix(" ms")) for end, text in zip((low, high), ends, strict=True))
    return say("value.between", low=first, high=last)


def _plus(value: float, text: str) -> str:
    """With a plus before what is above zero, and no minus before what is rounded to it."""
    if not any(digit in text for digit in "123456789"):
        return text.removeprefix("-")
    return f"+{text}" if value > 0 else text


def typed(name: str, value: float) -> str:
    """A limit's own value as one types it, all its digits: 3%, 1.2, 20000 ms."""
    if name.endswith("_rate"):
        return f"{value * 100:.6g}%"
    return f"{value:.6g}" if name == "llm_starts_per_turn" else f"{value:.12g} ms"


def setting(value: Any) -> str:
    """A setting's value as in JSON: 640, true, null, and a choice without its quotes; of a fraction four digits."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, float) or not math.isfinite(value):
        return str(value)
    return f"{value:.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.4g}"


def settings_apart(one: Any, other: Any) -> tuple[str, str] | None:
    """Two values of a setting, with more digits where four do not do; None: they differ by rounding alone."""
    shown = setting(one), setting(other)
    if shown[0] == shown[1] and isinstance(one, int | float) and isinstance(other, int | float):
        shown = f"{one:.9g}", f"{other:.9g}"
    return None if shown[0] == shown[1] else shown


def setting_of(name: str, value: Any) -> str:
    """The same with the setting's unit: 640 ms, null, interrupt."""
    unit = SETTINGS[name].unit if value is not None else ""
    return f"{setting(value)} {unit}".rstrip()
