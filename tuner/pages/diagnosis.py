"""A diagnosis as a document: where the time goes, what was found, what cannot be judged, what to read."""

from __future__ import annotations

from stages.i18n import Said, say
from tuner.diagnosis import Diagnosis, findings
from tuner.diagnosis.parts import WINDOWS
from tuner.diagnosis.words.finding import Finding
from tuner.diagnosis.words.in_short import Naming, in_short
from tuner.diagnosis.words.sentences import (
    BARGE_IN,
    COMPLAINT,
    COSTS,
    DIFFERENCES,
    MISSED_NOW,
    STALLS,
    UNFIXED,
    moves_text,
)
from tuner.pages.blocks import Block, Chapter, Chart, Listed, Note, Page, Paragraph, Table
from tuner.pages.by_tag import by_tag
from tuner.pages.chart_data import Waterfall
from tuner.pages.waterfall import parts_of, parts_table
from tuner.pages.wording import REPORT, Wording, of, together
from tuner.statistics.known import assumed_sentences, shown, unknown_limits
from tuner.statistics.numbers import ms
from tuner.statistics.vocabulary import figure as in_words

NAMES: dict[str, str] = {
    COMPLAINT: "complaint",
    MISSED_NOW: "missed",
    COSTS: "costs",
    STALLS: "stalls",
    BARGE_IN: "barge_in",
    DIFFERENCES: "differences",
    UNFIXED: "floor",
}
"""Heading of findings -> name of their chapter."""

HEADLINE = {
    "median": "response_ms.p50",
    "p95": "response_ms.p95",
    "cut_off": "cut_off_rate",
    "missed": "missed_interrupt_rate",
    "dead_air": "dead_air_rate",
}


def diagnosis_page(
    found: Diagnosis, wording: Wording = REPORT, *, links: bool = False, naming: Naming = moves_text
) -> Page:
    """All of it: fit, in_short, doubts, headline, time, findings by heading (see `NAMES`), stages, unjudged, read_on.

    `links`: each finding names its page of the guide. `naming`: how the change in short names its settings.
    """
    every = findings(found)
    chapters = (
        *opening(found, naming),
        _headline(found),
        Chapter("", _time(found, wording), "time"),
        *(() if found.by is None else (by_tag(*found.by),)),
        *(_under(heading, every, links) for heading in dict.fromkeys(one.heading for one in every)),
        stages(found),
        unjudged(found),
        _read_on(every),
    )
    return Page(say("page.diagnosis"), "", tuple(one for one in chapters if one.blocks))


def opening(found: Diagnosis, naming: Naming = moves_text) -> tuple[Chapter, ...]:
    """Measured beside modelled; what is wrong, to be changed and its cost; what else does not fit what was measured."""
    first, *rest = fit_sentences(found)
    return (
        Chapter("", (Paragraph(first),), "fit"),
        Chapter("", (Listed(in_short(found, naming).lines),), "in_short"),
        Chapter("", tuple(map(Paragraph, rest)), "doubts"),
    )


def opening_lines(found: Diagnosis, naming: Naming = moves_text) -> tuple[Said, ...]:
    """The sentences of `opening`, one after the other."""
    first, *rest = fit_sentences(found)
    return (first, *in_short(found, naming).lines, *rest)


def fit_sentences(found: Diagnosis) -> tuple[Said, ...]:
    """Whether the model fits what was measured; of assumed turns that nothing was."""
    if found.assumed is not None:
        return (say("recommendation.assumed", profile=found.assumed),)
    return (*found.fit.sentences(), *assumed_sentences(one.name for one in found.figures.values() if one.assumed))


def stages(found: Diagnosis) -> Chapter:
    """The delays of the stages themselves; empty where the median turn gets no answer."""
    heading = say("page.stages")
    if found.floor is None:
        return Chapter(heading, (), "stages")
    rows = tuple(
        (say(f"stage.{name.replace('.', '_')}"), ms(p50), ms(p95)) for name, (p50, p95) in found.floor.stages.items()
    )
    headers = (say("table.stage"), say("table.p50"), say("table.p95"))
    return Chapter(heading, (Table(headers, rows, frozenset({1, 2})),), "stages")


def unjudged(found: Diagnosis) -> Chapter:
    """The settings that the turns say nothing of, and why."""
    heading = say("page.unjudged" if found.assumed is None else "page.unjudged_turns")
    return Chapter(heading, (Listed(together(found.unjudged)),) if found.unjudged else (), "unjudged")


def _headline(found: Diagnosis) -> Chapter:
    """The figures that say most, and those that are not known."""
    values = {name: shown(found.figures[key]) for name, key in HEADLINE.items()}
    lines = (say("page.headline", **values), *unknown_limits(found.verdicts, in_words))
    return Chapter("", tuple(map(Paragraph, lines)), "headline")


def _time(found: Diagnosis, wording: Wording) -> tuple[Block, ...]:
    """The parts of typical and of slow turns, drawn for the first of them; then the turns without an answer."""
    unanswered = [name for name in WINDOWS if name not in {one.name for one in found.slices}]
    note = (Note(of(unanswered, say("page.no_answer"))),) if unanswered else ()
    if not found.slices:
        return note
    first, *_ = found.slices
    chart = Chart(
        name="where-the-time-goes",
        title=say("page.time"),
        note=say("page.time_note"),
        legend=(("before", say("legend.before")),),
        data=Waterfall(parts_of(found.slices), first),
        instead=parts_table(found.slices, [one.name for one in found.slices], wording),
    )
    unfit = (Note(say("page.time_note_unfit")),) if found.fit.is_bad else ()
    return (chart, *unfit, *note)


def _under(heading: str, every: tuple[Finding, ...], links: bool) -> Chapter:
    texts = tuple(
        say("page.linked", text=one.text, page=one.guide.name) if links else one.text
        for one in every
        if one.heading == heading
    )
    return Chapter(heading, (Listed(texts),), NAMES[heading])


def _read_on(every: tuple[Finding, ...]) -> Chapter:
    pages = dict.fromkeys(one.guide for one in every)
    return Chapter(say("page.read_on"), (Listed(tuple(of([one.command], one.says) for one in pages)),), "read_on")
