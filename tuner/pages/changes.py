"""What to change: each setting with its value now and then, and what taking the change back would lose."""

from __future__ import annotations

from collections.abc import Callable

from stages.i18n import Said, say
from tuner.pages.blocks import Table
from tuner.pages.wording import REPORT, Wording
from tuner.recommendation.changes import Change
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.numbers import NONE, setting
from tuner.statistics.vocabulary import figure as in_words


def ranked(found: Recommendation) -> list[Change]:
    """The changes, what brings most first; then those that keep a limit."""
    return sorted(found.changes, key=lambda change: -(change.worth_ms or 0.0))


def changes_table(
    found: Recommendation, wording: Wording = REPORT, *, reasons: bool = True, shares: bool = False
) -> Table:
    """A row a change: now and then; with `reasons` what is lost without it, with `shares` its part of the gain."""
    columns: list[tuple[str, Callable[[Change], str]]] = [
        ("table.setting", lambda one: one.name),
        ("table.now", lambda one: setting(one.before)),
        ("table.then", lambda one: setting(one.after)),
    ]
    columns += [("table.without", lambda one: without(one, wording))] if reasons else []
    columns += [("table.share", lambda one: _share(one, found))] if shares else []
    rows = tuple(tuple(cell(one) for _, cell in columns) for one in ranked(found))
    numeric = frozenset({1, 2, 4} if shares else {1, 2})
    return Table(tuple(say(header) for header, _ in columns), rows, numeric)


def without(change: Change, wording: Wording = REPORT) -> Said:
    """What taking the change back alone would lose."""
    if change.needed_for:
        return wording.misses(change.needed_for)
    if change.raises:
        return say("changes.raises", figure=in_words(change.raises))
    if change.worth_ms is None:
        return say("value.no_answer")
    return say("changes.later" if change.worth_ms >= 0 else "changes.sooner", ms=abs(change.worth_ms))


def _share(change: Change, found: Recommendation) -> str:
    """Of the gain on the turns it was tuned on; a dash where it is not known."""
    gain = found.tuning.gain.estimate
    if change.worth_ms is None or gain is None or gain <= 0:
        return NONE
    return f"{change.worth_ms / gain:.0%}"
