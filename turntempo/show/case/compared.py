"""What was promised beside what came of it, for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stages.i18n import say
from tuner.followup.comparison import Comparison, Kept, Off, Status
from tuner.followup.sentences import sentences
from tuner.statistics import numbers
from tuner.statistics.vocabulary import part
from turntempo.show.prose import heading, listed

STATUS: dict[Status, str] = {
    "came true": "kept",
    "better": "better",
    "worse": "worse",
    "not shown": "?",
    "not said": "",
}
"""In a table; a question mark: too few turns to tell the promise from no change."""


def whole(found: Comparison) -> Group:
    """The verdict, the figures, and where it was off."""
    parts: list[RenderableType] = [listed(sentences(found)), Text(), heading("Promised and found"), figures(found)]
    parts.append(Text("* replayed on the new turns: a recording does not measure it", style="dim"))
    if found.parts:
        parts += [Text(), heading("Where the mean answer is off, in ms (95% for all parts at once)"), offs(found.parts)]
    if found.model_ms:
        half, most = found.model_ms
        told = (
            f"The model replays half of {found.measured:,} measured turns to within {half:,.1f} ms, 95% to {most:,.1f}."
        )
        parts += [Text(told)]
    return Group(*parts)


def figures(found: Comparison) -> Table:
    """A row a figure that has something to say; the intervals are 95 %."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("figure", no_wrap=True)
    for title in ("before", "promised", "found", "95%"):
        drawn.add_column(title, justify="right", no_wrap=True)
    drawn.add_column("")
    for one in found.figures:
        if any(estimate.value for estimate in (one.before, one.promised, one.found)):
            drawn.add_row(*_row(one), style="bold" if one.status == "worse" else None)
    return drawn


def _row(one: Kept) -> tuple[str, ...]:
    values = (numbers.figure(one.name, estimate.value) for estimate in (one.before, one.promised, one.found))
    name = one.name if one.measured else f"{one.name}*"
    return name, *values, numbers.span(one.name, one.found.low, one.found.high), STATUS[one.status]


def offs(found: tuple[Off, ...]) -> Table:
    """A row a part; they add up."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("part")
    for title in ("promised", "found", "off", "95%"):
        drawn.add_column(title, justify="right", no_wrap=True)
    for one in found:
        if one.promised_ms or one.found_ms or one.part == "model":
            name = say("promise.model") if one.part == "model" else part(one.part)
            drawn.add_row(name, _ms(one.promised_ms), _ms(one.found_ms), f"{one.off_ms:+,.0f}", _span(one))
    total = [sum(getattr(one, name) or 0.0 for one in found) for name in ("promised_ms", "off_ms")]
    drawn.add_row("together", _ms(total[0]), _ms(sum(total)), f"{total[1]:+,.0f}", "", style="bold")
    return drawn


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _span(one: Off) -> str:
    return "" if one.low is None or one.high is None else f"{one.low:+,.0f} to {one.high:+,.0f}"
