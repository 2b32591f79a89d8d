"""The trade-off as a plot in the terminal: what it costs to answer sooner."""

from __future__ import annotations

from collections.abc import Sequence

from tuner.recommendation.frontier import Trade

KINDS = {
    "cut_off_rate": ("users cut off, % of turns", "response time, ms"),
    "false_interrupt_rate": ("replies broken off without an interrupt, % of turns", "stop time at p95, ms"),
}
"""Kind of a trade -> its axes."""

FEWEST = 3
"""Points that make a curve."""


def plot(trades: Sequence[Trade], kind: str, width: int, height: int = 14) -> str:
    """The frontier of one kind without colour: o within all limits, x beyond one; "" where there are too few points."""
    import plotext

    points = sorted((one.risk * 100, one.ms, one.within) for one in trades if one.kind == kind)
    if len(points) < FEWEST:
        return ""
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width - 1, height)
    for within, marker in ((False, "x"), (True, "o")):
        shares, times = ([point[axis] for point in points if point[2] is within] for axis in (0, 1))
        if shares:
            plotext.scatter(shares, times, marker=marker)
    for axis, ticks in ((0, plotext.xticks), (1, plotext.yticks)):
        places = _ticks([point[axis] for point in points])
        ticks(places, [f"{place:,.0f}" if axis else f"{place:.2g}" for place in places])  # own: plotext's differ by run
    across, up = KINDS[kind]
    return f"{up}\n{plotext.uncolorize(plotext.build()).rstrip()}\n{across:^{width}}"


def _ticks(values: Sequence[float], wanted: int = 5) -> list[float]:
    low, high = min(values), max(values)
    return [low + (high - low) * step / (wanted - 1) for step in range(wanted)] if high > low else [low]
