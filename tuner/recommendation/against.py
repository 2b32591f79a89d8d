"""A recommendation against a complaint: what users complain of is brought down first, and what that costs is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.completion import Completed, complete
from pipeline.kernel.batch import Batch
from tuner.recommendation.recommendation import Recommendation, Task, recommend
from tuner.statistics.complaint import CURES, Complaint, limits_against
from tuner.statistics.gauge import gauge
from tuner.statistics.limits import Limit

ROOM = 1.2
"""How far above the nearest value that was reached a limit is set that cannot be met."""


def recommend_against(
    complaint: Complaint, task: Task, *, completed: Completed | None = None, **run: Any
) -> Recommendation:
    """The recommendation of a task with limits low enough to mend the complaint.

    Where nothing mends it, the limits are those nearest to it that can be met. `run` is what `recommend` takes.
    """
    asked = task.recording, task.seed, task.profile, task.recorded_under
    if completed is None or not completed.is_of(*asked):
        completed = complete(*asked)
    now = gauge(Batch(completed.columns, run.get("threads")), task.settings, ()).figures
    wanted = replace(task, limits=limits_against(complaint, now, task.limits), complaint=complaint)
    found = recommend(wanted, completed=completed, **run)
    eased = _eased(found, complaint)
    if found.status != "infeasible" or eased is None:
        return found
    return recommend(replace(wanted, limits=eased), completed=completed, **(run | {"resume": False, "journal": None}))


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
    return tuple(replace(limit, value=near) if limit.name == name else limit for limit in found.task.limits)
