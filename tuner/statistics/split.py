"""The split of sessions into tuning and held-out ones, by hash of (seed, session): order and shard do not matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.turns.columns import Columns
from pipeline.turns.draws import keys, uniforms

Sessions = npt.NDArray[np.int64]

TUNING_SHARE = 0.7
FEWEST_SESSIONS = 10
"""With fewer sessions there is no split, as both parts would be too small."""


@dataclass(frozen=True)
class Split:
    """Places of sessions in `Columns.session_names`, ascending."""

    tuning: Sessions
    held_out: Sessions

    @property
    def provisional(self) -> bool:
        """No session was held out: the result was not judged on turns that the search has not seen."""
        return not len(self.held_out)


def split(turns: Columns, seed: int) -> Split:
    """About 70 % of the sessions for tuning, the others held out; all for tuning where there are fewer than 10."""
    sessions = np.arange(len(turns.session_names))
    tuning = uniforms(seed, keys(turns.session_names), "split") < TUNING_SHARE
    if len(sessions) < FEWEST_SESSIONS or tuning.all() or not tuning.any():
        return Split(sessions, sessions[:0])
    return Split(sessions[tuning], sessions[~tuning])


def sampled(turns: Columns, seed: int, most: int, what: str) -> Sessions:
    """All sessions, or as many as hold about `most` turns, drawn by (seed, session, `what` for)."""
    sessions = np.arange(len(turns.session_names))
    if len(turns) <= most:
        return sessions
    order = np.argsort(uniforms(seed, keys(turns.session_names), what), kind="stable")
    reached = np.cumsum(np.diff(turns.session_start)[order])
    return np.sort(order[: int(np.searchsorted(reached, most)) + 1])
