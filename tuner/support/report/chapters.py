"""The chapters of a report, each from the facts; the words are those of `diagnose` and `tune`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from stages.i18n import Said, joined, say
from tuner.diagnosis import sections
from tuner.diagnosis.sentences import UNFIXED
from tuner.followup.comparison import Comparison, Kept
from tuner.followup.sentences import sentences as promised
from tuner.recommendation.sentences import sentences
from tuner.space.fixed import unpriced
from tuner.statistics.intervals import Estimate
from tuner.statistics.numbers import figure, ms, span
from tuner.statistics.verdict import Verdict
from tuner.statistics.vocabulary import named as in_words
from tuner.support.report import changes, deployment
from tuner.support.report.blocks import Block, Chapter, Listed, Paragraph, Table, Tile, Tiles
from tuner.support.report.deployment import Deployment
from tuner.support.report.facts import Facts
from tuner.support.report.moments import moments
from tuner.support.report.plots import plots
from tuner.support.report.plots.frontier import frontier
from tuner.support.report.plots.timeline import timeline
from tuner.targets import said_reasons

TILES = ("response_ms.p50", "response_ms.p95", "cut_off_rate", "missed_interrupt_rate", "dead_air_rate")
"""The figures that say most."""

ALWAYS = ("response_ms.p50", "response_ms.p90", "response_ms.p95", "response_ms.p99")
"""Figures told whatever became of them; of the others those that are not 0 throughout."""

WINDOWS = ("p50", "p95")


def summary(facts: Facts) -> Chapter:
    """The answer in short: what was found, and how sure that is."""
    told = sentences(facts.found) if facts.found else [say("report.not_tuned")]
    return Chapter(say("report.summary"), (Tiles(tuple(_tiles(facts))), Listed(tuple(told))))


def _tiles(facts: Facts) -> Iterable[Tile]:
    for name in TILES:
        before, after = facts.figures[name], (facts.figures_after or {}).get(name)
        last = before if after is None else after
        if last.n:
            note = say("tile.note", range=span(name, last.low, last.high), n=last.n)
            then = None if after is None else figure(name, after.value)
            yield Tile(say(f"tile.{name.replace('.', '_')}"), figure(name, before.value), then, note)


def found(facts: Facts) -> Chapter:
    """Where the time goes, how long users wait, and what that comes from."""
    blocks: list[Block] = [Paragraph(_corpus(facts))]
    drawn = [*(plots.waterfall(facts, window) for window in WINDOWS), plots.distribution(facts)]
    blocks += [picture for picture in drawn if picture is not None]
    if len(facts.turns) != facts.diagnosis.turns:
        blocks.append(Paragraph(say("report.diagnosed", turns=facts.diagnosis.turns, of=facts.of_turns)))
    for heading, texts in sections(facts.diagnosis).items():
        if heading != UNFIXED:
            blocks += [Paragraph(say("report.under", heading=heading)), Listed(tuple(texts))]
    return Chapter(say("report.found"), tuple(blocks))


def _corpus(facts: Facts) -> Said:
    sessions = len(facts.turns.session_names)
    if facts.found is None or facts.found.held_out is None:
        return say("report.corpus_all", turns=len(facts.turns), sessions=sessions)
    return say("report.corpus", turns=len(facts.turns), sessions=sessions, of=facts.of_turns)


def explaining(facts: Facts, shown: Callable[[str], str]) -> Chapter:
    """The turns that explain it; `shown` is what a turn's name looks like in a report."""
    drawn: list[Block] = [timeline(moment, f"turn-{number}", shown) for number, moment in enumerate(moments(facts), 1)]
    return Chapter(say("report.moments"), (Paragraph(say("moments.intro")), *drawn))


def recommendation(facts: Facts, deployed: Deployment | None) -> Chapter:
    """Each change, its reason and its share of the gain; then the same in the customer's own configuration."""
    tuned = facts.found
    if tuned is None or not tuned.changes:
        told = say("report.nothing_to_change") if tuned else say("report.not_tuned")
        return Chapter(say("report.recommendation"), (Paragraph(told),))
    blocks: list[Block] = []
    if tuned.estimate is not None:
        blocks.append(Paragraph(say("changes.not_shown")))
    blocks += [changes.table(tuned), Paragraph(say("changes.note", turns=tuned.tuning.turns))]
    blocks += [Paragraph(say("changes.why")), Listed(tuple(changes.reasons(tuned)))]
    blocks += [] if deployed is None else deployment.blocks(deployed, {one.name for one in tuned.changes})
    return Chapter(say("report.recommendation"), tuple(blocks))


def risks(facts: Facts) -> Chapter:
    """The limits, and what more or less daring settings would bring."""
    blocks: list[Block] = [Paragraph(_limits_note(facts)), _limits(facts)]
    if sure := [one.limit.name for one in facts.verdicts if one.note]:
        blocks.append(Paragraph(say("limits.sure", names=joined(sure, "comma"))))
    kinds, tuned = ("cut_off_rate", "false_interrupt_rate"), facts.found
    pictures = [] if tuned is None else [frontier(tuned, kind) for kind in kinds]
    return Chapter(say("report.risks"), (*blocks, *(one for one in pictures if one is not None)))


def _limits_note(facts: Facts) -> Said:
    return say("limits.note" if facts.better is None else "limits.note_then", turns=len(facts.turns))


def _limits(facts: Facts) -> Table:
    told = [one for one in facts.verdicts if not one.note]
    return Table(
        (
            say("table.figure"),
            say("table.limit"),
            say("table.now"),
            *([say("table.then")] if facts.better else []),
            say("table.at_most"),
            "",
        ),
        tuple(_limit_row(one, facts) for one in told),
        frozenset({1, 2, 3, 4} if facts.better else {1, 2, 3}),
        frozenset(row for row, one in enumerate(told) if not one.met),
    )


