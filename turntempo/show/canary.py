"""Canary and control side by side."""

from __future__ import annotations

from stages.i18n import say, translate
from tui.text.fitting_table import FittingTable
from tuner.monitoring import figures
from tuner.monitoring.canary import CanaryResult
from tuner.pages.blocks import Table
from tuner.statistics.limits import Limit
from tuner.statistics.sequential.betting import Interval
from tuner.statistics.vocabulary import figure


def sentences(found: CanaryResult) -> list[str]:
    """What is known by now, in words."""
    said = [say("fleet.canary_turns", canary=found.canary_turns, control=found.control_turns)]
    if found.response_ms.value is None:
        return [*said, say("fleet.canary_nothing")]
    said.append(say("fleet.canary_response", **_ends(found.response_ms), n=found.response_ms.trials))
    said += [
        say(
            "fleet.canary_missed",
            name=one.limit.name,
            rate=_range(one.limit, one.canary),
            limit=figures.shown(one.limit, figures.rate_of(one.limit)),
        )
        for one in found.harmful
    ]
    return [*said, say(f"fleet.canary_{found.decision}")]


def table(found: CanaryResult) -> FittingTable:
    """A line a limit: both groups, and how the canary stands. In a narrow terminal a row goes below its name."""
    rows = tuple(
        (
            figure(one.limit.name),
            figures.shown(one.limit, figures.rate_of(one.limit)),
            _range(one.limit, one.canary),
            _range(one.limit, one.control),
            f"{one.canary.trials:,}",
            one.standing,
        )
        for one in found.limits
    )
    missed = frozenset(place for place, one in enumerate(found.limits) if one.standing == "missed")
    shown = Table(("figure", "limit", "canary", "control", "n", "canary is"), rows, frozenset(range(1, 5)), missed)
    return FittingTable(shown, lambda text: translate(text, "en"), gap=2)


def _ends(one: Interval) -> dict[str, str]:
    return {name: f"{getattr(one, name) or 0:+,.0f}" for name in ("value", "low", "high")}


def _range(limit: Limit, one: Interval) -> str:
    if one.value is None:
        return "-"
    value, low, high = (figures.shown(limit, x) for x in (one.value, one.low, one.high))
    return f"{value} ({low}-{high})"
