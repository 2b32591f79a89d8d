"""What to change: each setting with its reason, and its share of the gain."""

from __future__ import annotations

from collections.abc import Iterator

from stages.i18n import Said, say
from tuner.diagnosis.guide import of_setting
from tuner.recommendation.changes import Change
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.numbers import setting
from tuner.statistics.vocabulary import figure as in_words
from tuner.statistics.vocabulary import subject
from tuner.support.report.blocks import Table


def ranked(found: Recommendation) -> list[Change]:
    """The changes, what brings most first; then those that keep a limit."""
    return sorted(found.changes, key=lambda change: -(change.worth_ms or 0.0))


def table(found: Recommendation) -> Table:
    """Each change: as it is, as it will be, what is lost without it, and which share of the gain that is."""
    headers = (
        *("table.setting", "table.now", "table.then"),
        *("table.without", "table.share"),
    )
    rows = tuple(
        (one.name, setting(one.before), setting(one.after), without(one), _share(one, found)) for one in ranked(found)
    )
    return Table(tuple(say(name) for name in headers), rows, frozenset({1, 2, 3, 4}))


def reasons(found: Recommendation) -> Iterator[Said]:
    """What each setting is, why it is changed, and what it is traded for: as the page of the guide says."""
    for one in ranked(found):
        told = {"name": one.name, "subject": subject(one.name), "trade": of_setting(one.name).says}
        yield say("changes.reason", effect=_effect(one), **told)


def without(change: Change) -> Said:
    """What taking it back alone would lose."""
    if change.needed_for:
        return say("changes.misses", figure=in_words(change.needed_for))
    if change.raises:
        return say("changes.raises", figure=in_words(change.raises))
    if change.worth_ms is None:
        return say("value.no_answer")
    return say("changes.later" if change.worth_ms >= 0 else "changes.sooner", ms=abs(change.worth_ms))


def _share(change: Change, found: Recommendation) -> str:
    """Of the gain on the turns it was tuned on; nothing where there is no telling."""
    gain = found.tuning.gain.estimate
    if change.worth_ms is None or gain is None or gain <= 0:
        return "-"
    return f"{change.worth_ms / gain:.0%}"


def _effect(change: Change) -> Said:
    if change.needed_for:
        return say("changes.keeps", figure=in_words(change.needed_for))
    if change.raises:
        return say("changes.lowers", figure=in_words(change.raises))
    if change.worth_ms is None:
        return say("changes.answers")
    return say("changes.brings", ms=change.worth_ms)
