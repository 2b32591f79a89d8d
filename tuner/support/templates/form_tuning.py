"""How a template for a vendor's form comes about: searched among what that form can have.

Where a form cannot keep all limits, those that the nearest settings miss are raised to what these reach: the nearest
are those that exceed the limits least, each as a share of the limit.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np

from pipeline.kernel.batch import Batch
from pipeline.turns.columns import Columns
from stages.errors import TurntempoError
from stages.settings import Settings
from tuner.recommendation.recommendation import Task, recommend
from tuner.search.assessment import Assessor
from tuner.search.budget import Budget
from tuner.search.search import search
from tuner.space.deployable import DeployableSpace
from tuner.space.space import space_of
from tuner.statistics.check import check
from tuner.statistics.limits import Limit
from tuner.statistics.objective import parse_goal
from tuner.support.templates.form_template import FormTemplate, written_and_meant
from tuner.support.templates.template import Template
from tuner.support.templates.tuning import SEED, roomier, rounded
from tuner.targets.target import Target

TURNS = 8_000
"""What is searched on ..."""
JUDGED_TURNS, JUDGED_SEED = 30_000, 12
"""... and what is judged on."""
ROOM_ABOVE = 1.03
"""A raised limit is so many times what was reached: bounds on other turns differ a little."""

Searched = dict[Hashable, Settings]
"""What was found for forms that can have the same settings: they need one search."""


def tuned_for(
    form: Target,
    found: Template,
    turns: Columns,
    fresh: Columns,
    budget: int,
    searched: Searched,
    threads: int | None = None,
) -> FormTemplate | None:
    """The template for this form; None: it carries the template as it is.

    `turns` are searched on, `fresh` judged on; both are of the template's profile.
    """
    if written_and_meant(form, found.settings)[1] == found.settings:
        return None
    settings = _settings(form, found, turns, budget, searched, threads)
    seen = check(fresh, settings, found.limits, threads=threads)
    judged = FormTemplate.judged(settings, seen, True)
    kept = {name: rounded(one) for name, one in judged.figures.items() if name in stored_figures(found)}
    return replace(judged, figures=kept)


def stored_figures(found: Template) -> tuple[str, ...]:
    """The times that are shown, and what is limited."""
    return ("response_ms.p50", "response_ms.p95", *(one.name for one in found.limits))


def _settings(
    form: Target, found: Template, turns: Columns, budget: int, searched: Searched, threads: int | None
) -> Settings:
    """Of an equal form, where they are carried exactly; else of a search."""
    start = _start(form, found.settings)
    space = form.deployable_space()
    same = (
        f"{found.profile}.{found.style}",
        start,
        tuple(sorted((name, repr(values)) for name, values in space.values.items())),
        tuple(sorted(space.elsewhere)),
        tuple(one.description for one in space.couplings),
    )
    if same not in searched or not _carried(form, searched[same]):
        searched[same] = _search(form, found, turns, start, budget, threads)
    return searched[same]


def _start(form: Target, settings: Settings) -> Settings:
    """The settings next to the template's that the form can have; next to the defaults where it has none."""
    try:
        return written_and_meant(form, form.as_deployed(settings))[1]
    except TurntempoError:
        return written_and_meant(form, form.as_deployed(Settings()))[1]


def _carried(form: Target, settings: Settings) -> bool:
    return written_and_meant(form, settings)[1] == settings


def _search(
    form: Target, found: Template, turns: Columns, start: Settings, budget: int, threads: int | None
) -> Settings:
    """The best that keeps the limits, some of them raised where no settings keep all."""
    space = form.deployable_space().with_elsewhere()
    limits, near = _reachable(space, found, turns, start, budget, threads)
    task = Task(turns, near, parse_goal(found.goal), limits, seed=SEED, deployable=space)
    got = recommend(replace(task, budget=Budget(evaluations=budget)), threads=threads)
    return got.estimate or (near if got.status == "infeasible" else got.settings)


def _reachable(
    deployable: DeployableSpace, found: Template, turns: Columns, start: Settings, budget: int, threads: int | None
) -> tuple[tuple[Limit, ...], Settings]:
    """The limits, those raised that the nearest settings miss; and the nearest settings."""
    limits = tuple(roomier(one) for one in found.limits)
    space = space_of(turns, turns, start, limits, deployable=deployable)
    assessor = Assessor(Batch(turns, threads), parse_goal(found.goal), limits)
    tried = search(assessor, space, SEED, Budget(evaluations=budget))
    best = int(np.argmin(tried.assessed.score))
    near = space.settings_at(tried.points[best])
    reached = tried.assessed.uppers[best]
    return tuple(_raised(one, float(upper)) for one, upper in zip(limits, reached, strict=True)), near


def _raised(limit: Limit, reached: float) -> Limit:
    """The limit; where it is missed, what was reached and a little more."""
    if reached <= limit.value:
        return limit
    free = 1.0 if limit.is_count else 0.0
    value = round(free + (reached - free) * ROOM_ABOVE, 6)
    return limit.at(value if limit.is_count else min(1.0, value), limit.origin)
