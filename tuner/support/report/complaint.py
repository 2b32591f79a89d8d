"""What the customer said, as the report quotes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stages.i18n import catalogue, say
from tuner.pages.blocks import Block, Chapter, Paragraph, Quote, Table

QUOTED = ("users_report", "steps", "tried")
"""Answers that are quoted; the others stand in a table."""

HEADLINE = ("title", "customer", "language")


@dataclass(frozen=True)
class Complaint:
    """The answers of the intake form, secrets taken out; what is not known is not there."""

    title: str
    answers: Mapping[str, str]
    missing: tuple[str, ...] = ()
    """What is still not known, in words, what would help most first."""

    @property
    def customer(self) -> str | None:
        return self.answers.get("customer")


def complaint_chapter(complaint: Complaint) -> Chapter:
    """The quoted answers, and a table of the others."""
    blocks: list[Block] = []
    for name in QUOTED:
        if name in complaint.answers:
            blocks += [Paragraph(say(f"intake.{name}")), Quote(complaint.answers[name])]
    rows = [(_label(name), text) for name, text in complaint.answers.items() if name not in (*QUOTED, *HEADLINE)]
    if rows:
        blocks.append(Table((say("table.what"), say("table.answer")), tuple(rows)))
    if not blocks:
        blocks.append(Paragraph(say("complaint.none")))
    return Chapter(say("report.complaint"), tuple(blocks))


def _label(name: str) -> str:
    key = f"intake.{name}"
    return say(key) if key in catalogue("en") else name
