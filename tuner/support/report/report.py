"""The report of a case, and the letter that goes with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from stages.i18n import Said, say
from tuner.followup.comparison import Comparison
from tuner.pages.blocks import Chapter, Listed, Page, Paragraph
from tuner.support.report import chapters
from tuner.support.report.complaint import Complaint, complaint_chapter
from tuner.support.report.deployment import Deployment
from tuner.support.report.facts import Facts


def report(
    complaint: Complaint,
    facts: Facts | None,
    made: date,
    *,
    compared: Comparison | None = None,
    deployed: Deployment | None = None,
    shown: Callable[[str], str] = str,
    left_out: Callable[[], list[str]] = list,
) -> Page:
    """All that is known of a case; `facts` are None where there is no recording yet.

    `deployed` is the change to the customer's own configuration, where they gave us one; `shown` is what becomes of a
    turn's name, and `left_out` says in the end what was taken out of the page.
    """
    found = _unmeasured(complaint) if facts is None else _measured(complaint, facts, deployed, shown)
    promise = [] if compared is None else [chapters.promise(compared)]
    redacted = chapters.left_out(left_out())
    last = [] if redacted is None else [redacted]
    return Page(complaint.title, _subtitle(complaint, made), (*found[:1], *promise, *found[1:], *last))


def _subtitle(complaint: Complaint, made: date) -> Said:
    customer = "" if complaint.customer is None else say("report.for", customer=complaint.customer)
    return say("report.subtitle", customer=customer, date=say("report.made", date=made.isoformat()))


def _unmeasured(complaint: Complaint) -> list[Chapter]:
    missing = [Chapter(say("report.missing"), (Listed(complaint.missing),))] if complaint.missing else []
    nothing = Chapter(say("report.summary"), (Paragraph(say("report.no_recording")),))
    return [nothing, complaint_chapter(complaint), *missing]


def _measured(
    complaint: Complaint, facts: Facts, deployed: Deployment | None, shown: Callable[[str], str]
) -> list[Chapter]:
    return [
        chapters.summary(facts),
        complaint_chapter(complaint),
        chapters.found(facts),
        chapters.explaining(facts, shown),
        chapters.recommendation(facts, deployed),
        chapters.risks(facts),
        chapters.unfixable(facts),
        chapters.assumed(facts),
        chapters.sure(facts),
    ]
