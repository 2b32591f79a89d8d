"""Two sets of measured stages under the same settings: which answers sooner, in turns, and how sure that is.

The same turns are simulated with both, on the same draws, so that people and network are alike. The interval of a
difference holds the error of both measurements and that of the turns: measured values are drawn anew with replacement,
and so are the turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.figures.figures import known
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, simulate
from pipeline.simulation.distribution import Distribution
from stages.arrays import Floats
from stages.settings import Settings
from tuner.comparison.difference import FIGURES, Difference, differences
from tuner.comparison.replay import Replay
from tuner.statistics.bootstrap import Resample, interval, replicates_for

DRAWS = 100
"""How often measurements and turns are drawn anew."""

SEEDS_APART = 1_000_003
"""Between the seed of a comparison and those of the turns that are drawn anew."""

STAGES = ("llm", "tts", "asr")


@dataclass(frozen=True)
class StagesComparison:
    """Every figure with the stages of A and of B, on n simulated turns each."""

    first: Profile
    second: Profile
    settings: Settings
    turns: int
    draws: int
    figures: Mapping[str, Difference]

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "profile": self.first.conversation,
            "a": [one.json_dict() for one in self.first.probed],
            "b": [one.json_dict() for one in self.second.probed],
            "settings": self.settings.json_dict(),
            "turns": self.turns,
            "draws": self.draws,
            "figures": {name: one.json_dict() for name, one in self.figures.items()},
            "assumed": True,
        }


def compare_stages(
    first: Profile,
    second: Profile,
    settings: Settings,
    turns: int,
    seed: int = 0,
    draws: int | None = None,
    watch: Callable[[int], None] | None = None,
) -> StagesComparison:
    """A and B on `turns` simulated turns. `watch` is called with the number of draws that are done."""
    draws = DRAWS if draws is None else draws
    was, now = (_replay(profile, settings, turns, seed, True) for profile in (first, second))
    found = differences(was, now)
    drawn: dict[str, list[float]] = {name: [] for name in FIGURES}
    for k in range(draws):
        random = np.random.Generator(np.random.PCG64([seed, k]))
        at = seed + SEEDS_APART * (k + 1)
        pair = [_replay(_redrawn(one, random), settings, turns, at, False) for one in (first, second)]
        for name in FIGURES:
            drawn[name].append(pair[1].figure(name) - pair[0].figure(name))
        if watch is not None:
            watch(k + 1)
    figures = {name: _with_interval(one, np.array(drawn[name])) for name, one in found.items()}
    return StagesComparison(first, second, settings, turns, draws, figures)


def _replay(profile: Profile, settings: Settings, turns: int, seed: int, resampled: bool) -> Replay:
    columns = simulate(profile, turns, seed)
    sessions = len(columns.session_names)
    resample = Resample(sessions, seed, replicates_for(sessions) if resampled else 1)
    return Replay(Batch(columns).outcomes(settings), columns, resample)


def _redrawn(profile: Profile, random: np.random.Generator) -> Profile:
    """The profile as another measurement of the same endpoints might have found it."""
    changed = {}
    for stage in STAGES:
        held = getattr(profile, stage)
        fields = {
            name: _redrawn_values(one, random)
            for name in type(held).model_fields
            if isinstance(one := getattr(held, name), Distribution) and one.values
        }
        if fields:
            changed[stage] = held.model_copy(update=fields)
    return profile.model_copy(update=changed)


def _redrawn_values(measured: Distribution, random: np.random.Generator) -> Distribution:
    values = np.sort(random.choice(np.array(measured.values), len(measured.values)))
    return Distribution.model_validate(measured.model_dump(exclude_defaults=True) | {"values": tuple(values.tolist())})


def _with_interval(one: Difference, drawn: Floats) -> Difference:
    """The difference with the central 95 % of what was drawn; none where a draw has no value."""
    if one.unknown or one.change is None:
        return replace(one, low=None, high=None)
    with np.errstate(invalid="ignore"):
        found = interval(one.change, [drawn], len(drawn))
    low, high = (None if end is None else known(end) for end in (found.low, found.high))
    return replace(one, low=low, high=high)
