"""One set of settings on all turns, fast enough for a slider: figures with intervals, verdicts, response times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.kernel.batch import Batch
from pipeline.kernel.tally import with_measured_times
from stages.arrays import Floats
from stages.settings import Settings
from tuner.statistics.intervals import Estimate, estimates_of
from tuner.statistics.limits import Limit
from tuner.statistics.verdict import Verdict, verdicts_of


@dataclass(frozen=True)
class Gauge:
    """The figures of n turns under these settings."""

    settings: Settings
    figures: Mapping[str, Estimate]
    """Every figure of section 7 by its name."""
    verdicts: tuple[Verdict, ...]
    response_ms: Floats
    """(n,), infinite for an unanswered turn."""

    def verdict(self, name: str) -> Verdict | None:
        """The verdict on the limit of this figure; None: it has no limit."""
        return next((one for one in self.verdicts if one.limit.name == name), None)


def gauge(batch: Batch, settings: Settings, limits: Iterable[Limit], *, in_force: bool = False) -> Gauge:
    """The figures of the batch's turns under these settings, in one replay.

    `in_force`: they were so while recording, so response times and dead air are those that were measured, where they
    were.
    """
    found, turns = batch.measure(settings), batch.columns
    if in_force and np.isfinite(turns.response_ms).any():
        found = with_measured_times(found, batch.outcomes(settings), turns.session, turns.response_ms)
    judged = verdicts_of(found, turns, settings, limits)
    return Gauge(settings, estimates_of(found, turns.session), judged, found.response_ms)
