"""Diagnose a recorded agent: where the time goes, what the settings cost, what no setting can fix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.completion.fit import NOT_MEASURED, Fit
from pipeline.kernel.batch import Batch
from pipeline.turns.columns import Columns
from pipeline.turns.tags import groups
from stages.arrays import Flags
from stages.i18n import say
from stages.settings import Settings
from tuner.diagnosis.barge_in import barge_in
from tuner.diagnosis.baseline import Baseline, sampled
from tuner.diagnosis.diagnosis import Diagnosis
from tuner.diagnosis.differences import Difference, differences, session_starts
from tuner.diagnosis.floor import floor
from tuner.diagnosis.levers import against_stalls, alone, together
from tuner.diagnosis.parts import slices
from tuner.diagnosis.paths import harm
from tuner.diagnosis.remedies import cure, remedies
from tuner.space.deployable import EVERYTHING, DeployableSpace
from tuner.space.fixed import unpriced
from tuner.space.space import space_of
from tuner.space.unseen import SILENCE, unseen_ms
from tuner.statistics.by_tag import MOST_VALUES, figures_by_tag
from tuner.statistics.complaint import Complaint
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal


def diagnose(
    recording: Columns,
    complete: Columns,
    settings: Settings,
    goal: Goal,
    limits: Sequence[Limit],
    *,
    seed: int = 0,
    threads: int | None = None,
    assumed: str | None = None,
    deployable: DeployableSpace = EVERYTHING,
    complaint: Complaint | None = None,
    fit: Fit = NOT_MEASURED,
    by: str | None = None,
    as_measured: bool = False,
) -> Diagnosis:
    """The diagnosis of turns as read, and the same completed, under the settings in force.

    Long recordings are judged on a sample of whole sessions, drawn by (seed, session). `assumed` names the profile
    that the turns are simulated from, where there is no recording. Only what is `deployable` is changed, though the
    floor is that of all settings. Findings about the `complaint` come first. `fit`: measured beside modelled. `by`: the
    tag by whose values figures are shown. `as_measured`: the turns were recorded under these settings, so that times
    which were measured come first.

    Raises InputError where the settings in force are out of reach.
    """
    sessions = sampled(complete, seed)
    seen, turns = recording.of_sessions(sessions), complete.of_sessions(sessions)
    space = space_of(seen, turns, settings, limits, deployable=deployable)
    baseline = Baseline(Batch(turns, threads), space, goal, tuple(limits), seed, as_measured=as_measured)
    locks = space_of(seen, turns, settings, limits).locks
    levers = alone(baseline)
    more = together(baseline, levers)
    moved = {name for one in levers for name in one.values}
    held = {name: why for name, why in unpriced(limits).items() if name in locks}
    unjudged = {name: why for name, why in locks.items() if name not in held and name not in deployable.reasons}
    if shortest := unseen_ms(baseline.batch.evidence, space):
        unjudged[SILENCE] = say("lock.unseen", why=say("verdict.too_short_to_see", ms=shortest))
    figures = dict(baseline.gauge.figures)
    return Diagnosis(
        settings=settings,
        goal=goal,
        judged_by=baseline.judged_by,
        assumed=assumed,
        turns=len(turns),
        sessions=len(sessions),
        of_turns=len(complete),
        figures=figures,
        slices=slices(baseline.outcomes),
        verdicts=baseline.verdicts,
        remedies=remedies(baseline),
        levers=levers,
        together=more,
        against_stalls=against_stalls(baseline, (*levers, *more)),
        idle=tuple(name for name in baseline.space.names if name not in moved),
        barge_in=barge_in(baseline),
        floor=floor(baseline.batch, settings, locks),
        unjudged=unjudged,
        held=held,
        beyond=dict(deployable.reasons),
        fit=fit,
        harm=None if complaint is None else harm(baseline.batch, settings, complaint),
        by=None if by is None else (by, figures_by_tag(baseline.outcomes, turns, settings, by)),
        cure=None if complaint is None else cure(baseline, complaint, figures),
        differences=_differences(baseline),
    )


def _differences(baseline: Baseline) -> tuple[Difference, ...]:
    """The groups of turns whose difference from the others is no chance; by measured times where there are any."""
    turns = baseline.batch.columns
    known = np.isfinite(turns.response_ms)
    times = np.where(known, turns.response_ms, baseline.response_ms)
    found = differences(times, turns, _groups(turns), baseline.seed)
    return tuple(one for one in found if one.shown)


def _groups(turns: Columns) -> dict[str, Flags]:
    """First turns of a session, turns with tool calls, and each frequent value of each tag."""
    tags = {
        f"{tag}={value}": inside
        for tag, values in groups(turns).items()
        for value, inside in list(values.items())[:MOST_VALUES]
    }
    return {"first": session_starts(turns), "tools": np.diff(turns.tool_start) > 0} | tags
