"""How a search ranks settings: first the limits, then the goal, then the room under the limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from pipeline.kernel.batch import Batch, Evaluation
from pipeline.turns.columns import KINDS
from pipeline.turns.evidence import LOST_FIGURE, PAUSE_FIGURES
from stages.arrays import Floats
from stages.vector import PLACE
from tuner.statistics.bounds import Bools, ruled_out, tally_uppers
from tuner.statistics.confidence import CONFIDENCE, upper_level
from tuner.statistics.limits import DEFAULT_LIMITS, Limit
from tuner.statistics.objective import Goal

INTERRUPT = KINDS.index("interrupt")

OUTSIDE = 1e6
"""Settings outside of the limits have scores from here on, higher the further they are outside."""

ROOM_WEIGHT = 0.002
"""The share of the goal that room under the limits may outweigh: of equally fast settings the safer ones win."""

MISSED_DEFAULT_WEIGHT = 0.05
"""The share of the goal that may be given up to come nearer to a default limit that the settings in force miss."""

DECIMALS = 6
"""Numbers are rounded to these digits, so that a journal gives back the same ones."""


@dataclass(frozen=True)
class Assessment:
    """The assessment of m settings; arrays of shape (m,) unless another is given."""

    goal_ms: Floats
    """Infinite where it falls on an unanswered turn."""
    uppers: Floats
    """(m, limits): bounds of the limited figures."""
    score: Floats
    """The score, which the search minimises."""
    cut_off_rate: Floats
    """NaN where the recording does not show it, as `false_interrupt_rate` and `stop_ms`."""
    false_interrupt_rate: Floats
    stop_ms: Floats
    """Its p95; NaN where no interrupt was handled."""

    def __len__(self) -> int:
        return len(self.score)

    def take(self, places: npt.NDArray[np.int64]) -> Assessment:
        """The assessment of the settings at these places."""
        return Assessment(*(getattr(self, field.name)[places] for field in fields(self)))

    @staticmethod
    def joined(parts: Sequence[Assessment]) -> Assessment:
        """Several assessments as one, in this order."""
        return Assessment(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Assessment)))

    @property
    def within(self) -> npt.NDArray[np.bool_]:
        """Whether all limits are kept."""
        kept: npt.NDArray[np.bool_] = self.score < OUTSIDE
        return kept


class Assessor:
    """Assesses rows of settings on the turns of a batch."""

    def __init__(
        self,
        batch: Batch,
        goal: Goal,
        limits: Sequence[Limit],
        confidence: float | None = CONFIDENCE,
        spread: float = 1.0,
    ) -> None:
        """`confidence` None: estimates decide. `spread`: the design effect for limits on quantiles."""
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
        shown = {name: found.tallies[name].rate for name in ("cut_off_rate", "false_interrupt_rate")}
        known = (self._known(name, values, rows) for name, values in (shown | {"stop_ms": stop[0.95]}).items())
        return Assessment(goal_ms, table, self.score(goal_ms, table), *(np.round(one, DECIMALS) for one in known))

    def by(self, places: Sequence[int]) -> Assessor:
        """The same assessor with only some of the limits."""
        return Assessor(self.batch, self.goal, [self.limits[one] for one in places], self.confidence, self.spread)

    def score(self, goal_ms: Floats, table: Floats) -> Floats:
        """(m,): `worth` plus a little where little room is left; `OUTSIDE` or more where a limit is missed."""
        answered, used = np.isfinite(goal_ms), self.used(table)
        beyond = _beyond(used) + 100 * ~answered
        room = np.minimum(used, 1).sum(axis=1) / max(1, used.shape[1])
        inside = np.where(answered, goal_ms, 0.0) * (
            1 + ROOM_WEIGHT * room + MISSED_DEFAULT_WEIGHT * self._missed_defaults(table)
        )
        found: Floats = np.round(np.where(beyond > 0, OUTSIDE + 1e3 * beyond, inside), DECIMALS)
        return found

    def worth(self, assessed: Assessment) -> Floats:
        """(m,), less is better: the goal, plus a price for the distance to default limits that are missed now."""
        found: Floats = assessed.goal_ms * (1 + MISSED_DEFAULT_WEIGHT * self._missed_defaults(assessed.uppers))
        return found

    def excess(self, table: Floats) -> Floats:
        """(m,): how far the limits are exceeded, as shares of each; 0 within them."""
        return _beyond(self.used(table))

    def used(self, table: Floats) -> Floats:
        """(m, limits): the used share of each limit; 1 is all of it. Of LLM requests, those beyond the first count."""
        free = np.array([float(limit.is_count) for limit in self.limits])
        values = np.array([limit.value for limit in self.limits])
        used: Floats = np.maximum(table - free, 0) / np.maximum(values - free, 1e-4)
        return used

    def _missed_defaults(self, table: Floats) -> Floats:
        """(m,): the distance to the default limits that the settings in force miss; 1 for each: as far as those."""
        short = np.zeros(len(table))
        for place, limit in enumerate(self.limits):
            if limit.origin == "in force":
                default = DEFAULT_LIMITS[limit.name]
                short += np.clip((table[:, place] - default) / (limit.value - default), 0, 1)
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

        A figure that is unknown under all settings cannot be searched by: its limit is left out here, and "not shown"
        in the verdict. Settings that depend on pauses which cannot have been seen miss the limits on such figures.
        """
        evidence, unseen = self.batch.evidence, self._unseen(rows)
        for place, limit in enumerate(self.limits):
            if not evidence.knows(limit.name):
                table[:, place] = 0.0
            elif limit.name in PAUSE_FIGURES:
                table[unseen, place] = np.inf
            elif limit.name == LOST_FIGURE:
                table[unseen & ~ruled_out(LOST_FIGURE, rows), place] = np.inf
        return table

    def _unseen(self, rows: Floats) -> Bools:
        """(m,) whether these settings ask about pauses that cannot have been seen."""
        return self.batch.evidence.asks_for_unseen_pauses(rows[:, PLACE["vad.silence_ms"]])

    def _known(self, name: str, values: Floats, rows: Floats) -> Floats:
        """The values of a figure under these settings, NaN where the recording does not show them."""
        if not self.batch.evidence.knows(name):
            return np.full(len(rows), np.nan)
        return np.where(self._unseen(rows), np.nan, values) if name in PAUSE_FIGURES else values

    def _level(self, limit: Limit) -> float | None:
        """The quantile whose value bounds the limited one; None: there are too few turns."""
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
