"""How a template comes about: searched on a profile's turns with room under every limit, judged on fresh ones."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.simulation import Profile, simulate
from pipeline.turns.columns import Columns
from stages.errors import InputError
from stages.settings import Settings
from tuner.recommendation.recommendation import Task, recommend
from tuner.search.budget import Budget
from tuner.statistics.check import check
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import Limit
from tuner.statistics.objective import parse_goal
from tuner.support.templates.style import Style
from tuner.support.templates.template import Template

TURNS, SEED = 60_000, 11
"""What is searched on ..."""
JUDGED_TURNS, JUDGED_SEED = 100_000, 12
"""... and what is judged on."""

ROUNDS = 3
"""Searches, one after the other: a second one begins within the limits and finds what the first had no time for."""

ROOM = 0.9
"""The part of a limit that the search may use: what stands right at it would miss it on other turns."""

DECIMALS = 5
"""What is stored of a figure."""


def tuned(
    style: Style,
    profile: str,
    budget: int,
    *,
    turns: int = TURNS,
    judged_turns: int = JUDGED_TURNS,
    threads: int | None = None,
) -> Template:
    """The template; InputError where the search finds none that keeps the limits on fresh turns."""
    likeness, limits = Profile.load(profile), style.limits(profile)
    settings = searched(simulate(likeness, turns, SEED), style, limits, budget, threads)
    fresh = simulate(likeness, judged_turns, JUDGED_SEED)
    seen = check(fresh, settings, limits, threads=threads)
    if not seen.met:
        missed = "; ".join(one.sentence() for one in seen.verdicts if not seen.passes(one))
        raise InputError(f"the template {style.name} for {profile} does not hold on fresh turns: {missed}")
    return Template(
        style=style.name,
        profile=profile,
        settings=settings,
        goal=style.goal,
        limits=limits,
        figures={name: rounded(one) for name, one in seen.figures.items()},
        judged_on={"turns": judged_turns, "sessions": len(fresh.session_names), "seed": JUDGED_SEED},
        tuned_on={"turns": turns, "seed": SEED, "budget": budget, "rounds": ROUNDS, "room": ROOM},
    )


def searched(turns: Columns, style: Style, limits: Sequence[Limit], budget: int, threads: int | None) -> Settings:
    """The best of several searches, each begun where the last one ended; InputError where the first finds nothing."""
    settings, roomy = Settings(), tuple(roomier(one) for one in limits)
    for step in range(ROUNDS):
        task = Task(turns, settings, parse_goal(style.goal), roomy, seed=SEED + step, budget=Budget(evaluations=budget))
        found = recommend(task, threads=threads)
        if found.status == "recommended":
            settings = found.settings
        elif not step:
            way_out = "; ".join(one.sentence() for one in found.nearest) or "search longer, or on more turns"
            raise InputError(f"no template {style.name} keeps its limits: {found.status}: {way_out}")
    return settings


def roomier(limit: Limit) -> Limit:
    """The limit that the search is given; of LLM requests, the part beyond the first."""
    least = 1.0 if limit.is_count else 0.0
    return limit.at(round(least + (limit.value - least) * ROOM, 6), limit.origin)


def rounded(one: Estimate) -> Estimate:
    """As it is stored."""
    low, value, high = (None if part is None else round(part, DECIMALS) for part in (one.low, one.value, one.high))
    return Estimate(one.name, value, low, high, one.n)
