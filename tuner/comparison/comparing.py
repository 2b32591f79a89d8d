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
from tuner.comparison.replay import differs
from tuner.statistics.bootstrap import Resample, replicates_for
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

    @property
    def changed(self) -> tuple[Difference, ...]:
        """The figures that differ beyond chance."""
        return tuple(one for one in self.figures.values() if one.shown)

    def of_status(self, *status: Status) -> tuple[Difference, ...]:
        """The figures of this status."""
        return tuple(one for one in self.figures.values() if one.status in status)


def compare(
    complete: Columns, before: Settings, after: Settings, *, seed: int = 0, threads: int | None = None
) -> SettingsComparison:
    """A and B on complete turns, paired. Long recordings: on a sample of whole sessions, drawn by (seed, session)."""
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
    )
