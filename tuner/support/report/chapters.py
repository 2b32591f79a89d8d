"""The chapters of a report: those of the pages of a diagnosis, a recommendation and a comparison, and its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pipeline.turns.evidence import Evidence, lacking_field
from stages.i18n import Said, say
from tuner.followup.comparison import Comparison
from tuner.pages.blocks import (
    Block,
    Chapter,
    Heading,
    Listed,
    Note,
    Page,
    Paragraph,
    Tile,
    Tiles,
    blocks_of,
    nested,
)
from tuner.pages.comparison import comparison_page
from tuner.pages.diagnosis import NAMES, diagnosis_page, fit_sentences
from tuner.pages.recommendation import changes, filled_in, left, recommendation_page
from tuner.pages.tables import ALWAYS, figures_table, limits_blocks
from tuner.pages.waterfall import waterfall
from tuner.pages.wording import REPORT
from tuner.recommendation.sentences import sentences
from tuner.space.fixed import unpriced
from tuner.statistics.known import shown
from tuner.statistics.numbers import figure, span
from tuner.statistics.verdict import unknown_note
from tuner.support.report import deployment
from tuner.support.report.deployment import Deployment
from tuner.support.report.distribution import distribution
from tuner.support.report.facts import Facts
from tuner.support.report.moments import moments
from tuner.support.report.reasons import reasons
from tuner.support.report.timeline import timeline
from tuner.targets import said_reasons

TILES = ("response_ms.p50", "response_ms.p95", "cut_off_rate", "missed_interrupt_rate", "dead_air_rate")
"""The figures that say most."""

WINDOWS = ("p50", "p95")


def summary(facts: Facts) -> Chapter:
    """The answer in short: measured beside modelled, what was found, and how sure that is."""
    fit = fit_sentences(facts.diagnosis)
    said = sentences(facts.found) if facts.found else [say("report.not_tuned")]
    rest = Listed(tuple(one for one in said if one not in fit))
    return Chapter(say("report.summary"), (*map(Paragraph, fit), Tiles(tuple(_tiles(facts))), rest))


def _page(facts: Facts) -> Page:
    """Of the recommendation; empty where there is none yet."""
    return Page("", "", ()) if facts.found is None else recommendation_page(facts.found)


def _tiles(facts: Facts) -> Iterable[Tile]:
    evidence = Evidence.of(facts.turns)
    for name in TILES:
        before, after = facts.figures[name], (facts.figures_after or {}).get(name)
        last = before if after is None else after
        label = say(f"tile.{name.replace('.', '_')}")
        if last.unknown:
            lacks = say("tile.lacks", field=lacking_field(name))
            yield Tile(label, shown(last), None, lacks if not evidence.knows(name) else unknown_note(name, evidence))
        elif last.n:
            note = say("tile.note", range=span(name, last.low, last.high), n=last.n)
            then = None if after is None else figure(name, after.value)
            yield Tile(label, shown(before), then, note)


def found(facts: Facts) -> Chapter:
    """Where the time goes, how long users wait, and what that comes from."""
    charts = [waterfall(*facts.slices[name], len(facts.turns)) for name in WINDOWS if name in facts.slices]
    blocks: list[Block] = [Paragraph(_corpus(facts)), *charts]
    if (waits := distribution(facts)) is not None:
        blocks.append(waits)
    if len(facts.turns) != facts.diagnosis.turns:
        blocks.append(Paragraph(say("report.diagnosed", turns=facts.diagnosis.turns, of=facts.of_turns)))
    kinds = (name for name in NAMES.values() if name != "floor")
    findings = diagnosis_page(facts.diagnosis).only(*kinds)
    alone = (Note(say("report.alone")),) if facts.better is not None and findings else ()
    return Chapter(say("report.found"), (*blocks, *nested(findings), *alone))


def _corpus(facts: Facts) -> Said:
    sessions = len(facts.turns.session_names)
    values = {"turns": len(facts.turns), "sessions": sessions}
    if facts.found is None or facts.found.held_out is None:
        return say("report.corpus_all" if facts.assumed is None else "report.corpus_all_assumed", **values)
    return say("report.corpus" if facts.assumed is None else "report.corpus_assumed", of=facts.of_turns, **values)


def explaining(facts: Facts, shown: Callable[[str], str]) -> Chapter:
    """The turns that explain it; `shown` is what a turn's name looks like in a report."""
    charts = [timeline(moment, f"turn-{number}", shown) for number, moment in enumerate(moments(facts), 1)]
    intro = say("moments.intro" if facts.assumed is None else "moments.intro_assumed")
    return Chapter(say("report.moments"), (Paragraph(intro), *charts))


