"""What would mend a limit that is missed now: the one setting that does it and costs the least time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stages.arrays import Floats
from tuner.diagnosis.baseline import Baseline
from tuner.diagnosis.levers import Lever, lever
from tuner.statistics.complaint import CURES, Complaint, limits_against
from tuner.statistics.intervals import Estimate
from tuner.statistics.verdict import Verdict

MOST_TRADED = 1.0
"""A trade may bring no other limited figure over its bound by more than this part of it."""

TINY = 1e-9


@dataclass(frozen=True)
class Remedy:
    """A limit that is missed, and the change that keeps it; None: no setting alone does."""

    verdict: Verdict
    change: Lever | None
    trade: Lever | None = None
    """Where none does within the other limits: the change that mends it and breaks them least."""

    def json_dict(self) -> dict[str, Any]:
        change, trade = (None if one is None else one.json_dict() for one in (self.change, self.trade))
        return {"limit": self.verdict.limit.name, "change": change, "trade": trade}


def remedies(baseline: Baseline) -> tuple[Remedy, ...]:
    """One for each limit that is missed on the estimate."""
    return tuple(
        _remedy(baseline, place, verdict)
        for place, verdict in enumerate(baseline.verdicts)
        if verdict.status == "missed"
    )


def cure(baseline: Baseline, complaint: Complaint, figures: Mapping[str, Estimate]) -> Remedy | None:
    """What brings the figure of a complaint down to what counts as mended; None: it is not known, or of the time.

    On the estimates: few recordings have the turns to show so small a rate.
    """
    limits = limits_against(complaint, figures, baseline.limits)
    name = CURES[complaint].figure
    place = next((place for place, one in enumerate(limits) if one.name == name), None)
    if place is None or not figures[name].value or name.startswith("response_ms."):
        return None
    stricter = replace(baseline, limits=limits, confidence=None)
    found = _remedy(stricter, place, stricter.verdicts[place])
    return found if found.change is not None else _at_a_price(baseline, complaint, figures, place) or found


def _at_a_price(baseline: Baseline, complaint: Complaint, figures: Mapping[str, Estimate], place: int) -> Remedy | None:
    """What mends most of a complaint where the figures that pay for it may pass their default limits: the cheapest."""
    limits = limits_against(complaint, figures, baseline.limits, at_a_price=True)
    milder = replace(baseline, limits=limits, confidence=None)
    payers = [at for at, one in enumerate(limits) if one.name in CURES[complaint].paid_by and one.origin == "default"]
    bounds, tried = milder.bounds.copy(), milder.singles.assessed
    bounds[place] = limits[place].value
    excess = _excess(tried.uppers, bounds)
    kept = np.delete(excess, payers, axis=1) <= 0
    mended = np.flatnonzero(np.isfinite(tried.goal_ms) & kept.all(axis=1))
    if not len(mended) or not payers:
        return None
    cheapest = mended[np.lexsort((tried.goal_ms[mended], excess[mended].sum(axis=1)))[0]]
    return Remedy(milder.verdicts[place], None, _lever(milder, cheapest))


def _remedy(baseline: Baseline, limit: int, verdict: Verdict) -> Remedy:
    bounds, tried = baseline.bounds.copy(), baseline.singles
    bounds[limit] = baseline.limits[limit].value
    answered = np.isfinite(tried.assessed.goal_ms)
    excess = _excess(tried.assessed.uppers, bounds)
    within = np.flatnonzero(answered & (excess <= 0).all(axis=1))
    if len(within):
        return Remedy(verdict, _lever(baseline, within[np.argmin(tried.assessed.goal_ms[within])]))
    mended = np.flatnonzero(answered & (excess[:, limit] <= 0) & (excess <= MOST_TRADED).all(axis=1))
    if not len(mended):
        return Remedy(verdict, None)
    least = mended[np.lexsort((tried.assessed.goal_ms[mended], excess[mended].sum(axis=1)))[0]]
    return Remedy(verdict, None, _lever(baseline, least))


def _excess(uppers: Floats, bounds: Floats) -> Floats:
    """(m, limits) by which part of its bound a figure is over it; 0 where it is within, infinite bounds included."""
    kept = uppers <= bounds
    over = np.divide(uppers, np.maximum(bounds, TINY), out=np.ones_like(uppers), where=~kept & np.isfinite(bounds)) - 1
    return np.where(kept, 0.0, np.where(np.isnan(over), np.inf, over))


def _lever(baseline: Baseline, point: np.int64) -> Lever:
    tried = baseline.singles
    settings = baseline.space.settings_at(tried.points[point])
    return lever(baseline, settings, baseline.judged_by, float(tried.assessed.goal_ms[point]))
