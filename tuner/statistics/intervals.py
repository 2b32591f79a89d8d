"""Every figure of a corpus with its two-sided 95 % interval, with whole sessions as the unit.

Rates by Clopper-Pearson and LLM requests by Garwood, both at the effective number of trials; quantiles by order
statistics, means by their linearised variance. See `tuner.statistics.confidence`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from pipeline.figures.figures import known, place
from pipeline.kernel.batch import Outcomes
from pipeline.kernel.loops import TALLIES
from pipeline.kernel.measured import Measured, Tally
from pipeline.kernel.tally import measured
from pipeline.turns.evidence import family
from stages.arrays import Floats
from tuner.statistics.confidence import count_upper, excess_design_effect, rate_design_effect, rate_upper, upper_level
from tuner.statistics.verdict import exceedance_effect, quantile_values

Sessions = npt.NDArray[np.int32]

TAIL = 0.975
"""Each end of a two-sided 95 % interval."""

QUANTILES = (
    *(("response_ms", name) for name in ("p50", "p90", "p95", "p99")),
    *(("stop_ms", name) for name in ("p50", "p95")),
)


GROUPS: tuple[tuple[str, ...], ...] = (
    ("response_ms.p50", "response_ms.p90", "response_ms.p95", "response_ms.p99", "response_ms.mean", "response_ms.max"),
    ("cut_off_rate", "false_start_rate", "restarted_rate", "lost_rate", "failed_rate", "degraded_rate"),
    ("dead_air_rate", "filler_rate", "stutter_rate", "history_lost_rate"),
    ("missed_interrupt_rate", "false_interrupt_rate", "hiccup_rate", "stop_ms.p50", "stop_ms.p95"),
    ("talked_over_ms", "hiccup_ms", "llm_starts_per_turn"),
)
"""Figures in groups, in the order of a table."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its interval; None where that is not known. `n` turns, or interrupts.

    `unknown`: the recording does not show it; `assumed`: it rests on pauses or overlaps of a profile.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    unknown: bool = False
    assumed: bool = False

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values; `unknown` and `assumed` stand there where they are true."""
        marks = {name: True for name in ("unknown", "assumed") if getattr(self, name)}
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n} | marks


def estimates(outcomes: Outcomes, session: Sessions) -> dict[str, Estimate]:
    """Every figure of section 7 by its name, in its order; `session` (n,) is each turn's, 0-based."""
    return estimates_of(measured(outcomes, session), session)


def estimates_of(seen: Measured, session: Sessions) -> dict[str, Estimate]:
    """The same from what was measured."""
    counted = seen.tallies
    quantile: dict[str, Estimate] = {}
    for figure in ("response_ms", "stop_ms"):
        values, owners = quantile_values(seen, figure, session)
        ordered, trials = np.sort(values), np.bincount(owners).astype(np.float64)
        for name in (f"{figure}.{name}" for group, name in QUANTILES if group == figure):
            quantile[name] = _quantile(ordered, values, owners, trials, name)
    answered = np.isfinite(seen.response_ms)
    times = seen.response_ms[answered]
    found = [quantile[f"{figure}.{name}"] for figure, name in QUANTILES[:4]]
    found.append(mean_of("response_ms.mean", times, session[answered]))
    found.append(Estimate("response_ms.max", float(times.max()) if len(times) else None, None, None, len(times)))
    sessions = int(session.max()) + 1
    found += [_rate(name, counted[name], sessions) for name in TALLIES if name != "llm_starts_per_turn"]
    found += [quantile[f"{figure}.{name}"] for figure, name in QUANTILES[4:]]
    found += [mean_of(name, getattr(seen, name), session) for name in ("talked_over_ms", "hiccup_ms")]
    found.append(_count(counted["llm_starts_per_turn"], sessions))
    return {one.name: _marked(one, seen) for one in found}


def _marked(one: Estimate, seen: Measured) -> Estimate:
    """The figure without a value where the recording does not show it."""
    if family(one.name) in seen.unknown:
        return Estimate(one.name, None, None, None, 0, unknown=True)
    return replace(one, assumed=True) if family(one.name) in seen.assumed else one


def _rate(name: str, tally: Tally, sessions: int) -> Estimate:
    n, rate = int(tally.trials[0]), tally.rate[0]
    if not n:
        return Estimate(name, None, None, None, 0)
    effective = n / rate_design_effect(tally, sessions)[0]
    low, high = 1 - rate_upper(1 - rate, effective, TAIL), rate_upper(rate, effective, TAIL)
    return Estimate(name, float(rate), max(float(low), 0.0), float(high), n)


def _count(tally: Tally, sessions: int) -> Estimate:
    """The interval of LLM requests a turn; at one a turn or less there is no excess to bound."""
    mean, n = float(tally.rate[0]), int(tally.trials[0])
    effective = n / float(excess_design_effect(tally, sessions)[0])
    excess = max(mean - 1, 0.0)
    low = float(special.gammaincinv(excess * effective, 1 - TAIL)) / effective if excess else mean - 1
    return Estimate("llm_starts_per_turn", mean, 1 + low, 1 + float(count_upper(excess, effective, TAIL)), n)


def _quantile(ordered: Floats, values: Floats, owners: Sessions, trials: Floats, name: str) -> Estimate:
    """Of values, the same in ascending order, the session of each, and how many each session has."""
    n, share = len(values), int(name.partition(".p")[2]) / 100
    if not n:
        return Estimate(name, None, None, None, 0)
    effective = n / exceedance_effect(values, owners, float(ordered[place(n, share)]), trials)
    return quantile_of(name, ordered, share, effective)


def quantile_of(name: str, ordered: Floats, share: float, effective: float) -> Estimate:
    """A quantile of ascending values, by order statistics of `effective` independent ones.

    An infinite value is one that is only known to be later than all others.
    """
    n = len(ordered)
    if not n:
        return Estimate(name, None, None, None, 0)
    above, below = upper_level(share, effective, TAIL), upper_level(1 - share, effective, TAIL)
    low = None if below is None else known(ordered[n - 1 - place(n, below)])
    high = None if above is None else known(ordered[place(n, above)])
    return Estimate(name, known(float(ordered[place(n, share)])), low, high, n)


def mean_of(name: str, values: Floats, session: Sessions) -> Estimate:
    """A ratio of sums over sessions, by Student's t with as many degrees of freedom as there are sessions less one."""
    n = len(values)
    if not n:
        return Estimate(name, None, None, None, 0)
    mean, turns = float(values.mean()), np.bincount(session)
    some = np.flatnonzero(values)
    residual = np.bincount(session[some], weights=values[some], minlength=len(turns)) - mean * turns
    m = np.count_nonzero(turns)
    if m < 2:
        return Estimate(name, mean, None, None, n)
    spread = float(np.sqrt(m / (m - 1) * (residual @ residual))) / n * float(special.stdtrit(m - 1, TAIL))
    return Estimate(name, mean, max(mean - spread, 0.0) if values.min() >= 0 else mean - spread, mean + spread, n)
