"""A/B plans for a person: what to compare, and on how many turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tuner.statistics import numbers
from tuner.targets.trials.trial import Comparison, Trial
from tuner.targets.trials.untimed_setting import UntimedSetting

SPOKEN = {
    "response_ms.p50": "median answer",
    "response_ms.p95": "answer at p95",
    "cut_off_rate": "users cut off",
    "false_start_rate": "false starts",
    "missed_interrupt_rate": "interrupts missed",
    "false_interrupt_rate": "broken off without an interrupt",
    "llm_starts_per_turn": "LLM requests a turn",
}


def lines(trials: Sequence[Trial], title: str) -> list[str]:
    """The plans, one after the other, and how to run them."""
    found = [
        f"{title}: no times are published for these settings, so they cannot be simulated; try them on real calls."
    ]
    for place, one in enumerate(trials, start=1):
        found += ["", *_plan(place, one)]
    return [*found, "", *_how(any(one.assumed for one in trials))]


def _plan(place: int, trial: Trial) -> Iterable[str]:
    control, *others = (numbers.setting(arm) for arm in trial.arms)
    yield f"{place}. {trial.setting.path}: {trial.setting.effect}"
    yield f"   arms: {control} (now), {', '.join(others)}"
    yield from (f"   - {_comparison(one)}" for one in trial.comparisons)


def _comparison(one: Comparison) -> str:
    needed = f"{one.trials_per_arm:,} {one.of} in each arm"
    if one.of == "interrupts" and one.turns_per_arm is not None:
        needed += f", some {one.turns_per_arm:,} turns"
    if one.sessions_per_arm is not None:
        needed += f" ({one.sessions_per_arm:,} calls)"
    return f"{SPOKEN[one.figure]}, {_difference(one)}: {needed}{' (assumed)' if one.assumed else ''}"


def _difference(one: Comparison) -> str:
    if one.figure.startswith("response_ms.") and one.unit == "share":
        return f"{numbers.share(one.now)} of the answers beyond today's to {numbers.share(one.then)}"
    shown = {"ms": numbers.ms, "share": numbers.share, "count": numbers.count}[one.unit]
    return f"{shown(one.now)} to {shown(one.then)}"


def _how(assumed: bool) -> Iterable[str]:
    yield "One setting at a time; whole calls drawn by lot for an arm, side by side, never one week against the next."
    yield "Numbers are for one arm against the first, sure at 95%, and found in four of five trials where it is there."
    if assumed:
        yield "Assumed: what it is now is not known, so it is taken to stand at the default limit, each turn telling as"
        yield "much as another. A case's recording, or a folder that `turntempo tune` wrote, tells more."


def json_dict(trials: Sequence[Trial], vendor: str) -> dict[str, Any]:
    """For programs."""
    return {"vendor": vendor, "trials": [one.json_dict() for one in trials]}


def untimed_lines(untimed: Iterable[UntimedSetting], stated: Mapping[str, Any]) -> list[str]:
    """What a document says of the settings that cannot be simulated."""
    return [
        f"{one.path} {numbers.setting(stated[one.path])}: {one.effect}; cannot be simulated"
        for one in untimed
        if one.path in stated and stated[one.path] not in one.simulated
    ]
