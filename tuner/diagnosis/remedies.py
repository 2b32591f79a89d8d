"""What would mend a limit that is missed now: the one setting that does it and costs the least time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tuner.diagnosis.baseline import Baseline
from tuner.diagnosis.levers import Lever, lever
from tuner.statistics.verdict import Verdict


@dataclass(frozen=True)
class Remedy:
    """A limit that is missed, and the change that keeps it; None: no setting alone does."""

    verdict: Verdict
    change: Lever | None

    def json_dict(self) -> dict[str, Any]:
        change = None if self.change is None else self.change.json_dict()
        return {"limit": self.verdict.limit.name, "change": change}


def remedies(baseline: Baseline) -> tuple[Remedy, ...]:
    """One for each limit that is missed on the estimate."""
    return tuple(
        Remedy(verdict, _mends(baseline, place))
        for place, verdict in enumerate(baseline.verdicts)
        if verdict.status == "missed"
    )


def _mends(baseline: Baseline, limit: int) -> Lever | None:
    tried = baseline.singles
    bounds = baseline.bounds.copy()
    bounds[limit] = baseline.limits[limit].value
    places = np.flatnonzero((tried.assessed.uppers <= bounds).all(axis=1) & np.isfinite(tried.assessed.goal_ms))
    if not len(places):
        return None
    chosen = places[np.argmin(tried.assessed.goal_ms[places])]
    settings = baseline.space.settings_at(tried.points[chosen])
    return lever(baseline, settings, baseline.judged_by, float(tried.assessed.goal_ms[chosen]))
