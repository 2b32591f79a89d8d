"""Why each setting is changed, and what it is traded for."""

from __future__ import annotations

from collections.abc import Iterator

from stages.i18n import Said, say
from tuner.diagnosis.words.guide import of_setting
from tuner.pages.changes import ranked
from tuner.recommendation.changes import Change
from tuner.recommendation.recommendation import Recommendation
from tuner.statistics.vocabulary import figure as in_words
from tuner.statistics.vocabulary import subject


def reasons(found: Recommendation) -> Iterator[Said]:
    """A sentence or two a change: what the setting is, why it is changed, and its trade-off as the guide puts it."""
    for one in ranked(found):
        trade = of_setting(one.name).says
        yield say("changes.reason", name=one.name, subject=subject(one.name), effect=_effect(one), trade=trade)


def _effect(change: Change) -> Said:
    if change.needed_for:
        return say("changes.keeps", figure=in_words(change.needed_for))
    if change.raises:
        return say("changes.lowers", figure=in_words(change.raises))
    if change.worth_ms is None:
        return say("changes.answers")
    return say("changes.brings", ms=change.worth_ms)
