"""All that a report tells of a recording: the diagnosis, the recommendation, and the same turns under both settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.completion import CompletionReport
from pipeline.completion.fit import NOT_MEASURED, Fit
from pipeline.kernel.batch import Batch, Outcomes
from pipeline.kernel.tally import response_times
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.diagnosis import Diagnosis, diagnose
from tuner.diagnosis.parts import Slice, slices
from tuner.recommendation.recommendation import Recommendation
from tuner.space.deployable import EVERYTHING, DeployableSpace
from tuner.statistics.complaint import Complaint
from tuner.statistics.intervals import Estimate, estimates
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal
from tuner.statistics.split import split
from tuner.statistics.verdict import Verdict, verdicts


@dataclass(frozen=True)
class Facts:
    """Complete turns under the settings in force and, where there are some, under better ones."""

    turns: Columns
    """Those that decide: held out from the search, or all where there was none."""
    of_turns: int
    """How many the recording has."""
    limits: tuple[Limit, ...]
    diagnosis: Diagnosis
    """Of the whole recording."""
    found: Recommendation | None
    filled_in: CompletionReport
    before: Outcomes
    after: Outcomes | None
    """None: nothing is recommended (yet)."""
    settings: Settings
    """In force."""
    better: Settings | None
    assumed: str | None = None
    """The profile that the turns are simulated from; None: they were recorded."""

    @cached_property
    def figures(self) -> dict[str, Estimate]:
        """Under the settings in force."""
        return estimates(self.before, self.turns.session)

    @cached_property
    def figures_after(self) -> dict[str, Estimate] | None:
        return None if self.after is None else estimates(self.after, self.turns.session)

    @cached_property
    def slices(self) -> dict[str, tuple[Slice, Slice | None]]:
        """Name -> where the time goes now, and where it would."""
        after = {} if self.after is None else {one.name: one for one in slices(self.after)}
        return {one.name: (one, after.get(one.name)) for one in slices(self.before)}

    @cached_property
    def response_ms(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64] | None]:
        """(n,) each, infinite for an unanswered turn."""
        return response_times(self.before), None if self.after is None else response_times(self.after)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """On the limits, under the better settings where there are some."""
        return verdicts(Batch(self.turns), self.better or self.settings, self.limits)


def facts(
    recorded: Columns,
    complete: Columns,
    filled_in: CompletionReport,
    settings: Settings,
    goal: Goal,
    limits: Sequence[Limit],
    found: Recommendation | None,
    seed: int = 0,
    deployable: DeployableSpace = EVERYTHING,
    *,
    fit: Fit = NOT_MEASURED,
    assumed: str | None = None,
    complaint: Complaint | None = None,
) -> Facts:
    """The facts of turns as read and the same completed, under the settings in force and those found.

    Only `deployable` settings are diagnosed, findings about the `complaint` first. `assumed`: the profile that the
    turns are simulated from.
    """
    turns = _deciding(complete, found)
    batch, better = Batch(turns), None if found is None else _better(found)
    return Facts(
        turns=turns,
        of_turns=len(complete),
        limits=tuple(limits) if found is None else found.limits,
        diagnosis=diagnose(
            recorded,
            complete,
            settings,
            goal,
            limits,
            seed=seed,
            assumed=assumed,
            deployable=deployable,
            complaint=complaint,
            fit=fit,
        ),
        found=found,
        filled_in=filled_in,
        before=batch.outcomes(settings),
        after=None if better is None else batch.outcomes(better),
        settings=settings,
        better=better,
        assumed=assumed,
    )


def _deciding(complete: Columns, found: Recommendation | None) -> Columns:
    if found is None or found.held_out is None:
        return complete
    return complete.of_sessions(split(complete, found.task.seed).held_out)


def _better(found: Recommendation) -> Settings | None:
    """The recommended settings, or the best on the estimates alone; None where those in force stay."""
    if found.status == "recommended":
        return found.settings
    return found.estimate if found.status == "too small" else None
