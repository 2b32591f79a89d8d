"""A template in lines for stderr: whose figures they are, what they keep, what an agent needs for them."""

from __future__ import annotations

from typing import Any

from stages.settings import SCHEMA, Settings
from tuner.statistics import numbers
from tuner.statistics.check import Check
from tuner.statistics.intervals import Estimate
from tuner.statistics.limits import DEFAULT_LIMITS, Limit
from tuner.statistics.vocabulary import assumed, figure
from tuner.support.templates import STYLES, Template
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


def carried_by(target: Target, export: Export, settings: Settings) -> Settings:
    """What an agent of this vendor runs under: its configuration, and what is set elsewhere."""
    read = target.read(export.text, target.name).settings
    return read.replace({one.name: one.value for one in export.writing.elsewhere})


def vendor_lines(found: Template, target: Target, export: Export, judged: Check | None) -> list[str]:
    """What this vendor does not carry, and what becomes of the limits then."""
    writing = export.writing
    printed = [f"as {target.title} has it:"]
    printed += [
        f"  {name}: {_plain(then)} (the template: {_plain(was)})" for name, (was, then) in writing.inexact.items()
    ]
    printed += [f"  set elsewhere: {_apart(one)}" for one in writing.elsewhere]
    printed += [f"  not to be had: {_apart(one)}" for one in writing.inexpressible]
    if judged is None:
        return [*printed, "  all of it: the figures stand"]
    printed += [f"  then {_figure(judged.figures[name])}" for name in PRINTED]
    missed = [one.sentence() for one in judged.verdicts if one.status == "missed"]
    printed += [f"  then {text}" for text in missed] or ["  then all limits are kept on the estimate"]
    return [*printed, *(_searched_anew(found, target, bool(writing.elsewhere)) if missed else [])]


def _searched_anew(found: Template, target: Target, elsewhere: bool) -> list[str]:
    """The commands that tune for the vendor itself."""
    limits = " ".join(f"--limit {one.name}={one.value:g}" for one in found.limits if _own(one))
    options = f"--target {target.name}{' --elsewhere' if elsewhere else ''} --goal '{found.goal}'"
    return [
        "better is what was searched among what it can carry:",
        f"  turntempo simulate {found.profile} -n 20000 -o {found.profile}.parquet",
        f"  turntempo tune {found.profile}.parquet {options} {limits} -o tuned",
    ]


def _own(limit: Limit) -> bool:
    return DEFAULT_LIMITS[limit.name] != limit.value


def _figure(one: Estimate) -> str:
    label = figure(one.name)
    interval = "" if one.low is None else f" ({numbers.span(one.name, one.low, one.high)})"
    return f"{label}: {numbers.figure(one.name, one.value)}{interval}, n = {one.n:,}"


def _apart(one: Apart) -> str:
    return f"{one.name} {_plain(one.value)}: {one.reason}"


def _plain(value: Any) -> str:
    return numbers.setting(value)
