"""The form of a search as it was typed and ticked, and the task made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.simulation import Profile
from stages.errors import InputError
from stages.i18n import Said, say
from tui.state.app_state import Opened
from tui.state.search_scope import SearchScope
from tuner.recommendation.recommendation import Task
from tuner.search.budget import DEFAULT_BUDGET, FEWEST_EVALUATIONS, Budget, parse_budget
from tuner.space.vary import Vary
from tuner.statistics.limits import DEFAULT_LIMITS, Limit, limits_with, parse_limit
from tuner.statistics.objective import DEFAULT_GOAL, Goal, parse_goal

GOALS = ("p50", "p90", "p95", "p99", "mean")
BUDGET = str(DEFAULT_BUDGET.evaluations)
NO_VENDOR = ""
"""No vendor: every setting that can be replayed may be searched."""


class FieldError(InputError):
    """The value of a field breaks a rule."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = place, why


@dataclass(frozen=True)
class SearchForm:
    """Plain text by field. `locked` and `varied` list the ticks that differ from the default scope."""

    goal: str = DEFAULT_GOAL.text
    limits: Mapping[str, str] = field(default_factory=dict)
    """Only the limits that differ from the defaults."""
    others: str = ""
    """Limits on more figures: NAME=VALUE, separated by commas."""
    vendor: str | None = None
    """None: the case's own; `NO_VENDOR`: none."""
    elsewhere: bool = False
    budget: str = BUDGET
    seed: str = "0"
    locked: tuple[str, ...] = ()
    varied: tuple[str, ...] = ()

    def json_dict(self) -> dict[str, Any]:
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return data | {"limits": dict(self.limits), "locked": list(self.locked), "varied": list(self.varied)}

    def without_budget(self) -> dict[str, Any]:
        """All fields but the budget: a search with the same values can be resumed."""
        return {name: value for name, value in self.json_dict().items() if name != "budget"}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> SearchForm:
        """The form as it was saved; a damaged one counts as empty."""
        empty = SearchForm()
        known = {name: data[name] for name in SearchForm.__dataclass_fields__ if name in data}
        if any(
            isinstance(getattr(empty, name), str | bool) and type(known[name]) is not type(getattr(empty, name))
            for name in known
        ):
            return empty
        try:
            for name in ("locked", "varied"):
                known[name] = tuple(map(str, known.get(name, ())))
            limits = {str(name): str(text) for name, text in dict(known.get("limits", {})).items()}
        except (TypeError, ValueError):
            return SearchForm()
        return SearchForm(**known | {"limits": limits})

    def parsed_limits(self) -> tuple[Limit, ...]:
        """All limits, with the defaults. Raises FieldError."""
        given = [limit_of(name, text) for name, text in self.limits.items()]
        return limits_with([*given, *others_of(self.others)])


def goal_of(text: str) -> Goal:
    """The goal in a text. Raises FieldError."""
    try:
        return parse_goal(text.strip())
    except InputError:
        raise FieldError("goal", say("search_form.wrong_goal", text=text or "-")) from None


def limit_of(name: str, text: str) -> Limit:
    """The limit on a figure with a default limit; empty text: the default. Raises FieldError."""
    if not text.strip():
        return Limit(name, DEFAULT_LIMITS[name], "default")
    try:
        return parse_limit(f"{name}={text.strip()}")
    except InputError:
        rule = "search_form.wrong_rate" if name.endswith("_rate") else "search_form.wrong_count"
        raise FieldError(f"limit-{name}", say(rule, text=text)) from None


def others_of(text: str) -> list[Limit]:
    """The limits in a text with commas or semicolons between them. Raises FieldError."""
    found = []
    for one in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        try:
            found.append(parse_limit(one))
        except InputError as error:
            raise FieldError("others", _bare(error)) from None
    return found


def budget_of(text: str) -> Budget:
    """The budget in a text. Raises FieldError."""
    try:
        return parse_budget(text.strip().replace(",", ""))
    except InputError:
        raise FieldError(
            "budget", say("search_form.wrong_budget", fewest=FEWEST_EVALUATIONS, text=text or "-")
        ) from None


def seed_of(text: str) -> int:
    """The seed in a text. Raises FieldError."""
    if not text.strip().isdecimal():
        raise FieldError("seed", say("search_form.wrong_seed", text=text or "-"))
    return int(text)


def task_of(form: SearchForm, opened: Opened, scope: SearchScope) -> Task:
    """The task of this form on these turns, within the scope. Raises FieldError."""
    ticked = scope.ticked(form.locked, form.varied)
    if not ticked:
        raise FieldError("moving", say("search_form.nothing_moves"))
    profile = opened.source.profile
    return Task(
        recording=opened.inputs.recorded,
        settings=scope.deployed.settings,
        goal=goal_of(form.goal),
        limits=form.parsed_limits(),
        vary=tuple(Vary(name) for name in ticked) if _beyond(scope, ticked) else (),
        lock=() if _beyond(scope, ticked) else tuple(name for name in scope.searched if name not in ticked),
        seed=seed_of(form.seed),
        profile=None if profile is None else Profile.load(profile),
        budget=budget_of(form.budget),
        deployable=scope.deployed.deployable,
        in_force=opened.inputs.in_force,
    )


def _beyond(scope: SearchScope, ticked: Iterable[str]) -> bool:
    """Whether a setting is ticked that is searched only when named."""
    return not set(ticked) <= set(scope.searched)


def _bare(error: InputError) -> Said | str:
    """The message without the name of the command line's option."""
    return str(error).removeprefix("--limit: ").removeprefix("--limit ")
