"""The recommendation: settings searched on one part of the sessions, and judged once on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from pipeline.completion import NOT_MEASURED, Completed, CompletionReport, Fit, complete
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.recommendation.changes import Change, changes, simplified
from tuner.recommendation.frontier import Trade, frontiers
from tuner.recommendation.holdout import Judgement, judge
from tuner.recommendation.in_force import no_worse, raised
from tuner.recommendation.nearest import Nearest, nearest
from tuner.search.assessment import Assessment, Assessor
from tuner.search.budget import DEFAULT_BUDGET, Budget
from tuner.search.journal import Journal, digest
from tuner.search.search import Progress, Searched, search
from tuner.space.deployable import EVERYTHING, DeployableSpace
from tuner.space.space import Points, Space, space_of
from tuner.space.unseen import unseen_ms
from tuner.space.vary import Vary
from tuner.statistics.complaint import Complaint
from tuner.statistics.confidence import CONFIDENCE
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal
from tuner.statistics.split import Split, sampled, split

Status = Literal["recommended", "unchanged", "too small", "infeasible"]

SEARCHED_TURNS = 20_000
"""A search looks at whole sessions of about so many tuning turns; its best are judged on all of them."""

ENLARGED = 4
"""So many times as many, once, where what the sample promised was luck: none of its best keeps the limits on all."""

FINALISTS = 16
"""How many of a search on a sample are judged on all tuning turns, for each margin ..."""

MARGINS = (0.0, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3)
"""... that they leave under every limit. The best stand right at limits, and the sample's luck put them there."""

CHOSEN_CONFIDENCE = 0.995
"""What bounds a figure while choosing; verdicts on what was chosen are at `CONFIDENCE`.

Of many settings tried, those win that luck favoured: the figure that decides is really about one standard error worse
than it was seen with those chosen. The bound stands 2.6 above what was seen, which leaves 1.6 for chance: the 95 % of
the verdicts (docs/benchmarks.md). Where nothing is so sure, `CONFIDENCE` has to do.
"""

COMPLETIONS = 5
"""How many times missing values are drawn for the gain, where there are any."""

GAIN_WORTH = 0.002
"""A smaller part of the goal is not worth a deployment."""


@dataclass(frozen=True)
class Task:
    """What is asked: which settings answer soonest on these turns, within the limits."""

    recording: Columns
    """As read: some values may be missing, or only lower bounds."""
    settings: Settings
    """In force now."""
    goal: Goal
    limits: tuple[Limit, ...]
    vary: tuple[Vary, ...] = ()
    lock: tuple[str, ...] = ()
    seed: int = 0
    profile: Profile | None = None
    budget: Budget = DEFAULT_BUDGET
    deployable: DeployableSpace = EVERYTHING
    """Whose stack it is to be deployed on: nothing else is searched."""
    in_force: Settings | None = None
    """While recording; None: `settings`."""
    no_worse: bool = False
    """Where the settings in force miss a default limit: recommend what is no worse, not what is within it."""
    assumed: str | None = None
    """The profile that the turns are simulated from; None: they were recorded."""
    complaint: Complaint | None = None
    """What users complain of: the limits are low enough to mend it."""

    @property
    def recorded_under(self) -> Settings:
        """The settings that the measured times belong to."""
        return self.settings if self.in_force is None else self.in_force


