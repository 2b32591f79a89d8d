"""The trade-off, not only the winner: sooner answers against cut-offs, sooner stops against false interrupts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats
from stages.settings import Settings
from tuner.search.assessment import Assessment, Assessor
from tuner.space.space import Points, Space
from tuner.statistics.limits import Limit

MOST_POINTS = 60
"""Of a frontier: more would not be seen in a plot."""

ENDPOINTING = ("endpointing.", "eager.")
BARGE_IN = ("barge_in.",)


@dataclass(frozen=True)
class Trade:
    """One point of a frontier: no other is better in `risk` without being worse in `ms`. Estimates on tuning turns."""

    kind: str
    """`cut_off_rate` against the goal, or `false_interrupt_rate` against `stop_ms.p95`."""
    risk: float
    ms: float
    within: bool
    """All limits are kept."""
    settings: Settings

    def json_dict(self) -> dict[str, Any]:
        names = {"cut_off_rate": "goal_ms", "false_interrupt_rate": "stop_ms_p95"}
        return {
            "kind": self.kind,
            self.kind: self.risk,
            names[self.kind]: self.ms,
            "within_limits": self.within,
            "settings": self.settings.json_dict(),
        }


def frontiers(assessor: Assessor, space: Space, points: Points, seen: Assessment, chosen: Points) -> list[Trade]:
    """Both frontiers, of all points seen and the neighbours of the one chosen, under all limits but the traded one.

    A figure that the recording does not show has no frontier.
    """
    near = np.concatenate([_along(space, chosen, ENDPOINTING), _along(space, chosen, BARGE_IN)])
    if len(near):
        points, seen = np.concatenate([points, near]), Assessment.joined([seen, assessor(space.rows(near))])
    found: list[Trade] = []
    for kind, ms in (("cut_off_rate", seen.goal_ms), ("false_interrupt_rate", seen.stop_ms)):
        risk = getattr(seen, kind)
        kept = np.flatnonzero(_within_others(seen, assessor.limits, kind) & np.isfinite(ms) & np.isfinite(risk))
        places = kept[pareto(risk[kept], ms[kept])]
        found += [
            Trade(kind, float(risk[i]), float(ms[i]), bool(seen.within[i]), space.settings_at(points[i]))
            for i in _thinned(places)
        ]
    return found


def pareto(risk: Floats, ms: Floats) -> npt.NDArray[np.int64]:
    """Places of the points that no other beats in both, by ascending risk."""
    order = np.lexsort((ms, risk))
    best = np.minimum.accumulate(np.concatenate([[np.inf], ms[order]]))[:-1]
    found: npt.NDArray[np.int64] = order[ms[order] < best]
    return found


def _within_others(seen: Assessment, limits: Sequence[Limit], traded: str) -> npt.NDArray[np.bool_]:
    others = [place for place, limit in enumerate(limits) if limit.name != traded]
    values = np.array([limits[place].value for place in others])
    kept: npt.NDArray[np.bool_] = np.all(seen.uppers[:, others] <= values, axis=1)
    return kept


def _along(space: Space, chosen: Points, groups: tuple[str, ...]) -> Points:
    """The chosen point moved along each axis of these groups."""
    rows = [np.empty((0, len(space)), dtype=np.int64)]
    for axis, name in enumerate(space.names):
        if name.startswith(groups):
            moved = np.repeat(chosen[None, :], space.sizes[axis], axis=0)
            moved[:, axis] = np.arange(space.sizes[axis])
            rows.append(moved)
    return np.concatenate(rows)


def _thinned(places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    if len(places) <= MOST_POINTS:
        return places
    some: npt.NDArray[np.int64] = places[np.linspace(0, len(places) - 1, MOST_POINTS).round().astype(int)]
    return some
