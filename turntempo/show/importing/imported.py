"""The report of an import: what the source shows, its faults, what was lost or is doubtful."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table

from pipeline.importers import ImportReport
from pipeline.importers.report import ORIGINS
from stages.i18n import say

NOTES_SHOWN = 5
"""How many notes of one severity are printed; --json has them all."""


def coverage(report: ImportReport) -> RenderableType:
    """A row a field: in how many turns it is measured, derived, censored, absent; how stands in --json."""
    table = Table(box=None, title=say("imported.coverage"), title_justify="left", title_style="bold", pad_edge=False)
    table.add_column(say("imported.coverage_field"), no_wrap=True)
    for origin in ORIGINS:
        table.add_column(say(f"imported.{origin}"), justify="right", no_wrap=True)
    for field in report.fields:
        counts = (getattr(field, origin) for origin in ORIGINS)
        table.add_row(field.field, *(f"{count:,}" if count else "" for count in counts))
    return table


def lines(report: ImportReport) -> list[str]:
    """What happened and how often, faults with what was done, and the first notes of each severity."""
    found = list(report.recognised)
    if report.assumed:
        found.append(say("inputs.assumed_figures", n=report.turns, format=report.format))
    if (wait := report.wait) is not None:
        found.append(say("inputs.wait", p50=wait.p50_ms, p95=wait.p95_ms, n=wait.turns))
    found += [f"  {what}: {times:,}" for what, times in report.counts.items()]
    if report.faults:
        found.append(say("imported.faults"))
        found += [f"  {fault.sentence()}" for fault in report.faults]
    for severity in ("lost", "doubtful", "info"):
        notes = report.of(severity)
        for note in notes[:NOTES_SHOWN]:
            found.append(f"  {severity}: {': '.join(part for part in (note.turn, note.field, note.message) if part)}")
        if len(notes) > NOTES_SHOWN:
            found.append(f"  {severity}: {len(notes) - NOTES_SHOWN:,} more; --json has them all")
    return found
