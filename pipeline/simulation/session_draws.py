"""The draws of simulated sessions, by (seed, session number, turn's index, field); some are shared in a session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.simulation.distribution import Distribution
from pipeline.turns.draws import Hashes, uniforms
from stages.arrays import Floats

Places = npt.NDArray[np.int64]


def eighths(values: Floats) -> Floats:
    """Milliseconds rounded to an eighth: their sums are exact in floating point, and short in a file."""
    return np.rint(values * 8) / 8


@dataclass(frozen=True)
class SessionDraws:
    """The draws of n turns of m sessions: `session[i]` is turn i's session, `index[i]` its index there."""

    seed: int
    session: Places
    index: Places

    def of(self, distribution: Distribution, field: str, shared: str = "") -> Floats:
        """(n,) values of a field; those of one session correlate as the distribution says.

        The part that a session's turns share is drawn for `shared`, by default the field: attempts of one stage have
        one shared part.
        """
        return distribution.at(self.scores(distribution, field, self.shared(distribution, shared or field)))

    def scores(self, distribution: Distribution, field: str, shared: Floats, turns: Places | None = None) -> Floats:
        """Standard normal scores of all turns, or of some of them, given what their sessions share."""
        between = distribution.session
        sessions = self.session if turns is None else self.session[turns]
        own = normal(self.uniform(field, turns))
        return own if between == 0 else np.sqrt(between) * shared[sessions] + np.sqrt(1 - between) * own

    def shared(self, distribution: Distribution, field: str) -> Floats:
        """(m,) a standard normal score a session; empty where the sessions do not differ."""
        return self.session_scores(field) if distribution.session else np.zeros(0)

    def session_scores(self, field: str) -> Floats:
        """(m,) a standard normal score a session."""
        return normal(self.session_uniform(field))

    def session_uniform(self, field: str) -> Floats:
        """(m,) a uniform draw a session."""
        return session_uniform(self.seed, int(self.session[-1]) + 1 if len(self.session) else 0, field)

    def uniform(self, field: str, turns: Places | None = None) -> Floats:
        """A uniform draw in (0, 1) a turn."""
        return uniforms(self.seed, self._keys if turns is None else self._keys[turns], field)

    @cached_property
    def _keys(self) -> Hashes:
        return (self.session.astype(np.uint64) << np.uint64(16)) + self.index.astype(np.uint64) + np.uint64(1)


def session_uniform(seed: int, sessions: int, field: str) -> Floats:
    """(sessions,) a uniform draw for each session."""
    return uniforms(seed, np.arange(sessions, dtype=np.uint64) << np.uint64(16), field)


def normal(u: Floats) -> Floats:
    """Standard normal scores of uniform draws."""
    from scipy.special import ndtri

    scores: Floats = ndtri(u)
    return scores
