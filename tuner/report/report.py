"""The report of a case, and the letter that goes with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from stages.phrases import Said, say
from tuner.report import chapters, complaint
from tuner.report.blocks import Chapter, Listed, Page, Paragraph
from tuner.report.complaint import Complaint
from tuner.report.facts import Facts


def report(told: Complaint, facts: Facts | None, made: date, left_out: Iterable[str] = ()) -> Page:
    """All that is known of a case; `facts` are None where there is no recording yet."""
    found = _unmeasured(told) if facts is None else _measured(told, facts)
    redacted = chapters.left_out(left_out)
    return Page(
        title=told.title,
        subtitle=_subtitle(told, made),
        chapters=(*found, *([] if redacted is None else [redacted])),
    )


def _subtitle(told: Complaint, made: date) -> Said:
    customer = "" if told.customer is None else say("report.for", customer=told.customer)
    return say("report.subtitle", customer=customer, date=say("report.made", date=made.isoformat()))


def _unmeasured(told: Complaint) -> tuple[Chapter, ...]:
    blocks = (Paragraph(say("report.no_recording")),)
    missing = [Chapter(say("report.missing"), (Listed(told.missing),))] if told.missing else []
    return (Chapter(say("report.summary"), blocks), complaint.chapter(told), *missing)


def _measured(told: Complaint, facts: Facts) -> tuple[Chapter, ...]:
    return (
        chapters.summary(facts),
        complaint.chapter(told),
        chapters.found(facts),
        chapters.explaining(facts),
        chapters.recommendation(facts),
        chapters.risks(facts),
        chapters.unfixable(facts),
        chapters.assumed(facts),
        chapters.sure(facts),
    )
