"""The names of settings, figures and parts in sentences."""

from __future__ import annotations

from typing import Any

from stages.i18n import Said, catalogue, say
from stages.settings import SETTINGS
from tuner.statistics.numbers import setting_of
from tuner.statistics.objective import Goal


def subject(name: str) -> str:
    """A setting as the subject of a sentence; one that no search moves has its name alone."""
    return SETTINGS[name].subject or name


def part(name: str, *, at_least: bool = False) -> Said:
    """A part of the response time in words; `at_least`: what is left of it with every wait at its least."""
    return say("part.endpoint_least" if at_least and name == "endpoint" else f"part.{name}")


def figure(name: str) -> str:
    """A limited figure in words."""
    key = f"figure.{name}"
    return say(key) if key in catalogue("en") else name


def named(name: str) -> str:
    """A figure as the row of a table names it; one that has no name of its own there, as in a sentence."""
    key = f"named.{name}"
    return say(key) if key in catalogue("en") else figure(name)


def assumed(profile: str) -> Said:
    """The remark on every figure that rests on a profile alone."""
    return say("finding.from_profile", profile=profile)


def moment(goal: Goal) -> Said:
    """Where the goal is measured: "at p95"."""
    if goal.text == "mean":
        return say("moment.mean")
    alone = len(goal.quantiles) == 1 and not goal.mean_weight
    return say("moment.quantile" if alone else "moment.sum", goal=goal.text)


def value(name: str, given: Any) -> str:
    """1500 ms, off, "final"."""
    if given is None:
        return say("value.null")
    if isinstance(given, bool):
        return say("value.on" if given else "value.off")
    return setting_of(name, given)
