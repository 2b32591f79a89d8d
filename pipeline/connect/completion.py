"""Filling the gaps of a recording of calls, each once, by a named assumption (connect model, section 6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from pipeline.connect.batch import Sessions
from pipeline.connect.logged import LoggedSession
from pipeline.connect.recording import ConnectRecording
from pipeline.turns.draws import keys, uniforms
from stages.arrays import Flags, Floats, Places
from stages.connect_settings import MOST_ATTEMPTS, ConnectSettings

FEWEST = 20
"""Recorded calls or attempts that it takes to draw from them."""


@dataclass(frozen=True)
class Evidence:
    """What is known of calls whose check failed: those that went on, and the retries of those turned away."""

    went_on: int
    went_on_connected: int
    retries: int
    retries_connected: int

    @property
    def n(self) -> int:
        return self.went_on + self.retries

    @property
    def connected(self) -> int:
        return self.went_on_connected + self.retries_connected


@dataclass(frozen=True)
class Completed:
    """Complete calls. Those turned away without `check_known` connect never, which must not be counted."""

    sessions: Sessions
    names: tuple[str, ...]
    in_force: ConnectSettings
    assumed: dict[str, int]
    """Assumption -> how many calls rest on it."""
    evidence: Evidence
    check_known: bool
    """Whether it is known what becomes of calls whose check failed."""
    scores_known: bool
    attempts_judged: int
    """How many attempts the recording can judge."""
    turned_away: Flags
    connected: Flags
    """As they were logged."""
    first_begun: Flags
    first_timed_out: Flags
    later_known: int
    """Recorded attempts after a failed one that ended by themselves or timed out."""
    later_connected: int


def complete(recording: ConnectRecording, in_force: ConnectSettings, seed: int) -> Completed:
    """The calls of a recording with every gap filled."""
    return _Completion(recording.sessions, in_force, seed).result()


class _Completion:
    def __init__(self, logged: tuple[LoggedSession, ...], in_force: ConnectSettings, seed: int) -> None:
        self.logged, self.in_force, self.seed = logged, in_force, seed
        self.assumed: Counter[str] = Counter()
        self.hashes = keys(np.array([one.id.encode() for one in logged], dtype=np.bytes_))
        self.failed = np.array([one.failed_check for one in logged])
        self.away = np.array([one.outcome == "turned_away" for one in logged])
        self.ms = np.full((len(logged), MOST_ATTEMPTS), np.nan)
        self.connects = np.zeros((len(logged), MOST_ATTEMPTS), dtype=np.bool_)

    def result(self) -> Completed:
        scores_known = self._known_scores().any()
        score, check_ms = self._checks()
        self._recorded()
        attempts_judged = self._later()
        donors = self._donors()
        usable = self._usable()
        known = len(donors) >= FEWEST or not self.away.any()
        self._turned_away(score, donors, usable, known)
        later = [attempt.ended for one in self.logged for attempt in (one.attempts or ())[1:]]
        first = [one.attempts[0].ended if one.attempts else None for one in self.logged]
        return Completed(
            sessions=Sessions(score, check_ms, self.ms, self.connects, usable),
            names=tuple(one.id for one in self.logged),
            in_force=self.in_force,
            assumed={name: n for name, n in self.assumed.items() if n},
            evidence=self._evidence(donors),
            check_known=len(donors) >= FEWEST,
            scores_known=bool(scores_known),
            attempts_judged=attempts_judged,
            turned_away=self.away,
            connected=np.array([one.outcome == "connected" for one in self.logged]),
            first_begun=np.array([ended is not None for ended in first]),
            first_timed_out=np.array([ended == "timeout" for ended in first]),
            later_known=sum(ended in ("connected", "failed", "timeout") for ended in later),
            later_connected=later.count("connected"),
        )

    def _u(self, field: str) -> Floats:
        return uniforms(self.seed, self.hashes, field)

    def _known_scores(self) -> Flags:
        return np.array([one.check is not None and None not in (one.check.score, one.check.ms) for one in self.logged])

    def _checks(self) -> tuple[Floats, Floats]:
        known = self._known_scores()
        pairs = [(one.check.score, one.check.ms) if one.check else (None, None) for one in self.logged]
        score, check_ms = (np.array(column, dtype=np.float64) for column in zip(*pairs, strict=True))
        self._copied(score, known, "score", "score_of_others")
        self._copied(check_ms, known, "score", "")
        return np.nan_to_num(score, nan=1.0), np.nan_to_num(check_ms, nan=0.0)

    def _copied(self, values: Floats, known: Flags, field: str, assumption: str) -> None:
        """Fill in what is not known from a call with the same verdict, or from any where there is none."""
        u = self._u(field)
        for failed in (False, True):
            gaps = np.flatnonzero(~known & (self.failed == failed))
            pool = np.flatnonzero(known & (self.failed == failed))
            pool = pool if len(pool) else np.flatnonzero(known)
            if len(gaps) and len(pool):
                values[gaps] = values[pool[(u[gaps] * len(pool)).astype(np.int64)]]
                if assumption:
                    self.assumed[assumption] += len(gaps)

    def _recorded(self) -> None:
        """The recorded attempts, and those that were censored."""
        bounds = np.full_like(self.ms, np.nan)
        for row, one in enumerate(self.logged):
            for k, attempt in enumerate((one.attempts or ())[:MOST_ATTEMPTS]):
                if attempt.known:
                    self.ms[row, k], self.connects[row, k] = attempt.ms, attempt.ended == "connected"
                elif attempt.ended == "timeout":
                    self.ms[row, k] = np.inf
                    self.assumed["no_answer_later"] += 1
                else:
                    bounds[row, k] = attempt.ms
        self._longer(bounds)

    def _longer(self, bounds: Floats) -> None:
        """Section 6, like_longer_ones."""
        known = ~np.isnan(self.ms)
        for row, k in zip(*np.nonzero(~np.isnan(bounds)), strict=True):
            same = known & (self.failed == self.failed[row])[:, None] & (self.ms > bounds[row, k])
            pool = np.flatnonzero(same)
            self.assumed["like_longer_ones"] += 1
            self.ms[row, k] = np.inf
            if len(pool):
                place = pool[int(self._u(f"longer.{k}")[row] * len(pool))]
                self.ms[row, k], self.connects[row, k] = self.ms.flat[place], self.connects.flat[place]

    def _later(self) -> int:
        """Section 6, like_other_retries, of calls that began an attempt; how many attempts can be judged."""
        recorded = ~np.isnan(self.ms)
        begun = np.array([bool(one.attempts) for one in self.logged])
        judged, filled = 1, np.zeros(len(begun), dtype=np.bool_)
        for k in range(MOST_ATTEMPTS):
            pool, gaps = np.flatnonzero(recorded[:, k]), np.flatnonzero(~recorded[:, k] & begun)
            self.ms[gaps, k] = np.inf
            if k == judged and len(pool) >= FEWEST:
                judged += 1
                rows = pool[(self._u(f"later.{k}")[gaps] * len(pool)).astype(np.int64)]
                self.ms[gaps, k], self.connects[gaps, k] = self.ms[rows, k], self.connects[rows, k]
                filled[gaps] = True
        self.assumed["like_other_retries"] += int(filled.sum())
        return judged

    def _donors(self) -> Places:
        """Calls that say what becomes of a failed check: those that went on despite it; if too few, retries too."""
        away = {one.id for one in self.logged if one.outcome == "turned_away"}
        ended = [bool(one.attempts) and one.outcome in ("connected", "gave_up") for one in self.logged]
        retry = np.array([one.retry_of in away for one in self.logged])
        went = np.flatnonzero(np.array(ended) & self.failed)
        return went if len(went) >= FEWEST else np.flatnonzero(np.array(ended) & (self.failed | retry))

    def _usable(self) -> Flags:
        held = [np.nan if one.usable is None else float(one.usable) for one in self.logged]
        values = np.array(held)
        known = ~np.isnan(values)
        connected = np.array([one.outcome == "connected" for one in self.logged])
        self._copied(values, known, "usable", "")
        self.assumed["usable_like_others"] += int((connected & ~known).sum())
        filled: Flags = np.nan_to_num(values, nan=1.0) > 0
        return filled

    def _turned_away(self, score: Floats, donors: Places, usable: Flags, known: bool) -> None:
        """Section 6, like_failed_that_went_on; calls of which nothing is known never connect."""
        rows = np.flatnonzero(np.isnan(self.ms).any(axis=1) | self.away)
        self.ms[np.isnan(self.ms)] = np.inf
        if not known or not len(donors):
            return
        ordered = donors[np.argsort(self._scores_behind(score)[donors], kind="stable")]
        scores = self._scores_behind(score)[ordered]
        u = self._u("donor")
        for row in rows[self.away[rows]]:
            middle = int(np.searchsorted(scores, score[row]))
            low = max(0, min(middle - FEWEST // 2, len(ordered) - FEWEST))
            donor = ordered[low + int(u[row] * FEWEST)]
            self.ms[row], self.connects[row], usable[row] = self.ms[donor], self.connects[donor], usable[donor]
            self.assumed["like_failed_that_went_on"] += 1

    def _scores_behind(self, score: Floats) -> Floats:
        """The score of each call's failed check: of a retry, that of the call it repeats."""
        places = {one.id: row for row, one in enumerate(self.logged)}
        behind = [score[places.get(one.retry_of or one.id, row)] for row, one in enumerate(self.logged)]
        return np.array(behind)

    def _evidence(self, donors: Places) -> Evidence:
        connected = np.array([one.outcome == "connected" for one in self.logged])
        went, again = donors[self.failed[donors]], donors[~self.failed[donors]]
        return Evidence(len(went), int(connected[went].sum()), len(again), int(connected[again].sum()))
