"""A recommendation as a document: what to change, what it brings, how sure that is, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.completion import CompletionReport
from stages.i18n import say
from tuner.pages.blocks import Chapter, Listed, Page, Paragraph
from tuner.pages.changes import changes_table
from tuner.pages.frontier import frontier
from tuner.pages.tables import changed, figures_table, limits_blocks
from tuner.pages.wording import REPORT, Wording, together
from tuner.recommendation.recommendation import Recommendation
from tuner.recommendation.sentences import sentences
from tuner.space.fixed import unpriced

TRADE_OFFS = ("cut_off_rate", "false_interrupt_rate")


def recommendation_page(
    found: Recommendation, wording: Wording = REPORT, *, trade_offs: Sequence[str] = TRADE_OFFS
) -> Page:
    """All of it: summary, changes, figures, limits, frontier, left, filled_in; chapters without content are left out.

    `trade_offs`: of which risks a frontier is drawn.
    """
    chapters = (
        Chapter("", (Listed(tuple(sentences(found))),), "summary"),
        changes(found, wording),
        _figures(found, wording),
        _limits(found, wording),
        _frontiers(found, trade_offs),
        left({name: why for name, why in found.space.locks.items() if name not in unpriced(found.task.limits)}),
        filled_in(found.filled_in),
    )
    return Page(say("page.recommendation"), "", tuple(one for one in chapters if one.blocks))


def changes(found: Recommendation, wording: Wording = REPORT, *, shares: bool = False) -> Chapter:
    """Each change; those that are not shown to hold say so. `shares`: with each one's part of the gain."""
    if not found.changes:
        return Chapter(say("page.changes"), (), "changes")
    table = changes_table(found, wording, shares=shares)
    if found.estimate is None:
        return Chapter(say("page.changes"), (table,), "changes")
    return Chapter(say("page.estimates"), (Paragraph(say("changes.not_shown")), table), "changes")


def left(reasons: Mapping[str, str]) -> Chapter:
    """The settings that were not searched; `reasons`: setting -> why."""
    return Chapter(say("page.left"), (Listed(together(reasons)),) if reasons else (), "left")


def filled_in(report: CompletionReport) -> Chapter:
    """What the recording does not show, and what was taken instead; empty where it shows all."""
    texts = report.by_field()
    return Chapter(say("page.filled_in"), (Listed(together(texts)),) if texts else (), "filled_in")


def _figures(found: Recommendation, wording: Wording) -> Chapter:
    """The figures of the same turns under both settings; none where nothing changes."""
    judged = found.held_out or found.tuning
    heading = say("page.on_tuning" if found.provisional else "page.on_held_out", turns=judged.turns)
    if not found.changes:
        return Chapter(heading, (), "figures")
    table = figures_table(judged.before, judged.after, changed(judged.before, judged.after), wording)
    return Chapter(heading, (table,), "figures")


def _limits(found: Recommendation, wording: Wording) -> Chapter:
    """On the turns that decide."""
    heading = say("page.limits", turns=found.tuning.turns)
    verdicts = found.tuning.verdicts
    if found.fit.is_bad:  # more turns would not fit either
        verdicts = tuple(replace(one, turns_needed=None) for one in verdicts)
    return Chapter(heading, limits_blocks(verdicts, wording), "limits")


def _frontiers(found: Recommendation, kinds: Sequence[str]) -> Chapter:
    charts = (frontier(found, kind) for kind in kinds)
    return Chapter("", tuple(one for one in charts if one is not None), "frontier")
