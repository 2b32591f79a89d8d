"""The figures of connecting with their 95 % intervals; every call counts as independent (connect model, section 5)."""

from __future__ import annotations

import numpy as np

from pipeline.connect.batch import run
from pipeline.connect.completion import Completed
from pipeline.connect.figures import FIGURES, MEAN, QUANTILES, RATES, seen
from pipeline.figures.figures import place
from stages.arrays import Floats, Places
from stages.connect_settings import ConnectSettings
from tuner.statistics.confidence import rate_upper, upper_level
from tuner.statistics.intervals import TAIL, Estimate, mean_of

REST_ON_CHECK = ("good_turned_away_rate", "bad_let_through_rate")
"""Figures that rest on what becomes of calls whose check fails."""


def estimates(completed: Completed, settings: ConnectSettings, rows: Places | None = None) -> dict[str, Estimate]:
    """Every figure by its name, of all calls or of those at these places."""
    sessions = completed.sessions if rows is None else completed.sessions.take(rows)
    held = seen(run(sessions, [settings]))
    found = {name: rate_of(name, int((hit & base).sum()), int(base.sum())) for name, (hit, base) in held.rates.items()}
    found |= {name: _quantile(name, np.sort(held.connect_ms), share) for name, share in QUANTILES.items()}
    found[MEAN] = mean_of(MEAN, held.wasted, np.arange(len(sessions), dtype=np.int32))
    if completed.turned_away.any() and not completed.check_known:
        found |= {name: Estimate(name, None, None, None, 0, unknown=True) for name in REST_ON_CHECK}
    return {name: found[name] for name in FIGURES}


def rate_of(name: str, events: int, n: int) -> Estimate:
    """A share with its Clopper-Pearson interval."""
    if not n:
        return Estimate(name, None, None, None, 0)
    rate = events / n
    low, high = 1 - float(rate_upper(1 - rate, n, TAIL)), float(rate_upper(rate, n, TAIL))
    return Estimate(name, rate, max(low, 0.0), high, n)


def _quantile(name: str, ordered: Floats, share: float) -> Estimate:
    n = len(ordered)
    if not n:
        return Estimate(name, None, None, None, 0)
    above, below = upper_level(share, n, TAIL), upper_level(1 - share, n, TAIL)
    low = None if below is None else float(ordered[n - 1 - place(n, below)])
    high = None if above is None else float(ordered[place(n, above)])
    return Estimate(name, float(ordered[place(n, share)]), low, high, n)


__all__ = ["FIGURES", "RATES", "estimates", "rate_of"]
