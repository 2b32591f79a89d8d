"""Figures as a table: each with the range it may lie in and what it was counted on."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from tuner.statistics import known, numbers
from tuner.statistics.intervals import GROUPS, Estimate


def table(estimates: Mapping[str, Estimate]) -> Table:
    """For the terminal; what never happened is dim."""
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    drawn.add_column("figure")
    for heading in ("estimate", "95% interval", "n"):
        drawn.add_column(heading, justify="right")
    for group in GROUPS:
        for name in group:
            one = estimates[name]
            interval = numbers.span(name, one.low, one.high)
            drawn.add_row(name, known.shown(one), interval, known.count(one), style=_style(one))
        if group is not GROUPS[-1]:
            drawn.add_row()
    return drawn


def _style(one: Estimate) -> str | None:
    return "dim" if one.value in (None, 0) else None
