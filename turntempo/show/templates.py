"""A template in lines for stderr: whose figures they are, what they keep, what an agent needs for them."""

from __future__ import annotations

from typing import Any

from stages.settings import SCHEMA, Settings
from tuner.statistics import numbers
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import Limit
from tuner.statistics.vocabulary import assumed, figure
from tuner.support.templates import STYLES, Template
from tuner.support.templates.form_template import FormTemplate
from tuner.targets.export import Export
from tuner.targets.readings import Apart
from tuner.targets.target import Target
from turntempo.show.origin import counted

PRINTED = ("response_ms.p50", "response_ms.p95")


def lines(found: Template) -> list[str]:
    """The style, its figures with limits, n and intervals, and what they rest on."""
    judged, tuned = found.judged_on, found.tuned_on
    where = counted(judged["turns"], judged["sessions"])
    return [
        f"{found.style} for {found.profile}: {STYLES[found.style].about}",
        f"on {where}, {assumed(found.profile)}; 95% intervals:",
        *(f"  {_figure(found.figures[name])}" for name in PRINTED),
        *(f"  {_figure(found.figures[one.name])}, limit {one.shown(one.value)}" for one in found.limits),
        f"tuned for {found.goal} on {tuned['turns']:,} other turns (seed {tuned['seed']}, {tuned['rounds']} "
        f"searches of {tuned['budget']:,} evaluations), with {tuned['room']:.0%} of each limit to use",
        *([f"needs {'; '.join(found.needs)}"] if found.needs else []),
        "with a recording of your own, `turntempo tune` finds yours",
    ]


def settings_json(settings: Settings) -> dict[str, Any]:
    """A settings file."""
    return {"schema": SCHEMA} | settings.json_dict()


def vendor_lines(found: Template, carried: FormTemplate, target: Target, export: Export) -> list[str]:
    """The style with the figures of what this vendor's form can have, what each limit is, and what lies elsewhere."""
    how = "tuned among what it can have" if carried.tuned else "the nearest it can have"
    printed = [
        f"{found.style} for {found.profile}: {STYLES[found.style].about}",
        f"as {target.title} has it, {how if carried.settings != found.settings else 'all of it'};",
        f"on {carried.turns:,} turns, {assumed(found.profile)}; 95% intervals:",
        *(f"  {_figure(carried.figures[name])}" for name in PRINTED),
        *(f"  {_limited(carried, one)}" for one in found.limits),
    ]
    printed += [f"  set elsewhere: {_apart(one)}" for one in export.writing.elsewhere]
    printed += [f"  not to be had: {_apart(one)}" for one in export.writing.inexpressible]
    return [*printed, "with a recording of your own, `turntempo tune` finds yours"]


def _limited(carried: FormTemplate, limit: Limit) -> str:
    missed = ", MISSED" if limit in carried.missed else ""
    return f"{_figure(carried.figures[limit.name])}, limit {limit.shown(limit.value)}{missed}"


def cannot_keep(carried: FormTemplate, target: Target) -> str:
    """Which limits are missed."""
    missed = "; ".join(_beyond(carried, one) for one in carried.missed)
    return f"{target.title} is not shown to keep {missed}: nothing is printed"


def _beyond(carried: FormTemplate, limit: Limit) -> str:
    """cut_off_rate (3.5%, at most 3.7%; limit 3%)"""
    seen, most = carried.figures[limit.name].value, carried.figures[limit.name].high
    return f"{limit.name} ({limit.shown(seen)}, at most {limit.shown(most)}; limit {limit.shown(limit.value)})"


def asked_for(found: Template, carried: FormTemplate, target: Target) -> str:
    """The command that prints it nevertheless."""
    names = " ".join(f"--despite {one.name}" for one in carried.missed)
    return (
        f"to have it nevertheless: turntempo settings template {found.style} --for {found.profile} "
        f"--target {target.name} {names}"
    )


def _figure(one: Estimate) -> str:
    label = figure(one.name)
    interval = "" if one.low is None else f" ({numbers.span(one.name, one.low, one.high)})"
    return f"{label}: {numbers.figure(one.name, one.value)}{interval}, n = {one.n:,}"


def _apart(one: Apart) -> str:
    return f"{one.name} {_plain(one.value)}: {one.reason}"


def _plain(value: Any) -> str:
    return numbers.setting(value)
