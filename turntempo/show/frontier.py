"""A frontier as a plot of characters: what it costs to be faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stages.i18n import say
from tuner.pages.chart_data import Frontier

MARKERS = {True: "o", False: "x"}
"""Of a point within all limits, and beyond one."""


def plot(data: Frontier, translate: Callable[[str], str], width: int, height: int = 14) -> str:
    """The points without colour, below each other: what the markers mean, the upper axis, the plot, the lower axis."""
    import plotext

    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width - 1, height)
    for within in (False, True):
        points = [one for one in data.points if one.within is within]
        if points:
            plotext.scatter([one.risk * 100 for one in points], [one.ms for one in points], marker=MARKERS[within])
    shares = _ticks([one.risk * 100 for one in data.points])
    plotext.xticks(shares, [f"{share:.2g}%" for share in shares])  # own ticks: plotext's differ from run to run
    times = _ticks([one.ms for one in data.points])
    plotext.yticks(times, [f"{ms:,.0f}" for ms in times])
    drawn = plotext.uncolorize(plotext.build()).rstrip()
    up, across = (translate(say(f"frontier.{data.kind}_{axis}")) for axis in ("ms", "risk"))
    return f"{_legend(translate)}\n{up}\n{drawn}\n{across:^{width}}".rstrip()


def _legend(translate: Callable[[str], str]) -> str:
    """o within all limits   x beyond a limit"""
    meanings = {True: "legend.within", False: "legend.beyond"}
    return "   ".join(f"{MARKERS[within]} {translate(say(meaning))}" for within, meaning in meanings.items())


def _ticks(values: Sequence[float], wanted: int = 5) -> list[float]:
    low, high = min(values), max(values)
    return [low + (high - low) * step / (wanted - 1) for step in range(wanted)] if high > low else [low]
