"""The facts of a case's report, from its recording and recommendation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from stages.settings import parse
from tuner.deploy import inputs
from tuner.deploy.deliverable import deliverable
from tuner.deploy.deployment import Promise, deployable_of_case
from tuner.deploy.inputs import ASSUMED_TURNS, Inputs
from tuner.deploy.readback import ReadBack
from tuner.statistics.limits import Limit
from tuner.statistics.objective import Goal
from tuner.support.case import Case
from tuner.support.report.facts import Facts
from tuner.support.report.of_case import facts_of
from tuner.targets import target

Load = Callable[[Sequence[str], Path | None, int, str | None], Inputs]
"""How the inputs of a command are read, as `tuner.deploy.inputs.load` does."""
Assume = Callable[[str, int, int, Path | None], Inputs]
"""How turns are simulated in place of a recording, as `tuner.deploy.inputs.assumed` does."""


def report_facts(
    case: Case,
    goal: Goal,
    limits: Sequence[Limit],
    seed: int = 0,
    profile: str | None = None,
    load: Load = inputs.load,
    assume: Assume = inputs.assumed,
) -> Facts | None:
    """The facts of the case's recording, completed as it was for the recommendation.

    Without a recording those of the profile that the recommendation was made on, or that is named; None: neither is
    there. Goal, limits, seed and profile are those of the recommendation, where there is one. Raises InputError.
    """
    found = case.recommendation
    if found:
        seed = found.get("seed", seed)
    if case.recording is not None:
        given = _recorded(case, seed, profile, load)
    else:
        promise = None if found is None else Promise.of(found)
        name = profile if promise is None or promise.assumed is None else promise.assumed
        if name is None:
            return None
        turns = ASSUMED_TURNS if promise is None or promise.assumed is None else promise.turns
        given = assume(name, turns, seed, case.settings_file)
    return _facts(case, given, goal, limits, seed)


def report_read_back(case: Case, found: Facts) -> ReadBack | None:
    """The customer's file as the report changes it, read back and replayed on the report's turns.

    None: the report changes no file. Raises SettingsError.
    """
    if found.better is None or case.config is None or case.config_vendor is None:
        return None
    made = deliverable(target(case.config_vendor), found.better, found.settings, case.config)
    return made.read_back(found.turns, found.limits)


def recorded_of(case: Case, load: Load = inputs.load) -> Inputs | None:
    """The case's recording, completed as for its report, with the fit of the model; None: there is none yet.

    Raises InputError.
    """
    return None if case.recording is None else _recorded(case, 0, None, load)


def _recorded(case: Case, seed: int, profile: str | None, load: Load) -> Inputs:
    """The case's recording, completed as it was for the recommendation, where there is one."""
    if found := case.recommendation:
        seed, profile = found.get("seed", seed), (found.get("filled_in") or {}).get("profile")
    return load([str(case.folder)], None, seed, profile)


def _facts(case: Case, given: Inputs, goal: Goal, limits: Sequence[Limit], seed: int) -> Facts:
    """Under the settings in force, or those that the recommendation took for them on the vendor's stack."""
    settings = given.settings
    if given.assumed is not None and (found := case.recommendation):
        settings = parse(found["settings_in_force"], "recommendation.json")
    return facts_of(
        case,
        given.recorded,
        given.complete,
        given.filled_in,
        settings,
        goal,
        limits,
        seed,
        deployable_of_case(case, settings),
        fit=given.fit,
        assumed=None if given.assumed is None else given.assumed.name,
    )
