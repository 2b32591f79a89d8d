"""What is asked of a search, as it was typed and ticked; checked, it becomes a task."""

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
"""No vendor: whatever we replay may be searched."""


class FieldError(InputError):
    """What stands in a field breaks a rule."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = place, why


@dataclass(frozen=True)
class SearchForm:
    """Plain text by field; `locked` and `varied` are where the ticks differ from what would be searched anyway."""

    goal: str = DEFAULT_GOAL.text
    limits: Mapping[str, str] = field(default_factory=dict)
    """Those that are not the default's."""
    others: str = ""
    """Limits on more figures: NAME=VALUE, with commas between them."""
    vendor: str | None = None
    """None: the case's own; `NO_VENDOR`: none at all."""
    elsewhere: bool = False
    budget: str = BUDGET
    seed: str = "0"
    locked: tuple[str, ...] = ()
    varied: tuple[str, ...] = ()

    def json_dict(self) -> dict[str, Any]:
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return data | {"limits": dict(self.limits), "locked": list(self.locked), "varied": list(self.varied)}

    def without_budget(self) -> dict[str, Any]:
        """What decides a search, but for its budget: with the same it can go on."""
        return {name: value for name, value in self.json_dict().items() if name != "budget"}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> SearchForm:
        """As it was remembered: what is damaged counts as not remembered."""
        known = {name: data[name] for name in SearchForm.__dataclass_fields__ if name in data}
        try:
            for name in ("locked", "varied"):
                known[name] = tuple(map(str, known.get(name, ())))
            limits = {str(name): str(text) for name, text in dict(known.get("limits", {})).items()}
        except (TypeError, ValueError):
            return SearchForm()
        return SearchForm(**known | {"limits": limits})

    def parsed_limits(self) -> tuple[Limit, ...]:
        """All of them, the defaults among them. Raises FieldError."""
        given = [limit_of(name, text) for name, text in self.limits.items()]
        return limits_with([*given, *others_of(self.others)])


def goal_of(text: str) -> Goal:
    """Raises FieldError."""
    try:
        return parse_goal(text.strip())
    except InputError:
        raise FieldError("goal", say("search_form.wrong_goal", text=text or "-")) from None


def limit_of(name: str, text: str) -> Limit:
    """The limit on a figure of the defaults; empty: the default itself. Raises FieldError."""
    if not text.strip():
        return Limit(name, DEFAULT_LIMITS[name], "default")
    try:
        return parse_limit(f"{name}={text.strip()}")
    except InputError:
        rule = "search_form.wrong_rate" if name.endswith("_rate") else "search_form.wrong_count"
        raise FieldError(f"limit-{name}", say(rule, text=text)) from None


def others_of(text: str) -> list[Limit]:
    """Raises FieldError."""
    found = []
    for one in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        try:
            found.append(parse_limit(one))
        except InputError as error:
            raise FieldError("others", _bare(error)) from None
    return found


def budget_of(text: str) -> Budget:
    """Raises FieldError."""
    try:
        return parse_budget(text.strip().replace(",", ""))
    except InputError:
        raise FieldError(
            "budget", say("search_form.wrong_budget", fewest=FEWEST_EVALUATIONS, text=text or "-")
        ) from None


def seed_of(text: str) -> int:
    """Raises FieldError."""
    if not text.strip().isdecimal():
        raise FieldError("seed", say("search_form.wrong_seed", text=text or "-"))
    return int(text)


def task_of(form: SearchForm, opened: Opened, scope: SearchScope) -> Task:
    """What is asked of these turns, where `room` says what may move. Raises FieldError."""
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
        reach=scope.deployed.reach,
        in_force=opened.inputs.in_force,
    )


def _beyond(scope: SearchScope, ticked: Iterable[str]) -> bool:
    """Something is ticked that would not be searched unless named."""
    return not set(ticked) <= set(scope.searched)


def _bare(error: InputError) -> Said | str:
    """Without the name of the command line's option."""
    return str(error).removeprefix("--limit: ").removeprefix("--limit ")
