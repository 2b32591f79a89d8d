"""The fast engine: many calls under many settings in closed form (connect model, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.connect.session import ENDS, Attempt, Session
from stages.arrays import Flags, Floats
from stages.connect_settings import ConnectSettings

Counts = npt.NDArray[np.int64]
CONNECTED, TURNED_AWAY, GAVE_UP = range(len(ENDS))


@dataclass(frozen=True)
class Sessions:
    """n calls as arrays: `score`, `check_ms`, `usable` (n,), `ms`, `connects` (n, K) with K attempts a call."""

    score: Floats
    check_ms: Floats
    ms: Floats
    connects: Flags
    usable: Flags

    def __len__(self) -> int:
        return len(self.score)

    def take(self, rows: npt.NDArray[np.int64]) -> Sessions:
        """The calls at these places."""
        return Sessions(self.score[rows], self.check_ms[rows], self.ms[rows], self.connects[rows], self.usable[rows])

    def row(self, place: int) -> Session:
        """One call, for the readable engine."""
        pairs = zip(self.ms[place].tolist(), self.connects[place].tolist(), strict=True)
        attempts = tuple(Attempt(ms, connects) for ms, connects in pairs)
        return Session(float(self.score[place]), float(self.check_ms[place]), attempts, bool(self.usable[place]))


@dataclass(frozen=True)
class Outcomes:
    """What comes of n calls under m settings: every array (m, n)."""

    ended: npt.NDArray[np.int8]
    """Codes: the places in `ENDS`."""
    end_ms: Floats
    attempts: Counts
    would_connect: Flags
    usable: Flags

    @property
    def connected(self) -> Flags:
        connected: Flags = self.ended == CONNECTED
        return connected

    @property
    def wasted(self) -> Counts:
        return self.attempts - self.connected

    def at(self, place: int) -> Outcomes:
        """Those of one of the settings, as arrays (1, n)."""
        one = slice(place, place + 1)
        return Outcomes(
            self.ended[one], self.end_ms[one], self.attempts[one], self.would_connect[one], self.usable[one]
        )


@dataclass(frozen=True)
class _Signalling:
    """Signalling alone, for n calls: when it ends if nothing cancels it, and when each attempt begins and ends."""

    connected: Flags
    end_ms: Floats
    begins_ms: Floats
    """(n, K): inf for attempts that are not begun."""


def run(sessions: Sessions, settings: Sequence[ConnectSettings]) -> Outcomes:
    """What comes of the calls under each of the settings."""
    rows = [_one(sessions, one) for one in settings]
    ended, end_ms, attempts, would = (np.stack(column) for column in zip(*rows, strict=True))
    usable = np.broadcast_to(sessions.usable, end_ms.shape)
    return Outcomes(ended, end_ms, attempts, would, usable)


def _one(sessions: Sessions, settings: ConnectSettings) -> tuple[npt.NDArray[np.int8], Floats, Counts, Flags]:
    check = settings.check
    begin = np.zeros(len(sessions)) if check.threshold is None or not check.first else sessions.check_ms
    free = _signalling(sessions, settings, begin)
    failed = sessions.score < (-np.inf if check.threshold is None else check.threshold)
    # section 3, rule 4: of events at the same moment, an attempt's end is first, then the verdict, then a beginning
    last = np.where(np.isfinite(free.begins_ms), free.begins_ms, -np.inf).max(axis=1)
    away = failed & check.cancels & ((free.end_ms > sessions.check_ms) | (last >= sessions.check_ms))
    ended = np.where(away, TURNED_AWAY, np.where(free.connected, CONNECTED, GAVE_UP)).astype(np.int8)
    end_ms = np.where(away, sessions.check_ms, free.end_ms)
    begun = np.isfinite(free.begins_ms)
    begun &= ~away[:, None] | (free.begins_ms < sessions.check_ms[:, None])
    return ended, end_ms, begun.sum(axis=1), free.connected


def _signalling(sessions: Sessions, settings: ConnectSettings, begin: Floats) -> _Signalling:
    """Section 3, rules 2 and 3, without the check's verdict."""
    signalling = settings.signalling
    n, now = len(sessions), begin.copy()
    connected = np.zeros(n, dtype=np.bool_)
    begins = np.full((n, signalling.attempts), np.inf)
    for place in range(signalling.attempts):
        begins[:, place] = np.where(connected, np.inf, now)
        takes = sessions.ms[:, place]
        answers = sessions.connects[:, place] & (takes <= signalling.timeout_ms) & ~connected
        ends = begins[:, place] + np.minimum(takes, signalling.timeout_ms)
        now = np.where(connected, now, ends)
        connected = connected | answers
        if place + 1 < signalling.attempts:
            wait = min(signalling.backoff_ms * signalling.backoff_factor**place, signalling.backoff_max_ms)
            now = np.where(connected, now, now + wait)
    return _Signalling(connected, now, begins)