@dataclass(frozen=True)
class Recommendation:
    """What came of a task."""

    task: Task
    status: Status
    settings: Settings
    """Deploy these: those in force where nothing better was shown."""
    estimate: Settings | None
    """The best on the estimates alone, where nothing could be shown."""
    limits: tuple[Limit, ...]
    """As they were held: some raised to no worse than the settings in force."""
    space: Space
    changes: tuple[Change, ...]
    tuning: Judgement
    """Of `settings`, or of `estimate` where there is one, on the turns they were chosen on."""
    held_out: Judgement | None
    """The same on turns that the search has not seen; None: no session was held out."""
    nearest: tuple[Nearest, ...]
    frontier: tuple[Trade, ...]
    filled_in: CompletionReport
    """What the recording did not show, and what was taken instead."""
    evaluations: int
    interrupted: bool
    fit: Fit = NOT_MEASURED
    """Whether the model fits what was measured under the settings in force."""
    other: Recommendation | None = None
    """Where the settings in force miss a default limit: the answer no worse than now, or that within them."""
    out_of_reach: tuple[Nearest, ...] = ()
    """The default limits that the settings in force miss and no settings reach, each with the nearest value."""
    unseen_ms: float | None = None
    """Waits of the VAD below this were not judged: the recording cannot show such pauses. None: all were."""

    @property
    def provisional(self) -> bool:
        """Never judged on turns that the search has not seen."""
        return self.held_out is None

    @property
    def turns_needed(self) -> int | None:
        """How many such turns would show what too few do not; None where that is not the trouble, or the fit is bad."""
        needed = [one.turns_needed for one in self.tuning.verdicts if one.status == "not shown"]
        known = [turns for turns in needed if turns is not None]
        return max(known) if known and self.status == "too small" and not self.fit.is_bad else None

    @property
    def raised(self) -> tuple[Limit, ...]:
        """The limits that the settings in force miss, at what they reach."""
        return raised(self.limits)


@dataclass(frozen=True)
class _Part:
    """The tuning turns, and how settings are judged on them."""

    batch: Batch
    task: Task
    limits: tuple[Limit, ...]
    eased: bool = True
    """Limits that the settings in force miss are raised to what they reach."""

    def assessor(self, confidence: float | None) -> Assessor:
        return Assessor(self.batch, self.task.goal, self.limits, confidence)

    def no_worse(self) -> _Part:
        """The same with the limits that the settings in force miss raised to what they reach, if that is wanted."""
        if not self.eased:
            return self
        found = no_worse(self.assessor(CHOSEN_CONFIDENCE), self.assessor(None), self.task.settings)
        return replace(self, limits=found)


@dataclass(frozen=True)
class _Run:
    """What is the same for every search of a task."""

    task: Task
    completed: Completed
    parts: Split
    space: Space


@dataclass(frozen=True)
class _Found:
    """The best point of a search, None where none keeps the limits, and all that was tried."""

    best: Points | None
    searched: Searched
    sample: Assessor
    """What the search judged by."""
    whole: Assessor
    """... and what its best were judged by: all tuning turns."""

    @property
    def misled(self) -> bool:
        """Whether the sample promised what none of its best keeps."""
        return self.best is None and bool(self.searched.assessed.within.any())


ON_MORE_TURNS = ", on more turns"
"""Behind the label of a search, where it is the second, on a larger sample."""

_LABELS = {CHOSEN_CONFIDENCE: "search", CONFIDENCE: "search again, less sure", None: "search on the estimates"}


def recommend(
    task: Task,
    *,
    completed: Completed | None = None,
    journal: Path | None = None,
    resume: bool = False,
    watch: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] | None = None,
    threads: int | None = None,
) -> Recommendation:
    """The whole run; a KeyboardInterrupt ends the search with the best so far. Raises InputError.

    `completed` is the task's recording where the caller has completed it already; with another seed or profile it is
    completed again. `clock` (seconds) is needed for a budget in seconds; `journal` is where the search writes what it
    tried, to be resumed from.
    """
    asked = task.recording, task.seed, task.profile, task.recorded_under
    if completed is None or not completed.is_of(*asked):
        completed = complete(*asked)
    turns = completed.columns
    parts = split(turns, task.seed)
    tuning = turns.of_sessions(parts.tuning)
    recorded = task.recording.of_sessions(parts.tuning)
    space = space_of(recorded, tuning, task.settings, task.limits, task.vary, task.lock, task.deployable)
    del recorded  # as large as the tuning turns
    part = _Part(Batch(tuning, threads), task, task.limits).no_worse()
    run = _Run(task, completed, parts, space)
    record = Journal.open(journal, _identity(task, space), resume) if journal else None
    searching = partial(search, seed=task.seed, budget=task.budget, journal=record, watch=watch, clock=clock)
    found = _sure(part, space, searching)
    estimated = None
    if found.best is None and not found.searched.interrupted:
        estimated = _search(part, space, None, searching)
    answer = _judged(run, part, found, estimated)
    return _with_both(run, answer, part, found, searching)


