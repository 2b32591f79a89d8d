"""Comparing two sets of settings on the same turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.kernel.batch import Batch
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.comparison.difference import Difference, Status, differences
from tuner.comparison.effect import Effect, Effects
from tuner.comparison.replay import Replay, differs
from tuner.statistics.bootstrap import Resample, replicates_for
from tuner.statistics.by_tag import values_of
from tuner.statistics.split import sampled

MOST_TURNS = 20_000
"""A comparison looks at whole sessions of about so many turns."""


@dataclass(frozen=True)
class SettingsComparison:
    """What differs between A and B on n turns, by figure and by setting."""

    before: Settings
    after: Settings
    figures: Mapping[str, Difference]
    effects: tuple[Effect, ...]
    """One a setting that differs."""
    turns: int
    sessions: int
    of_turns: int
    """The turns of the recording, of which these are whole sessions."""
    turns_changed: int
    """Turns that come out otherwise in anything."""
    by: tuple[str, Mapping[str, Mapping[str, Difference]]] | None = None
    """A tag, and the figures of the turns of each of its values; None: none is asked for."""

    @property
    def changed(self) -> tuple[Difference, ...]:
        """The figures that differ beyond chance."""
        return tuple(one for one in self.figures.values() if one.shown)

    def of_status(self, *status: Status) -> tuple[Difference, ...]:
        """The figures of this status."""
        return tuple(one for one in self.figures.values() if one.status in status)


def compare(
    complete: Columns,
    before: Settings,
    after: Settings,
    *,
    seed: int = 0,
    threads: int | None = None,
    by: str | None = None,
) -> SettingsComparison:
    """A and B on complete turns, paired. Long recordings: on a sample of whole sessions, drawn by (seed, session).

    `by`: a tag, for each of whose values the figures are compared, too. Raises InputError where no turn has it.
    """
    sessions = sampled(complete, seed, MOST_TURNS, "comparison")
    turns = complete if len(sessions) == len(complete.session_names) else complete.of_sessions(sessions)
    batch = Batch(turns, threads)
    resample = Resample(len(sessions), seed, replicates_for(len(sessions)))
    effects = Effects(batch, before, after, resample)
    was, now = effects.replays
    return SettingsComparison(
        before=before,
        after=after,
        figures=differences(was, now),
        effects=effects.all(),
        turns=len(turns),
        sessions=len(sessions),
        of_turns=len(complete),
        turns_changed=int(np.count_nonzero(differs(was.outcomes, now.outcomes))),
        by=None if by is None else (by, _by_value(turns, before, after, by, seed, threads)),
    )


def _by_value(
    turns: Columns, before: Settings, after: Settings, tag: str, seed: int, threads: int | None
) -> dict[str, dict[str, Difference]]:
    """Value of the tag -> the figures of its turns, the most frequent value first."""
    found = {}
    for value, inside in values_of(turns, tag).items():
        some = turns.take(np.flatnonzero(inside))
        batch, sessions = Batch(some, threads), len(some.session_names)
        resample = Resample(sessions, seed, replicates_for(sessions))
        was, now = (Replay(batch.outcomes(settings), some, resample) for settings in (before, after))
        found[value] = differences(was, now)
    return found
