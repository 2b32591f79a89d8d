"""What would mend a limit that is missed now: the one setting that does it and costs the least time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tuner.diagnosis.baseline import Case
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


def remedies(case: Case) -> tuple[Remedy, ...]:
    """One for each limit that is missed on the estimate."""
    return tuple(
        Remedy(verdict, _mends(case, place))
        for place, verdict in enumerate(case.verdicts)
        if verdict.status == "missed"
    )


def _mends(case: Case, limit: int) -> Lever | None:
    tried = case.singles
    bounds = case.bounds.copy()
    bounds[limit] = case.limits[limit].value
    places = np.flatnonzero((tried.assessed.uppers <= bounds).all(axis=1) & np.isfinite(tried.assessed.goal_ms))
    if not len(places):
        return None
    chosen = places[np.argmin(tried.assessed.goal_ms[places])]
    settings = case.space.settings_at(tried.points[chosen])
    return lever(case, settings, case.judged_by, float(tried.assessed.goal_ms[chosen]))
