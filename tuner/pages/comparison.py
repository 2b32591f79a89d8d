"""A comparison as a document: what was promised beside what was found, and where it was off."""

from __future__ import annotations

from stages.i18n import say
from tuner.followup.comparison import Comparison, Kept, Off
from tuner.followup.sentences import sentences
from tuner.pages.blocks import Block, Chapter, Listed, Note, Page, Paragraph, Table
from tuner.pages.wording import REPORT, Wording
from tuner.statistics.numbers import figure, ms, signed, signed_span, span
from tuner.statistics.vocabulary import part

MS = "response_ms"
"""A figure in ms, for differences."""


def comparison_page(found: Comparison, wording: Wording = REPORT) -> Page:
    """All of it: summary, figures, parts, model; chapters without content are left out."""
    chapters = (
        Chapter("", (Listed(tuple(sentences(found))),), "summary"),
        Chapter(say("page.promised"), _figures(found, wording), "figures"),
        Chapter(say("page.off"), (_parts(found.parts),) if found.parts else (), "parts"),
        Chapter("", _model(found), "model"),
    )
    return Page(say("page.comparison"), "", tuple(one for one in chapters if one.blocks))


def _figures(found: Comparison, wording: Wording) -> tuple[Block, ...]:
    """A row a figure that is not 0 throughout; the intervals are 95 %."""
    shown = [one for one in found.figures if any(seen.value for seen in (one.before, one.promised, one.found))]
    headers = ("table.figure", "table.before", "table.promised", "table.found", "table.range", "table.n")
    table = Table(
        (*map(say, headers), say("table.verdict")),
        tuple(_figure_row(one, wording) for one in shown),
        frozenset(range(1, len(headers))),
        frozenset(row for row, one in enumerate(shown) if one.status == "worse"),
    )
    replayed = any(not one.measured for one in shown)
    return (table, Note(say("page.replayed_note"))) if replayed else (table,)


def _figure_row(one: Kept, wording: Wording) -> tuple[str, ...]:
    name = wording.figure(one.name)
    values = (figure(one.name, seen.value) for seen in (one.before, one.promised, one.found))
    return (
        name if one.measured else say("page.replayed", name=name),
        *values,
        span(one.name, one.found.low, one.found.high),
        f"{one.found.n:,}",
        say(f"kept.{one.status.replace(' ', '_')}"),
    )


def _parts(parts: tuple[Off, ...]) -> Table:
    """A row a part that takes time, in ms; they add up to the last row."""
    headers = ("table.part", "table.promised", "table.found", "table.off", "table.range")
    shown = [one for one in parts if one.promised_ms or one.found_ms or one.part == "model"]
    promised, off = (sum(getattr(one, name) or 0.0 for one in parts) for name in ("promised_ms", "off_ms"))
    total = (say("table.together"), ms(promised), ms(promised + off), signed(MS, off), "")
    return Table(
        tuple(map(say, headers)),
        (*map(_part_row, shown), total),
        frozenset({1, 2, 3, 4}),
        frozenset({len(shown)}),
    )


def _part_row(one: Off) -> tuple[str, ...]:
    name = say("promise.model") if one.part == "model" else part(one.part)
    seen = ("" if value is None else ms(value) for value in (one.promised_ms, one.found_ms))
    return (name, *seen, signed(MS, one.off_ms), _range(one))


def _range(one: Off) -> str:
    """+80 to +160, in ms; "" where it is not known."""
    return "" if one.low is None else signed_span(MS, one.low, one.high)


def _model(found: Comparison) -> tuple[Block, ...]:
    """How close the replay is to what was measured; nothing where nothing was."""
    if found.model_ms is None:
        return ()
    half, most = found.model_ms
    return (Paragraph(say("page.model", measured=found.measured, half=half, most=most)),)