def recommendation(facts: Facts, deployed: Deployment | None) -> Chapter:
    """Each change, its reason and its share of the gain; then the same in the customer's own configuration."""
    tuned, heading = facts.found, say("report.recommendation")
    if tuned is None or not tuned.changes:
        nothing = say("report.nothing_to_change") if tuned else say("report.not_tuned")
        return Chapter(heading, (Paragraph(nothing),))
    blocks: list[Block] = [*changes(tuned, shares=True).blocks, Note(say("changes.note", turns=tuned.tuning.turns))]
    blocks += [Heading(say("changes.why")), Listed(tuple(reasons(tuned)))]
    blocks += [] if deployed is None else deployment.blocks(deployed, {one.name for one in tuned.changes})
    return Chapter(heading, tuple(blocks))


def risks(facts: Facts) -> Chapter:
    """The limits on the turns that decide, and what more or less daring settings would bring."""
    note = say("limits.note" if facts.better is None else "limits.note_then", turns=len(facts.turns))
    limits = limits_blocks(facts.verdicts, REPORT, facts.figures if facts.better else None)
    return Chapter(say("report.risks"), (Paragraph(note), *limits, *blocks_of(_page(facts).only("frontier"))))


def unfixable(facts: Facts) -> Chapter:
    """What settings cannot fix, and the stages' own delays."""
    page = diagnosis_page(facts.diagnosis)
    floor = blocks_of(page.only("floor")) or (Paragraph(say("report.no_floor")),)
    return Chapter(say("report.unfixable"), (*floor, *blocks_of(page.only("stages"))))


def assumed(facts: Facts) -> Chapter:
    """What was filled in, what was left alone, and what the model assumes."""
    filled, kept = filled_in(facts.filled_in), left(_left(facts))
    nothing = say("assumed.complete") if facts.assumed is None else say("assumed.profile", profile=facts.assumed)
    complete = () if filled.blocks else (Paragraph(nothing),)
    given = nested(one for one in (filled, kept) if one.blocks)
    model = tuple(say(f"assumed.{name}") for name in ("speech", "queues", "words"))
    return Chapter(say("report.assumed"), (*complete, *given, Heading(say("assumed.model")), Listed(model)))


def _left(facts: Facts) -> Mapping[str, str]:
    """Settings that were left alone because of the recording or of whoever asked, in the words of the diagnosis."""
    if facts.found is None:
        return facts.diagnosis.unjudged
    said = said_reasons() | {str(why): why for why in facts.diagnosis.unjudged.values()}
    fixed = unpriced(facts.limits)
    return {name: said.get(why, why) for name, why in facts.found.space.locks.items() if name not in fixed}


def sure(facts: Facts) -> Chapter:
    """Every figure with its range and what it was counted on."""
    tuned = facts.found
    lines = [say("sure.ranges")]
    if tuned is not None and tuned.held_out is not None:
        lines.append(say("sure.held_out", tuning=tuned.tuning.turns, held_out=tuned.held_out.turns))
    if tuned is not None:
        lines.append(say("sure.search", evaluations=tuned.evaluations, seed=tuned.task.seed))
    names = [name for name in facts.figures if _not_zero(name, facts)]
    table = figures_table(facts.figures, facts.figures_after, names, REPORT)
    return Chapter(say("report.sure"), (Listed(tuple(lines)), table))


def _not_zero(name: str, facts: Facts) -> bool:
    values = (facts.figures[name].value, (facts.figures_after or facts.figures)[name].value)
    return name in ALWAYS or any(value not in (None, 0) for value in values)


def promise(found: Comparison) -> Chapter:
    """Whether it came true in the second recording."""
    page = comparison_page(found)
    blocks = (*blocks_of(page.only("summary", "figures")), *nested(page.only("parts", "model")))
    return Chapter(say("report.promise"), blocks)


def left_out(lines: Iterable[str]) -> Chapter | None:
    """What was taken out of this page; None: nothing."""
    removed = tuple(lines)
    if not removed:
        return None
    return Chapter(say("report.left_out"), (Paragraph(say("left_out.note")), Listed(removed)))
