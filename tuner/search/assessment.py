"""How good settings are to a search: within the limits first, then the goal, then the room they leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from pipeline.kernel.batch import Batch, Evaluation
from pipeline.turns.columns import KINDS
from pipeline.turns.evidence import PAUSE_FIGURES, family
from stages.arrays import Floats
from stages.vector import PLACE
from tuner.statistics.bounds import tally_uppers
from tuner.statistics.confidence import CONFIDENCE, upper_level
from tuner.statistics.limits import DEFAULT_LIMITS, Limit
from tuner.statistics.objective import Goal

INTERRUPT = KINDS.index("interrupt")

OUTSIDE = 1e6
"""Scores from here on belong to settings outside of the limits, the further the higher."""

ROOM_WEIGHT = 0.002
"""Part of the goal that the room under the limits may decide: of equally fast settings, the safer ones."""

WISH_WEIGHT = 0.05
"""Part of the goal that one may pay to come nearer to a default limit which the settings in force miss."""

DECIMALS = 6
"""What is kept of every number, so that one read back from a journal is the same."""


@dataclass(frozen=True)
class Assessment:
    """m settings judged; arrays of shape (m,) unless said."""

    goal_ms: Floats
    """Infinite where it falls on an unanswered turn."""
    uppers: Floats
    """(m, limits): bounds of the limited figures."""
    score: Floats
    """What the search makes small."""
    cut_off_rate: Floats
    false_interrupt_rate: Floats
    stop_ms: Floats
    """Its p95; NaN where no interrupt was handled."""

    def __len__(self) -> int:
        return len(self.score)

    def take(self, places: npt.NDArray[np.int64]) -> Assessment:
        """Those at these places."""
        return Assessment(*(getattr(self, field.name)[places] for field in fields(self)))

    @staticmethod
    def joined(parts: Sequence[Assessment]) -> Assessment:
        """One after the other."""
        return Assessment(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Assessment)))

    @property
    def within(self) -> npt.NDArray[np.bool_]:
        """Whether all limits are kept."""
        kept: npt.NDArray[np.bool_] = self.score < OUTSIDE
        return kept


class Assessor:
    """Judges rows of settings on the turns of a batch."""

    def __init__(
        self,
        batch: Batch,
        goal: Goal,
        limits: Sequence[Limit],
        confidence: float | None = CONFIDENCE,
        spread: float = 1.0,
    ) -> None:
        """`confidence` None: estimates decide. `spread`: the design effect that quantile limits are held with."""
        self.batch, self.goal, self.limits, self.confidence = batch, goal, tuple(limits), confidence
        self.spread = spread
        levels = {limit: self._level(limit) for limit in self.limits if limit.figure}
        self._response = {limit: level for limit, level in levels.items() if limit.figure == "response_ms"}
        self._stop = {limit: level for limit, level in levels.items() if limit.figure == "stop_ms"}
        self._shares = _ascending([*goal.shares, *self._response.values()])
        self._stop_shares = _ascending([0.95, *self._stop.values()])

    def __call__(self, rows: Floats) -> Assessment:
        found = self.batch.evaluate(rows, self._shares, self._stop_shares)
        quantile = dict(zip(self._shares, found.quantiles.T, strict=True))
        stop = dict(zip(self._stop_shares, found.stop_ms.T, strict=True))
        unanswered = found.tallies["failed_rate"].rate + found.tallies["lost_rate"].rate
        goal_ms = np.round(self.goal.value(quantile, found.mean_ms, unanswered), DECIMALS)
        table = np.round(self._uppers(found, quantile, stop, rows), DECIMALS)
        rates = (np.round(found.tallies[name].rate, DECIMALS) for name in ("cut_off_rate", "false_interrupt_rate"))
        cut_offs, false_interrupts = rates
        stops = np.round(stop[0.95], DECIMALS)
        return Assessment(goal_ms, table, self.score(goal_ms, table), cut_offs, false_interrupts, stops)

    def by(self, places: Sequence[int]) -> Assessor:
        """The same, by some of the limits alone."""
        return Assessor(self.batch, self.goal, [self.limits[one] for one in places], self.confidence, self.spread)

    def score(self, goal_ms: Floats, table: Floats) -> Floats:
        """(m,): as `worth`, a little more where little room is left; from `OUTSIDE` on where a limit is missed."""
        answered, used = np.isfinite(goal_ms), self.used(table)
        beyond = _beyond(used) + 100 * ~answered
        room = np.minimum(used, 1).sum(axis=1) / max(1, used.shape[1])
        inside = np.where(answered, goal_ms, 0.0) * (
            1 + ROOM_WEIGHT * room + WISH_WEIGHT * self._short_of_wishes(table)
        )
        found: Floats = np.round(np.where(beyond > 0, OUTSIDE + 1e3 * beyond, inside), DECIMALS)
        return found

    def worth(self, assessed: Assessment) -> Floats:
        """(m,): less is better: the goal, and what one would pay of it to come nearer to default limits."""
        found: Floats = assessed.goal_ms * (1 + WISH_WEIGHT * self._short_of_wishes(assessed.uppers))
        return found

    def overstepped(self, table: Floats) -> Floats:
        """(m,): by how much the limits are overstepped, in parts of each; 0 within them."""
        return _beyond(self.used(table))

    def used(self, table: Floats) -> Floats:
        """(m, limits): how much of a limit is used up; 1 is all of it. Of LLM requests, those beyond the first."""
        free = np.array([float(limit.is_count) for limit in self.limits])
        values = np.array([limit.value for limit in self.limits])
        used: Floats = np.maximum(table - free, 0) / np.maximum(values - free, 1e-4)
        return used

    def _short_of_wishes(self, table: Floats) -> Floats:
        """(m,): what is missing to the default limits that the settings in force miss; 1 each: as much as there."""
        short = np.zeros(len(table))
        for place, limit in enumerate(self.limits):
            if limit.origin == "in force":
                wished = DEFAULT_LIMITS[limit.name]
                short += np.clip((table[:, place] - wished) / (limit.value - wished), 0, 1)
        return short

    def _uppers(
        self, found: Evaluation, quantile: dict[float, Floats], stop: dict[float, Floats], rows: Floats
    ) -> Floats:
        """(m, limits): the bound of each limited figure (its estimate, without a confidence)."""
        table = np.empty((len(rows), len(self.limits)))
        sessions = len(self.batch.columns.session_names)
        for place, limit in enumerate(self.limits):
            if limit.figure:
                values, level = (quantile, self._response) if limit in self._response else (stop, self._stop)
                at = level[limit]
                table[:, place] = np.inf if at is None else np.nan_to_num(values[at], posinf=np.inf)
            else:
                tally = found.tallies[limit.name]
                table[:, place] = tally_uppers(limit, tally, rows, sessions, self.confidence)
        return self._with_unknown(table, rows)

    def _with_unknown(self, table: Floats, rows: Floats) -> Floats:
        """The bounds without those that the recording cannot show (timing model, section 6).

        A figure that no settings make known cannot be searched for: its limit is set aside here and "not shown" in the
        verdict. Settings that ask about pauses which cannot have been seen break the limits on what follows from them.
        """
        evidence = self.batch.evidence
        unseen = evidence.asks_for_unseen_pauses(rows[:, PLACE["vad.silence_ms"]])
        for place, limit in enumerate(self.limits):
            if family(limit.name) in evidence.never_known:
                table[:, place] = 0.0
            elif limit.name in PAUSE_FIGURES:
                table[unseen, place] = np.inf
        return table

    def _level(self, limit: Limit) -> float | None:
        """The quantile to read in order to know that the limited one holds; None: too few turns to know."""
        if self.confidence is None:
            return limit.share
        columns = self.batch.columns
        n = len(columns) if limit.figure == "response_ms" else int((columns.overlap_kind == INTERRUPT).sum())
        return upper_level(limit.share, n / self.spread, self.confidence)


def _beyond(used: Floats) -> Floats:
    found: Floats = np.clip(used - 1, 0, 100).sum(axis=1)
    return found


def _ascending(shares: Iterable[float | None]) -> tuple[float, ...]:
    return tuple(sorted({share for share in shares if share is not None}))