def _sure(part: _Part, space: Space, searching: Callable[..., Searched]) -> _Found:
    """A search by bounds: surer ones than the limits are judged by, and those where none is found."""
    found = _search(part, space, CHOSEN_CONFIDENCE, searching)
    if found.best is None and not found.searched.interrupted:
        found = _search(part, space, CONFIDENCE, searching)
    return found


def _with_both(
    run: _Run, answer: Recommendation, part: _Part, found: _Found, searching: Callable[..., Searched]
) -> Recommendation:
    """The answer that is no worse than now, and beside it the one within the limits that are missed now.

    The one within the limits is recommended where there is one, unless the task says otherwise. A limit that no point
    of the first search reached is out of reach, and no second search is made.
    """
    eased = raised(part.limits)
    if not eased or found.searched.interrupted or answer.status in ("infeasible", "too small"):
        return answer
    far = _out_of_reach(run, part, found, eased)
    if far:
        return replace(answer, out_of_reach=far)
    strict = replace(part, limits=run.task.limits, eased=False)
    within = _sure(strict, run.space, lambda *given, label: searching(*given, label=f"{label}, within the limits"))
    if within.best is None:
        return _without_strict(run, answer, strict, within, eased)
    other = _judged(run, strict, within, None)
    return replace(answer, other=other) if run.task.no_worse else replace(other, other=answer)


def _without_strict(
    run: _Run, answer: Recommendation, strict: _Part, within: _Found, eased: tuple[Limit, ...]
) -> Recommendation:
    """The answer that is no worse, where the search within the limits found nothing, or was stopped before it did."""
    if within.searched.interrupted:
        return replace(answer, interrupted=True)
    far = nearest(strict.limits, run.space, within.searched.points, within.searched.assessed)
    missed = tuple(one for one in far if one.limit.name in {limit.name for limit in eased})
    return replace(answer, out_of_reach=missed)


def _out_of_reach(run: _Run, part: _Part, found: _Found, eased: tuple[Limit, ...]) -> tuple[Nearest, ...]:
    """The limits that were raised and that no point of the search keeps, with the nearest that one reached."""
    uppers, names = found.searched.assessed.uppers, [limit.name for limit in part.limits]
    given = {limit.name: limit for limit in run.task.limits}
    within = found.searched.assessed.within
    far = []
    for limit in eased:
        reached = uppers[:, names.index(limit.name)]
        if not (reached <= given[limit.name].value).any():
            at = int(np.argmin(np.where(within, reached, np.inf)))
            settings = run.space.settings_at(found.searched.points[at])
            far.append(Nearest(given[limit.name], float(reached[at]), True, settings))
    return tuple(far)


def _identity(task: Task, space: Space) -> str:
    """What decides a search, but for its budget."""
    turns = task.recording
    arrays = [getattr(turns, field.name) for field in fields(turns)]
    profile = task.profile.name if task.profile else None
    asked = task.settings, task.goal, task.limits, space.json_dict(), task.seed, profile, task.deployable.name
    return digest(*arrays, *asked)


def _search(part: _Part, space: Space, confidence: float | None, searching: Callable[..., Searched]) -> _Found:
    """Search a sample of the tuning turns; a larger one where its luck misled."""
    label = _LABELS[confidence]
    found = _sampled(part, space, confidence, SEARCHED_TURNS, partial(searching, label=label))
    if found.misled and not found.searched.interrupted:
        more = partial(searching, label=label + ON_MORE_TURNS)
        found = _sampled(part, space, confidence, ENLARGED * SEARCHED_TURNS, more)
    return found


