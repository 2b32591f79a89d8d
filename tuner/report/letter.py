"""The reply to the customer, as a draft: what was found, what to change, what to expect, what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from stages.phrases import joined, say
from tuner.diagnosis.vocabulary import figure as in_words
from tuner.diagnosis.words import UNFIXED
from tuner.numbers import figure, span
from tuner.recommendation import Recommendation
from tuner.report import changes
from tuner.report.blocks import Block, Chapter, Listed, Page, Paragraph, Table
from tuner.report.chapters import TILES
from tuner.report.complaint import Complaint
from tuner.report.facts import Facts
from tuner.sentences import answer_text, plain, sentences
from tuner.verdict import Verdict

FINDINGS = 3
"""More are not read in a letter; the report has them all."""

NEARER = 2
"""Limits that come nearer, in words."""


def reply(told: Complaint, facts: Facts) -> Page:
    """The letter about what was found."""
    return Page(told.title, "", (Chapter("", tuple(_blocks(told, facts))),))


def _blocks(told: Complaint, facts: Facts) -> Iterator[Block]:
    yield Paragraph(say("reply.hello") if told.customer is None else say("reply.hello_name", customer=told.customer))
    yield Paragraph(say("reply.thanks", title=told.title, turns=facts.of_turns))
    sections = facts.diagnosis.sections()
    findings = [text for heading, texts in sections.items() if heading != UNFIXED for text in texts]
    if findings:
        yield Paragraph(say("reply.found"))
        yield Listed(tuple(findings[:FINDINGS]))
    yield from _advice(facts)
    if UNFIXED in sections:
        yield Paragraph(say("reply.unfixable"))
        yield Listed(tuple(sections[UNFIXED]))
    if facts.better is not None:
        yield Paragraph(say("reply.next", turns=max(500, len(facts.turns))))
    yield Paragraph(say("reply.attached"))
    yield Paragraph(say("reply.bye"))


def _advice(facts: Facts) -> Iterator[Block]:
    found = facts.found
    if found is None:
        yield Paragraph(say("reply.not_tuned"))
    elif facts.better is None:
        yield Paragraph(sentences(found)[0] if found.status == "infeasible" else say("reply.keep"))
    else:
        yield Paragraph(say("reply.change"))
        yield _changes(found)
        yield from _expected(facts, found)


def _changes(found: Recommendation) -> Table:
    rows = tuple((one.name, plain(one.before), plain(one.after)) for one in changes.ranked(found))
    return Table((say("table.setting"), say("table.now"), say("table.then")), rows, frozenset({1, 2}))


def _expected(facts: Facts, found: Recommendation) -> Iterator[Block]:
    judged = found.held_out or found.tuning
    if found.estimate is not None:
        never = say("recommendation.never_needed")
        needed = say("recommendation.about_needed", turns=found.turns_needed) if found.turns_needed else never
        yield Paragraph(say("reply.estimates", needed=needed))
    yield Paragraph(say("reply.expect", gain=answer_text(found.task.goal.text, judged)))
    after = facts.figures_after or {}
    yield Listed(
        tuple(
            say(
                "reply.figure",
                figure=say(f"tile.{name.replace('.', '_')}"),
                before=figure(name, facts.figures[name].value),
                after=figure(name, after[name].value),
                range=span(name, after[name].low, after[name].high),
                n=after[name].n,
            )
            for name in TILES
            if name in after and after[name].n
        )
    )
    yield Paragraph(_risk(facts))


def _risk(facts: Facts) -> str:
    nearer = [one for one in facts.verdicts if _worse(one, facts)]
    nearer.sort(key=lambda one: -_used(one))
    if not nearer:
        return say("reply.no_risk")
    return say("reply.risk", risk=joined((_moved(one, facts) for one in nearer[:NEARER]), "semicolon"))


def _worse(verdict: Verdict, facts: Facts) -> bool:
    now = facts.figures.get(verdict.limit.name)
    return verdict.estimate is not None and now is not None and verdict.estimate > (now.value or 0.0)


def _used(verdict: Verdict) -> float:
    """How much of a limit is used up."""
    least = 1.0 if verdict.limit.is_count else 0.0
    return ((verdict.upper or 0.0) - least) / max(verdict.limit.value - least, 1e-9)


def _moved(verdict: Verdict, facts: Facts) -> str:
    shown, now = verdict.limit.shown, facts.figures[verdict.limit.name].value
    return say(
        "reply.moved",
        figure=in_words(verdict.limit.name),
        before=shown(now),
        after=shown(verdict.estimate),
        upper=shown(verdict.upper),
        limit=shown(verdict.limit.value),
    )
