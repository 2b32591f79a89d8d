"""When no settings meet the limits: which limit binds, and the nearest that can be met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stages.i18n import Said, say
from stages.settings import Settings
from tuner.search.assessment import Assessment
from tuner.space.space import Points, Space
from tuner.statistics.limits import Limit


@dataclass(frozen=True)
class Nearest:
    """A limit that no settings tried can keep along with the others."""

    limit: Limit
    value: float
    """The least that was reached with all others kept (or, where none keeps the others, the least beyond them)."""
    others_kept: bool
    settings: Settings

    def sentence(self) -> Said:
        phrase = "nearest.kept" if self.others_kept else "nearest.alone"
        return say(phrase, limit=self.limit.text(), value=self.limit.shown(self.value))

    def json_dict(self) -> dict[str, Any]:
        return {
            "name": self.limit.name,
            "limit": self.limit.value,
            "nearest": self.value,
            "others_kept": self.others_kept,
            "settings": self.settings.json_dict(),
            "sentence": self.sentence(),
        }


def nearest(limits: tuple[Limit, ...], space: Space, points: Points, seen: Assessment) -> tuple[Nearest, ...]:
    """One a limit that binds: it alone stands between some settings and all limits; else those of the best try.

    None where the goal itself is out of reach: it falls on an unanswered turn whatever the settings.
    """
    if not np.isfinite(seen.goal_ms).any():
        return ()
    values = np.array([limit.value for limit in limits])
    over = seen.uppers > values
    over[~np.isfinite(seen.goal_ms)] = True
    found = []
    for place, limit in enumerate(limits):
        alone = np.flatnonzero(over[:, place] & (over.sum(axis=1) == 1))
        if len(alone):
            best = alone[np.argmin(seen.uppers[alone, place])]
            found.append(Nearest(limit, float(seen.uppers[best, place]), True, space.settings_at(points[best])))
    if found:
        return tuple(sorted(found, key=lambda one: one.value / max(one.limit.value, 1e-9)))
    best = int(np.argmin(seen.score))
    return tuple(
        Nearest(limit, float(seen.uppers[best, place]), False, space.settings_at(points[best]))
        for place, limit in enumerate(limits)
        if over[best, place]
    )