def _sampled(
    part: _Part, space: Space, confidence: float | None, most: int, searching: Callable[..., Searched]
) -> _Found:
    """Search sessions of about `most` turns, and take the best of the finalists on all turns."""
    task, turns = part.task, part.batch.columns
    whole = part.assessor(confidence)
    few, assessor = sampled(turns, task.seed, most, "search"), whole
    if len(few) < len(turns.session_names):
        batch = Batch(turns.of_sessions(few), part.batch.threads)
        sample = _Part(batch, task, task.limits, part.eased).no_worse()
        assessor = sample.assessor(confidence)
    searched = searching(assessor, space)
    candidates = searched.points if assessor is whole else _finalists(searched, assessor)
    judged = searched.assessed if assessor is whole else whole(space.rows(candidates))
    best = _best(judged)
    if not judged.within[best]:
        return _Found(None, searched, assessor, whole)
    return _Found(simplified(whole, space, candidates[best]), searched, assessor, whole)


def _best(judged: Assessment) -> int:
    """The place of the best; never a slower one than the settings in force, which come first, where those may stay."""
    slower = judged.within[0] & (judged.goal_ms > judged.goal_ms[0])
    return int(np.argmin(np.where(slower, np.inf, judged.score)))


def _finalists(searched: Searched, sample: Assessor) -> Points:
    """The settings in force, and the best that leave each of the margins, or as much as any; of equal ones, one."""
    tried, chosen = searched.assessed, {0}
    used = sample.used(tried.uppers)
    least = used[tried.within].min(axis=0, initial=1.0)
    for margin in MARGINS:
        roomy = np.flatnonzero((used <= np.maximum(1 - margin, least)).all(axis=1))
        _, first = np.unique(tried.score[roomy], return_index=True)
        chosen.update(roomy[first[:FINALISTS]].tolist())
    found: Points = searched.points[sorted(chosen)]
    return found


def _judged(run: _Run, part: _Part, found: _Found, estimated: _Found | None) -> Recommendation:
    """The outcome of the searches in words and figures."""
    task, completed, parts, space = run.task, run.completed, run.parts, run.space
    status = _status(part, space, found, estimated)
    leading = estimated if estimated is not None and found.best is None else found
    point = space.home if leading.best is None or status in ("unchanged", "infeasible") else leading.best
    chosen = space.settings_at(point) if (point != space.home).any() else task.settings
    tried = (space, leading.searched.points, leading.searched.assessed)
    binding = nearest(part.limits, *tried) if status == "infeasible" else ()
    batches, limits = _completions(task, completed, parts, part.batch.threads), part.limits
    return Recommendation(
        task=task,
        status=status,
        settings=task.settings if status == "too small" else chosen,
        estimate=chosen if status == "too small" else None,
        limits=limits,
        space=space,
        changes=changes(leading.whole, space, point),
        tuning=judge([part.batch], task.settings, chosen, task.goal, limits, task.seed),
        held_out=judge(batches, task.settings, chosen, task.goal, limits, task.seed) if batches else None,
        nearest=binding,
        frontier=tuple(frontiers(leading.sample, *tried, point)),
        filled_in=completed.report,
        evaluations=sum(one.searched.evaluations for one in (found, estimated) if one is not None),
        interrupted=found.searched.interrupted or (estimated is not None and estimated.searched.interrupted),
        fit=completed.fit,
        unseen_ms=unseen_ms(part.batch.evidence, space),
    )


def _status(part: _Part, space: Space, found: _Found, estimated: _Found | None) -> Status:
    if found.best is None:
        return "too small" if estimated is not None and estimated.best is not None else "infeasible"
    assessor = part.assessor(CONFIDENCE)
    judged = assessor(space.rows(np.stack([space.home, found.best])))
    before, after = assessor.worth(judged)
    better = after < before * (1 - GAIN_WORTH)
    return "recommended" if better or not judged.within[0] else "unchanged"


def _completions(task: Task, completed: Completed, parts: Split, threads: int) -> list[Batch]:
    """The held-out turns, once for each of several seeds where values were filled in; none where none is held out."""
    if parts.provisional:
        return []
    again = range(1, COMPLETIONS) if completed.report.fields else ()
    others = [complete(task.recording, task.seed + step, task.profile, task.recorded_under).columns for step in again]
    return [Batch(turns.of_sessions(parts.held_out), threads) for turns in (completed.columns, *others)]
