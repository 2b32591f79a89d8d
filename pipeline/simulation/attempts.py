"""What a log shows of a stage's requests: which were made, which answered, how long the others were under way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from stages.settings import StagePolicy

Flags = npt.NDArray[np.bool_]


class Requests(NamedTuple):
    """The requests of n turns, (n, d): NaN where none was made; where `censored`, it had not answered by then."""

    draws: Floats
    censored: Flags
    fallback: Floats
    """(n,) infinite where it was not used."""
    gave_up: Flags
    """(n,)"""


def logged(draws: Floats, fallback: Floats, policy: StagePolicy) -> Requests:
    """The requests that a policy makes (timing model, section 3), as their log shows them."""
    x = np.full((len(draws), max(draws.shape[1], policy.attempts)), np.inf)  # an attempt without a draw does not answer
    x[:, : draws.shape[1]] = draws
    made, waited = _hedged(x, policy) if policy.hedge else _plain(x, policy)
    answered = made & (x <= waited)
    silent = ~answered.any(axis=1)
    fell_back = silent & policy.fallback & np.isfinite(fallback)
    return Requests(
        draws=np.where(made, np.where(answered, x, waited), np.nan),
        censored=made & ~answered,
        fallback=np.where(fell_back, fallback, np.inf),
        gave_up=silent & ~fell_back,
    )


def _plain(x: Floats, policy: StagePolicy) -> tuple[Flags, Floats]:
    """Attempts one after the other: each is made if those before it timed out."""
    timed_out = x > policy.timeout_ms
    made = np.ones(x.shape, dtype=np.bool_)
    made[:, 1:] = np.logical_and.accumulate(timed_out, axis=1)[:, :-1]
    made[:, policy.attempts :] = False
    return made, np.full(x.shape, policy.timeout_ms)


def _hedged(x: Floats, policy: StagePolicy) -> tuple[Flags, Floats]:
    """Hedged attempts: those that are open at the first answer, or at the end, are lower bounds."""
    begins = policy.timeout_ms * np.arange(x.shape[1])
    made = np.zeros(x.shape, dtype=np.bool_)
    ready = np.full(len(x), np.inf)
    for i in range(policy.attempts):
        made[:, i] = begins[i] < ready
        ready = np.where(made[:, i], np.minimum(ready, begins[i] + x[:, i]), ready)
    over = np.minimum(ready, policy.attempts * policy.timeout_ms)[:, None]
    waited = np.where(begins + x <= over, x, over - begins)
    return made, waited
