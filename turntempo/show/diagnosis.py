"""A diagnosis for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tuner.diagnosis import Diagnosis, findings
from tuner.diagnosis.finding import Finding
from tuner.diagnosis.parts import NAMES, WINDOWS, Slice
from tuner.statistics.vocabulary import assumed
from turntempo.show import figures
from turntempo.show.origin import together
from turntempo.show.prose import heading, listed

BAR = 16
"""Cells of the longest bar."""


def whole(found: Diagnosis) -> Group:
    """All of it, under headings."""
    whose = "" if found.assumed is None else f" ({assumed(found.assumed)})"
    parts: list[RenderableType] = [heading(f"Where the time goes, in ms{whose}")]
    if found.slices:
        parts.append(parts_table(found.slices))
    if unanswered := [name for name in WINDOWS if name not in {one.name for one in found.slices}]:
        parts.append(Text(f"{', '.join(unanswered)}: there the turns got no answer"))
    parts.append(Text())
    told = findings(found)
    for title in dict.fromkeys(one.heading for one in told):
        parts += [heading(title), linked(one for one in told if one.heading == title), Text()]
    if found.unjudged:
        lacking = "What this recording cannot judge" if found.assumed is None else "What these turns cannot judge"
        parts += [heading(lacking), listed(together(found.unjudged)), Text()]
    pages = dict.fromkeys(one.guide for one in told)
    return Group(*parts, heading("Read on"), listed(f"{page.path}: {page.says}" for page in pages))


def linked(findings: Iterable[Finding]) -> Table:
    """One below the other, each with the name of its page."""
    drawn = Table.grid(padding=(0, 1))
    for one in findings:
        drawn.add_row("-", Text(one.text).append(f" → {one.guide.name}", style="dim"))
    return drawn


def figures_line(found: Diagnosis) -> Text:
    """The few figures that say most, and whose they are not."""
    told = figures.line(found.figures)
    return told if found.assumed is None else told.append(f" ({assumed(found.assumed)})")


def parts_table(slices: Sequence[Slice]) -> Table:
    """The parts of typical and of slow turns; each column adds up. Bars: the turns around the median."""
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    drawn.add_column("part")
    for one in slices:
        drawn.add_column(one.name, justify="right")
    drawn.add_column(f"{slices[0].name}, drawn")
    longest = max(slices[0].parts.values())
    for part in NAMES:
        if any(one.parts[part] >= 0.5 for one in slices):
            cells = (f"{one.parts[part]:,.0f}" for one in slices)
            drawn.add_row(part, *cells, bar(slices[0].parts[part], longest))
    drawn.add_row("together", *(f"{one.response_ms:,.0f}" for one in slices), "", style="bold")
    return drawn


def bar(value: float, longest: float, cells: int = BAR) -> str:
    """Blocks to an eighth of a cell; the longest fills all cells."""
    eighths = round(value / longest * cells * 8) if longest > 0 else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
