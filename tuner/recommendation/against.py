"""A recommendation against a complaint: what users complain of is brought down first, and what that costs is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.completion import Completed, complete
from pipeline.kernel.batch import Batch
from pipeline.turns.columns import Columns
from tuner.recommendation.in_force import no_worse
from tuner.recommendation.recommendation import Recommendation, Task, recommend
from tuner.search.assessment import Assessor
from tuner.search.budget import Budget
from tuner.search.search import search
from tuner.space.space import space_of
from tuner.statistics.complaint import CURES, Complaint, limits_against
from tuner.statistics.confidence import CONFIDENCE
from tuner.statistics.gauge import gauge
from tuner.statistics.limits import Limit
from tuner.statistics.split import split

ROOM = 1.2
"""How far above the nearest value that was reached a limit is set that cannot be met."""
PRICE_ROOM = 1.05
"""The same of a limit that gives way."""
TRIED = 2_000
"""How many settings are tried for the least price."""


def recommend_against(
    complaint: Complaint | None, task: Task, *, completed: Completed | None = None, **run: Any
) -> Recommendation:
    """The recommendation of a task with limits low enough to mend the complaint.

    Where the other limits do not allow that, the default limit of the figure that pays for it gives way, as little as
    can be; where nothing mends it, the limits are those nearest to it that can be met. Without a complaint it is plain
    `recommend`. `run` is what that takes.
    """
    if complaint is None:
        return recommend(task, completed=completed, **run)
    asked = task.recording, task.seed, task.profile, task.recorded_under
    if completed is None or not completed.is_of(*asked):
        completed = complete(*asked)
    now = gauge(Batch(completed.columns, run.get("threads")), task.settings, ()).figures
    wanted = replace(task, limits=limits_against(complaint, now, task.limits), complaint=complaint)
    found = recommend(wanted, completed=completed, **run)
    if found.status != "infeasible":
        return found
    rest = run | {"resume": False, "journal": None}

    def again(other: Task) -> Recommendation:
        return recommend(other, completed=completed, **rest)

    mild = limits_against(complaint, now, task.limits, at_a_price=True)
    paid = _paid(replace(wanted, limits=mild), complaint, completed.columns, run.get("threads"))
    if paid is not None and (got := again(replace(wanted, limits=paid))).status != "infeasible":
        return got
    eased = _eased(found, complaint)
    return found if eased is None else again(replace(wanted, limits=eased))


def _paid(task: Task, complaint: Complaint, turns: Columns, threads: int | None) -> tuple[Limit, ...] | None:
    """The limits, of which those give way that pay for mending the complaint, as little as can be; None: nothing does.

    Only default limits give way. All others are kept, or get no worse: too few turns may not show that they are kept.
    """
    tuning = turns.of_sessions(split(turns, task.seed).tuning)
    space = space_of(tuning, tuning, task.settings, task.limits, task.vary, task.lock, task.deployable)
    batch = Batch(tuning, threads)
    bounded, estimated = (Assessor(batch, task.goal, task.limits, one) for one in (CONFIDENCE, None))
    limits = no_worse(bounded, estimated, task.settings)
    assessor = Assessor(batch, task.goal, limits, CONFIDENCE)
    tried = search(assessor, space, task.seed, Budget(evaluations=TRIED))
    cure = CURES[complaint]
    pays = np.array([one.name in cure.paid_by and one.origin != "given" for one in limits])
    used = assessor.used(tried.assessed.uppers)
    most = np.where([one.name in cure.figures for one in limits], 1.0, np.maximum(1.0, used[0]))
    over = np.maximum(used - most, 0)
    mended = np.flatnonzero(np.isfinite(tried.assessed.goal_ms) & (over[:, ~pays] == 0).all(axis=1))
    if not pays.any() or not len(mended):
        return None
    cheapest = mended[np.lexsort((tried.assessed.goal_ms[mended], over[mended].sum(axis=1)))[0]]
    reached = tried.assessed.uppers[cheapest]
    return tuple(
        given.at(float(upper) * PRICE_ROOM, "complaint") if pay and upper > one.value else given
        for given, one, pay, upper in zip(task.limits, limits, pays, reached, strict=True)
    )


def _eased(found: Recommendation, complaint: Complaint) -> tuple[Limit, ...] | None:
    """The limits with that of the complaint at the nearest that can be met; None where that mends nothing."""
    reached = {one.limit.name: one.value for one in found.nearest if one.others_kept}
    aimed = [limit.name for limit in found.limits if limit.name in CURES[complaint].figures and limit.name in reached]
    if not aimed:
        return None
    name, near = aimed[0], reached[aimed[0]] * ROOM
    before = found.tuning.before[name].value
    if before is None or near >= before:
        return None
    return tuple(limit.at(near, "complaint") if limit.name == name else limit for limit in found.task.limits)
