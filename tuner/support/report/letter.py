"""The reply to the customer, as a draft: what was found, what to change, what to expect, what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from stages.i18n import joined, say
from tuner.diagnosis import sections
from tuner.diagnosis.words.sentences import BARGE_IN, COMPLAINT, COSTS, MISSED_NOW, UNFIXED
from tuner.followup.comparison import Comparison
from tuner.followup.sentences import sentences as promised
from tuner.pages.blocks import Block, Chapter, Listed, Page, Paragraph
from tuner.pages.changes import changes_table
from tuner.pages.diagnosis import fit_sentences
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.sentences import answer_text, needed_text, sentences, unseen
from tuner.statistics.numbers import figure, span
from tuner.statistics.verdict import Verdict
from tuner.statistics.vocabulary import figure as in_words
from tuner.support.report import deployment
from tuner.support.report.chapters import TILES
from tuner.support.report.complaint import Complaint
from tuner.support.report.deployment import Deployment
from tuner.support.report.facts import Facts

FINDINGS = 3
"""Of a kind; more are not read in a letter, and the report has them all."""

NEARER = 2
"""Limits that come nearer, in words."""


def reply(
    complaint: Complaint, facts: Facts, deployed: Deployment | None = None, compared: Comparison | None = None
) -> Page:
    """The letter about what was found, or, once there is a second recording, about what came of it.

    Changes are given as keys of the customer's own configuration where it is known.
    """
    hello = say("reply.hello") if complaint.customer is None else say("reply.hello_name", customer=complaint.customer)
    body = _found(complaint, facts, deployed) if compared is None else _came_of_it(complaint, compared)
    last = (Paragraph(say("reply.attached")), Paragraph(say("reply.bye")))
    return Page(complaint.title, "", (Chapter("", (Paragraph(hello), *body, *last)),))


def _came_of_it(complaint: Complaint, compared: Comparison) -> Iterator[Block]:
    yield Paragraph(say("reply.again", title=complaint.title, turns=compared.turns))
    yield Listed(tuple(promised(compared)))
    yield Paragraph(say("reply.satisfied" if compared.kept else "reply.go_on"))


def _found(complaint: Complaint, facts: Facts, deployed: Deployment | None) -> Iterator[Block]:
    if facts.assumed is None:
        yield Paragraph(say("reply.thanks", title=complaint.title, turns=facts.of_turns))
    else:
        yield Paragraph(say("reply.assumed", title=complaint.title, turns=facts.of_turns, profile=facts.assumed))
    under = sections(facts.diagnosis)
    findings = tuple(_findings(facts))
    if findings:
        yield Paragraph(say("reply.found"))
        yield Listed(findings)
    yield from _advice(facts, deployed)
    if UNFIXED in under:
        yield Paragraph(say("reply.unfixable"))
        yield Listed(tuple(under[UNFIXED]))
    if _changes_something(facts):
        yield Paragraph(say("reply.next", turns=max(500, len(facts.turns))))


def _findings(facts: Facts) -> Iterator[str]:
    """Measured beside modelled, what is amiss, where the time goes, and, before a search, what costs most."""
    under = sections(facts.diagnosis)
    if facts.assumed is None:
        yield from fit_sentences(facts.diagnosis)
    yield from under.get(COMPLAINT, [])
    if facts.better is None:
        yield from [*under.get(MISSED_NOW, []), *under.get(BARGE_IN, [])][:FINDINGS]
    else:
        yield from [*_missed(facts), *under.get(BARGE_IN, [])][:FINDINGS]
    if "p50" in facts.slices:
        now, _ = facts.slices["p50"]
        (first, most), (second, more) = sorted(now.parts.items(), key=lambda one: -one[1])[:2]
        parts = {"first": say(f"part.{first}"), "second": say(f"part.{second}")}
        yield say("reply.where", ms=now.response_ms, most=most, more=more, n=now.turns, **parts)
    if facts.found is None:
        yield from under.get(COSTS, [])[:FINDINGS]


def _missed(facts: Facts) -> Iterator[str]:
    """The limits that are missed now, each beside what the recommended settings make of it."""
    after = facts.figures_after or {}
    for one in facts.diagnosis.remedies:
        limit = one.verdict.limit
        if limit.name in after:
            now, then = (limit.shown(figures[limit.name].value) for figures in (facts.figures, after))
            most = limit.shown(limit.value)
            key = "reply.missed_aim" if limit.is_aim else "reply.missed"
            yield say(key, figure=in_words(limit.name), now=now, then=then, limit=most)


def _advice(facts: Facts, deployed: Deployment | None) -> Iterator[Block]:
    found = facts.found
    if found is None:
        yield Paragraph(say("reply.not_tuned"))
    elif found.status == "infeasible":
        yield Paragraph(sentences(found)[0])
    elif not _changes_something(facts):
        yield Paragraph(say("reply.keep_yet" if found.status == "too small" else "reply.keep"))
        yield from (Paragraph(one) for one in unseen(found))
    else:
        yield Paragraph(say("reply.change"))
        yield from _changes(found, deployed)
        yield from _expected(facts, found)


def _changes_something(facts: Facts) -> bool:
    """Whether there are settings to try that are not those in force."""
    return facts.found is not None and facts.better is not None and bool(facts.found.changes)


def _changes(found: Recommendation, deployed: Deployment | None) -> tuple[Block, ...]:
    """In the customer's own configuration where it is known, else as settings of ours."""
    if deployed is None:
        return (changes_table(found, reasons=False),)
    return deployment.blocks(deployed, {one.name for one in found.changes})


def _expected(facts: Facts, found: Recommendation) -> Iterator[Block]:
    judged = found.held_out or found.tuning
    if found.estimate is not None:
        misfit = found.fit.is_bad
        yield Paragraph(say("reply.estimates_misfit") if misfit else say("reply.estimates", needed=needed_text(found)))
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
        "reply.moved_aim" if verdict.limit.is_aim else "reply.moved",
        figure=in_words(verdict.limit.name),
        before=shown(now),
        after=shown(verdict.estimate),
        upper=shown(verdict.upper),
        limit=shown(verdict.limit.value),
    )
