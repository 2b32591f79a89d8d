"""What to do about a setting that cannot be simulated: compare its values on real users, on enough turns to tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from pipeline.turns.columns import Columns
from tuner.statistics.limits import DEFAULT_LIMITS, RATES
from tuner.statistics.sample_size import counts_per_arm, trials_per_arm
from tuner.statistics.verdict import exceedance_effect
from tuner.targets.trials.untimed_setting import UntimedSetting

SOONER = 0.05
"""A quantile of the response time is worth a comparison where it falls by this part..."""
LEAST_MS = 100.0
"""... and by this at least: less is not felt."""
CHANGE = 1 / 3
"""A rate is where it changes by this part, of itself or of its default limit if that is more."""
SLOWER_SHARE: dict[str, tuple[float, float]] = {"response_ms.p50": (0.5, 0.45), "response_ms.p95": (0.05, 0.03)}
"""Without a recording: of the answers beyond the quantile in force, how many are to remain."""
OF_INTERRUPTS = ("missed_interrupt_rate",)
"""Shares of the interrupts that users made, not of the turns."""

QUANTILES = (0.5, 0.9, 0.95, 0.99)
MEASURED = tuple(percent / 100 for percent in range(5, 100, 5))
FEWEST = 100
"""Fewer response times than these do not tell a p95."""


@dataclass(frozen=True)
class Baseline:
    """What is known of the agent now."""

    figures: Mapping[str, float]
    """Rates and counts, by name."""
    response_ms: Mapping[float, float] = field(default_factory=dict)
    """Quantile -> ms; empty: not known."""
    design_effects: Mapping[str, float] = field(default_factory=dict)
    turns_per_session: float | None = None
    trials_per_turn: Mapping[str, float] = field(default_factory=dict)
    """Of a figure that not every turn has a trial of."""

    @staticmethod
    def of(recommendation: Mapping[str, Any]) -> Baseline:
        """From the figures before, in what `turntempo tune -o` writes as recommendation.json."""
        judged = recommendation["held_out"] or recommendation["tuning"]
        before = {name: one["value"] for name, one in judged["before"].items() if one["value"] is not None}
        quantiles = {share: before.get(f"response_ms.p{share * 100:g}") for share in QUANTILES}
        return Baseline(
            before,
            {share: ms for share, ms in quantiles.items() if ms is not None},
            {one["name"]: one["n"] / one["n_effective"] for one in judged["limits"] if one.get("n_effective")},
            judged["turns"] / judged["sessions"],
            {name: judged["before"][name]["n"] / judged["turns"] for name in OF_INTERRUPTS},
        )

    @staticmethod
    def measured(turns: Columns) -> Baseline:
        """From the response times that were measured in a recording: no settings are needed to know those."""
        known = ~np.isnan(turns.response_ms)
        times, owners = turns.response_ms[known], turns.session[known]
        if len(times) < FEWEST:
            return ASSUMED
        quantiles = {share: float(np.quantile(times, share, method="inverted_cdf")) for share in MEASURED}
        effects = {
            f"response_ms.p{share * 100:g}": exceedance_effect(times, owners, quantiles[share]) for share in (0.5, 0.95)
        }
        return Baseline({}, quantiles, effects, len(turns.session) / len(np.unique(turns.session)))

    def slower_share(self, ms: float) -> float:
        """The share of answers later than this, straight between the quantiles that are known."""
        shares = sorted(self.response_ms)
        times = [self.response_ms[share] for share in shares]
        if ms < times[0]:  # nothing is known below: as dense as above, which is less dense than it is
            rise = (shares[1] - shares[0]) / max(times[1] - times[0], 1.0)
            return min(1.0, 1 - shares[0] + rise * (times[0] - ms))
        return 1 - float(np.interp(ms, times, shares))

    def design_effect(self, figure: str) -> float:
        """The figure's own; for the response time, which has none of its own, the greatest of all."""
        return self.design_effects.get(figure) or max(self.design_effects.values(), default=1.0)


ASSUMED = Baseline({})
"""An agent of which nothing is known: it is taken to stand at the limits which a search keeps by default."""


@dataclass(frozen=True)
class Comparison:
    """One figure, the difference worth finding, and what it takes to find it."""

    figure: str
    now: float
    """The rate; for a response time, ms or (without a recording) the share of answers beyond it."""
    then: float
    unit: Literal["share", "count", "ms"]
    trials_per_arm: int
    of: Literal["turns", "interrupts"]
    turns_per_arm: int | None
    """None: how often users interrupt is not known."""
    sessions_per_arm: int | None
    assumed: bool
    """What it is now is not known: it is taken to be at the default limit."""

    def json_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Trial:
    """An A/B plan for one setting."""

    setting: UntimedSetting
    arms: tuple[Any, ...]
    """The value in force, then those to compare it with."""
    comparisons: tuple[Comparison, ...]

    @property
    def assumed(self) -> bool:
        """Whether some figure's value now is not known."""
        return any(one.assumed for one in self.comparisons)

    def json_dict(self) -> dict[str, Any]:
        return {
            "path": self.setting.path,
            "effect": self.setting.effect,
            "arms": list(self.arms),
            "assumed": self.assumed,
            "comparisons": [one.json_dict() for one in self.comparisons],
        }


def trial(setting: UntimedSetting, baseline: Baseline = ASSUMED, stated: Mapping[str, Any] | None = None) -> Trial:
    """The plan for one setting; `stated` is what the customer's document says, by path."""
    found = tuple(_comparison(name, baseline) for name in setting.figures)
    return Trial(setting, setting.trial_arms(stated or {}), found)


def _comparison(figure: str, baseline: Baseline) -> Comparison:
    now, then, unit, trials = _worth(figure, baseline)
    enough = max(trials or 1, 1)
    of: Literal["turns", "interrupts"] = "interrupts" if figure in OF_INTERRUPTS else "turns"
    often = baseline.trials_per_turn.get(figure) if of == "interrupts" else 1.0
    turns = math.ceil(enough / often) if often else None
    each = baseline.turns_per_session
    sessions = math.ceil(turns / each) if turns and each else None
    known = unit == "ms" or figure in baseline.figures
    return Comparison(figure, now, then, unit, enough, of, turns, sessions, not known)


_Worth = tuple[float, float, Literal["share", "count", "ms"], int | None]


def _worth(figure: str, baseline: Baseline) -> _Worth:
    """The figure now, what it would have to be, and the trials in each arm to tell."""
    effect = baseline.design_effect(figure)
    if figure.startswith("response_ms."):
        return _sooner(figure, baseline, effect)
    limit = DEFAULT_LIMITS[figure]
    now = baseline.figures.get(figure, limit)
    if figure not in RATES:
        then = now + max(now - 1, limit - 1) * CHANGE
        return now, then, "count", counts_per_arm(now, then, effect)
    change = max(now, limit) * CHANGE
    then = now - change if now >= change else now + change
    return now, then, "share", trials_per_arm(now, then, effect)


def _sooner(figure: str, baseline: Baseline, effect: float) -> _Worth:
    """A quantile falls to a point: so much fewer answers come after that point."""
    share = float(figure.partition(".p")[2]) / 100
    if share not in baseline.response_ms or len(baseline.response_ms) < 2:
        now, then = SLOWER_SHARE[figure]
        return now, then, "share", trials_per_arm(now, then, effect)
    now = baseline.response_ms[share]
    then = now - max(LEAST_MS, SOONER * now)
    return now, then, "ms", trials_per_arm(baseline.slower_share(then), 1 - share, effect)
