"""Canary and control side by side."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from stages.i18n import say
from tuner.monitoring.canary import CanaryResult, LimitCompared
from tuner.statistics import numbers
from tuner.statistics.sequential.betting import Interval


def sentences(found: CanaryResult) -> list[str]:
    """What is known by now, in words."""
    said = [say("fleet.canary_turns", canary=found.canary_turns, control=found.control_turns)]
    if found.response_ms.value is None:
        return [*said, say("fleet.canary_nothing")]
    said.append(say("fleet.canary_response", **_ends(found.response_ms), n=found.response_ms.trials))
    said += [
        say("fleet.canary_missed", name=one.limit.name, rate=_range(one.canary), limit=numbers.share(_rate(one)))
        for one in found.harmful
    ]
    return [*said, say(f"fleet.canary_{found.decision}")]


def table(found: CanaryResult) -> Table:
    """A line a limit: both groups, and how the canary stands."""
    shown = Table(box=None, pad_edge=False)
    for heading in ("figure", "limit", "canary", "control", "n", "canary is"):
        shown.add_column(heading, no_wrap=True)
    for one in found.limits:
        shown.add_row(
            one.limit.name,
            numbers.share(_rate(one)),
            _range(one.canary),
            _range(one.control),
            f"{one.canary.trials:,}",
            Text(one.standing, style="bold" if one.standing == "missed" else ""),
        )
    return shown


def _rate(one: LimitCompared) -> float:
    from tuner.monitoring.figures import rate_of

    return rate_of(one.limit)


def _ends(one: Interval) -> dict[str, str]:
    return {name: f"{getattr(one, name) or 0:+,.0f}" for name in ("value", "low", "high")}


def _range(one: Interval) -> str:
    if one.value is None or one.low is None or one.high is None:
        return "-"
    return f"{numbers.share(one.value)} ({numbers.share(one.low)}-{numbers.share(one.high)})"
