"""Turns under one set of settings, with every figure of them and of each draw of their sessions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pipeline.figures.figures import place
from pipeline.kernel.batch import Outcomes
from pipeline.kernel.tally import happened, response_times
from pipeline.turns.columns import Columns
from pipeline.turns.evidence import family
from stages.arrays import Flags, Floats
from tuner.statistics.bootstrap import Resample


@dataclass(frozen=True)
class Values:
    """What a figure is made of, (n,) each: events, what they count against (None: turns), and which turns have any."""

    events: Floats
    trials: Floats | None = None
    turns: Flags | None = None


def apart(one: Values, other: Values) -> Flags:
    """(n,) the turns whose value, or what it counts against, is another one by more than rounding."""
    moved: Flags = ~np.isclose(one.events, other.events, rtol=0, atol=1e-6, equal_nan=True)
    if one.trials is not None and other.trials is not None:
        moved = moved | (one.trials != other.trials)
    return moved


def differs(one: Outcomes, other: Outcomes) -> Flags:
    """(n,) whether a turn comes out otherwise in anything, by more than rounding."""
    moved: Flags = np.any(~np.isclose(one.table, other.table, rtol=0, atol=1e-6, equal_nan=True), axis=1)
    return moved


@dataclass(frozen=True)
class Replay:
    """The outcomes of turns, and the draws of their sessions that intervals come from."""

    outcomes: Outcomes
    columns: Columns
    resample: Resample
    _drawn: dict[str, Floats] = field(default_factory=dict)

    @property
    def sessions(self) -> int:
        """How many there are."""
        return len(self.columns.session_names)

    def values(self, name: str) -> Values:
        """What a figure of section 7 is made of."""
        return self._values[family(name) if _share(name) is not None else name]

    def count(self, name: str) -> int:
        """The turns, or interrupts, that a figure is of."""
        values = self.values(name)
        if values.turns is not None:
            return int(values.turns.sum())
        return len(values.events) if values.trials is None else int(values.trials.sum())

    def figure(self, name: str) -> float:
        """The figure of all turns: infinite where a quantile falls on an unanswered turn, NaN where no turn has one."""
        values, share = self.values(name), _share(name)
        if not (n := self.count(name)):
            return float("nan")
        if share is None:
            return float(values.events.sum() / n)
        ordered = np.sort(values.events if values.turns is None else values.events[values.turns])
        return float(ordered[place(n, share)])

    def replicates(self, name: str) -> Floats:
        """The figure of each draw, (replicates,); drawn once."""
        if name not in self._drawn:
            self._drawn[name] = self._replicates(self.values(name), _share(name))
        return self._drawn[name]

    def _replicates(self, values: Values, share: float | None) -> Floats:
        session = self.columns.session
        if share is None:
            return self.resample.ratio(values.events, values.trials, session)
        if values.turns is None:
            return self.resample.quantile(share, values.events, session)
        return self.resample.quantile(share, values.events[values.turns], session[values.turns])

    @cached_property
    def _values(self) -> dict[str, Values]:
        """By figure; of quantiles by what they are of."""
        outcomes, times = self.outcomes, response_times(self.outcomes)
        answered = np.isfinite(times)
        found = {
            name: Values(np.asarray(events, dtype=np.float64), trials)
            for name, (events, trials) in happened(outcomes).items()
        }
        found["response_ms"] = Values(times)
        found["response_ms.mean"] = Values(np.where(answered, times, 0.0), answered.astype(np.float64))
        found["stop_ms"] = Values(outcomes.stop_ms, turns=~np.isnan(outcomes.stop_ms))
        return found | {name: Values(getattr(outcomes, name)) for name in ("talked_over_ms", "hiccup_ms")}


def _share(name: str) -> float | None:
    """Which quantile a figure is; None: it is a mean or a rate."""
    _, quantile, percent = name.partition(".p")
    return int(percent) / 100 if quantile else None
