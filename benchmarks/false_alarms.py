"""How often `turntempo watch` raises a false alarm: simulated days on which every limit is just kept.

`python -m benchmarks.false_alarms` takes some minutes; docs/benchmarks.md has the last results.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tuner.monitoring.alarms import DAILY
from tuner.monitoring.figures import rate_of
from tuner.statistics.limits import default_limits
from tuner.statistics.sequential.betting import LONGEST, above_limit

DAYS, SESSIONS, AT_ONCE = 10_000, 240, 250
SPREAD = 15.0
"""Sessions differ: the rate of one is drawn from a beta distribution of so many prior trials around the fleet's."""

Days = npt.NDArray[np.float64]


def days(rate: float, count: int, draws: np.random.Generator, later: float | None = None) -> tuple[Days, Days]:
    """Events and trials of the sessions of each day; from noon on at another rate, where one is given."""
    trials = draws.integers(5, LONGEST + 1, (count, SESSIONS))
    own = draws.beta(rate * SPREAD, (1 - rate) * SPREAD, trials.shape)
    if later is not None:
        own[:, SESSIONS // 2 :] = draws.beta(later * SPREAD, (1 - later) * SPREAD, (count, SESSIONS // 2))
    return draws.binomial(trials, own).astype(float), trials.astype(float)


def alarms(share: float, count: int, seed: int) -> npt.NDArray[np.bool_]:
    """(count,): whether a day has an alarm; every figure lies at this share of its limit, all day long."""
    draws, limits = np.random.default_rng(seed), default_limits()
    starts = [SESSIONS * hour // 24 for hour in range(24)]
    found = np.zeros(count, dtype=np.bool_)
    for begin in range(0, count, AT_ONCE):
        some = slice(begin, min(begin + AT_ONCE, count))
        for limit in limits:
            events, trials = days(rate_of(limit) * share, len(found[some]), draws)
            wealth = above_limit(events, trials, rate_of(limit), starts)
            found[some] |= (wealth >= len(limits) / DAILY).any(axis=-1)
    return found


def noticed(before: float, after: float, seed: int, count: int = 200) -> tuple[float, float]:
    """Of days whose cut-offs change at noon: the share noticed, and the median number of sessions until then."""
    limits = default_limits()
    limit = next(one for one in limits if one.name == "cut_off_rate")
    events, trials = days(before, count, np.random.default_rng(seed), after)
    starts = [SESSIONS * hour // 24 for hour in range(24)]
    over = above_limit(events, trials, rate_of(limit), starts) >= len(limits) / DAILY
    sessions = np.where(over.any(axis=-1), over.argmax(axis=-1) - SESSIONS // 2, np.inf)
    return float(over.any(axis=-1).mean()), float(np.median(sessions))


if __name__ == "__main__":
    for share in (1.0, 0.7):
        found = alarms(share, DAYS, seed=1)
        print(f"all figures at {share:.0%} of their limits: {int(found.sum()):,} of {DAYS:,} days with an alarm")
    for after in (0.06, 0.1, 0.2):
        part, sessions = noticed(0.015, after, seed=2)
        print(
            f"cut-offs from 1.5% to {after:.0%} at noon: noticed on {part:.0%} of days, {sessions:.0f} sessions later"
        )