def _limit_row(verdict: Verdict, facts: Facts) -> tuple[str, ...]:
    limit, shown = verdict.limit, verdict.limit.shown
    now = facts.figures.get(limit.name)
    values = [shown(None if now is None else now.value)] if facts.better else []
    at_most = "-" if verdict.upper is None else shown(verdict.upper)
    status = say(f"status.{verdict.status.replace(' ', '_')}")
    if verdict.status == "not shown" and verdict.turns_needed:
        status = joined((status, say("verdict.needs", turns=verdict.turns_needed)), "comma")
    most = shown(limit.value) if limit.origin != "in force" else say("limits.as_now", value=shown(limit.value))
    return (_named(limit.name), most, *values, shown(verdict.estimate), at_most, status)


def _named(name: str) -> Said:
    """response time, p95 (response_ms.p95)"""
    return say("named.both", words=in_words(name), name=name)


def unfixable(facts: Facts) -> Chapter:
    """What settings cannot fix, and the stages' own delays."""
    blocks: list[Block] = [Listed(tuple(sections(facts.diagnosis).get(UNFIXED, [say("report.no_floor")])))]
    if facts.diagnosis.floor is not None:
        rows = tuple(
            (say(f"stage.{name.replace('.', '_')}"), ms(p50), ms(p95))
            for name, (p50, p95) in facts.diagnosis.floor.stages.items()
        )
        blocks.append(Table((say("table.stage"), say("table.p50"), say("table.p95")), rows, frozenset({1, 2})))
    return Chapter(say("report.unfixable"), tuple(blocks))


def assumed(facts: Facts) -> Chapter:
    """What was filled in, what was left alone, and what the model takes for granted."""
    blocks: list[Block] = []
    filled = _together(facts.filled_in.by_field())
    blocks += [Paragraph(say("assumed.filled")), Listed(filled)] if filled else [Paragraph(say("assumed.complete"))]
    if left := _together(_left(facts)):
        blocks += [Paragraph(say("assumed.left")), Listed(left)]
    model = tuple(say(f"assumed.{name}") for name in ("speech", "queues", "words"))
    return Chapter(say("report.assumed"), (*blocks, Paragraph(say("assumed.model")), Listed(model)))


def _left(facts: Facts) -> Mapping[str, str]:
    """Settings that were left alone because of the recording or of whoever asked; told as the diagnosis says it."""
    if facts.found is None:
        return facts.diagnosis.unjudged
    said = said_reasons() | {str(why): why for why in facts.diagnosis.unjudged.values()}
    fixed = unpriced(facts.limits)
    return {name: said.get(why, why) for name, why in facts.found.space.locks.items() if name not in fixed}


def _together(told: Mapping[str, str]) -> tuple[str, ...]:
    """What is the same of several names in one line."""
    names: dict[str, list[str]] = {}
    for name, what in told.items():
        names.setdefault(what, []).append(name)
    return tuple(say("report.of", names=joined(same, "comma"), what=what) for what, same in names.items())


def sure(facts: Facts) -> Chapter:
    """Every figure with its range and what it was counted on."""
    tuned, after = facts.found, facts.figures_after
    told = [say("sure.ranges")]
    if tuned is not None and tuned.held_out is not None:
        told.append(say("sure.held_out", tuning=tuned.tuning.turns, held_out=tuned.held_out.turns))
    if tuned is not None:
        told.append(say("sure.search", evaluations=tuned.evaluations, seed=tuned.task.seed))
    rows = tuple(_figure_row(name, facts.figures[name], after) for name in facts.figures if _telling(name, facts))
    headers = ("table.figure", "table.now", *(["table.then"] if after else []), "table.range", "table.n")
    numeric = frozenset(range(1, len(headers)))
    return Chapter(say("report.sure"), (Listed(tuple(told)), Table(tuple(map(say, headers)), rows, numeric)))


def _telling(name: str, facts: Facts) -> bool:
    values = (facts.figures[name].value, (facts.figures_after or facts.figures)[name].value)
    return name in ALWAYS or any(value not in (None, 0) for value in values)


def _figure_row(name: str, now: Estimate, after: Mapping[str, Estimate] | None) -> tuple[str, ...]:
    last = now if after is None else after[name]
    then = [] if after is None else [figure(name, last.value)]
    return (_named(name), figure(name, now.value), *then, span(name, last.low, last.high), f"{last.n:,}")


def promise(found: Comparison) -> Chapter:
    """Whether it came true in the second recording."""
    told = [one for one in found.figures if any(seen.value for seen in (one.before, one.promised, one.found))]
    headers = ("table.figure", "table.before", "table.promised", "table.found", "table.range", "table.n", "")
    table = Table(
        tuple(say(name) if name else "" for name in headers),
        tuple(_promise_row(one) for one in told),
        frozenset({1, 2, 3, 4, 5}),
        frozenset(row for row, one in enumerate(told) if one.status == "worse"),
    )
    return Chapter(say("report.promise"), (Listed(tuple(promised(found))), table))


def _promise_row(one: Kept) -> tuple[str, ...]:
    values = (figure(one.name, seen.value) for seen in (one.before, one.promised, one.found))
    last = one.found
    status = say(f"kept.{one.status.replace(' ', '_')}")
    return (_named(one.name), *values, span(one.name, last.low, last.high), f"{last.n:,}", status)


def left_out(lines: Iterable[str]) -> Chapter | None:
    """What was taken out of this page; None: nothing."""
    told = tuple(lines)
    if not told:
        return None
    return Chapter(say("report.left_out"), (Paragraph(say("left_out.note")), Listed(told)))
