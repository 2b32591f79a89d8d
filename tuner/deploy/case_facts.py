"""The facts of a case's report, from its recording and recommendation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tuner.deploy import inputs
from tuner.deploy.deployment import deployable_of_case
from tuner.deploy.inputs import Inputs
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal
from tuner.support.case import Case
from tuner.support.report.facts import Facts
from tuner.support.report.of_case import facts_of

Load = Callable[[Sequence[str], Path | None, int, str | None], Inputs]
"""How the inputs of a command are read, as `tuner.deploy.inputs.load` does."""


def report_facts(
    case: Case,
    goal: Goal,
    limits: Sequence[Limit],
    seed: int = 0,
    profile: str | None = None,
    load: Load = inputs.load,
) -> Facts | None:
    """The facts of the case's recording, completed as it was for the recommendation; None: there is no recording.

    Goal, limits, seed and profile are those of the recommendation, where there is one. Raises InputError.
    """
    if case.recording is None:
        return None
    if found := case.recommendation:
        seed, profile = found.get("seed", seed), (found.get("filled_in") or {}).get("profile")
    given = load([str(case.folder)], None, seed, profile)
    deployable = deployable_of_case(case, given.settings)
    turns = given.recorded, given.complete, given.filled_in
    return facts_of(case, *turns, given.settings, goal, limits, seed, deployable)
