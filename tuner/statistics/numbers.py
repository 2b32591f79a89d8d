"""Numbers as a person reads them."""

from __future__ import annotations

from typing import Any

from stages.i18n import say

NONE = "-"
NO_ANSWER = say("value.no_answer")
"""What a quantile of the response time is that falls on a failed or lost turn."""


def ms(value: float | None) -> str:
    """1,234 ms"""
    return NONE if value is None else f"{value:,.0f} ms"


def share(value: float | None) -> str:
    """2.1%, 12%, 0.04%, 0%"""
    if value is None:
        return NONE
    percent = value * 100
    if percent == 0 or percent >= 9.95:
        return f"{percent:.0f}%"
    return f"{percent:.1f}%" if percent >= 0.095 else f"{percent:.2f}%"


def count(value: float | None) -> str:
    """1.03"""
    return NONE if value is None else f"{value:.2f}"


def figure(name: str, value: float | None) -> str:
    """A figure of section 7 in the unit of its name."""
    if name.endswith("_rate"):
        return share(value)
    if name == "llm_starts_per_turn":
        return count(value)
    return NO_ANSWER if value is None and name.startswith("response_ms.p") else ms(value)


def span(name: str, low: float | None, high: float | None) -> str:
    """1,210-1,260 ms; the unit stands once."""
    if low is None:
        return NONE
    if high is None:
        return say("value.or_more", value=figure(name, low))
    return f"{figure(name, low).removesuffix(' ms').removesuffix('%')} - {figure(name, high)}"


def setting(value: Any) -> str:
    """A setting's value as in JSON: 640, true, null, and a choice without its quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
