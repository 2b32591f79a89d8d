"""A recommendation changes no more than it must: what each change is worth, and which could as well be left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tuner.search.assessment import Assessor
from tuner.space.space import Points, Space

WORTH = 0.002
"""Changes that together make less than this part of the goal are not worth a deployment: they are taken back."""


@dataclass(frozen=True)
class Change:
    """One setting of the recommendation that differs from the one in force."""

    name: str
    before: Any
    after: Any
    worth_ms: float | None
    """How much slower the goal is with this one taken back; None: it then misses a limit or answers nothing."""
    needed_for: str = ""
    """The limit that is missed without it."""
    raises: str = ""
    """Where nothing else is lost without it: the figure that then goes further beyond its default limit."""

    def json_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "before": self.before,
            "after": self.after,
            "worth_ms": self.worth_ms,
            "needed_for": self.needed_for,
            "raises": self.raises,
        }


def simplified(assessor: Assessor, space: Space, point: Points) -> Points:
    """The point with every axis put back home that can be, within the limits and at next to no cost."""
    allowed = float(assessor.worth(assessor(space.rows(point[None, :])))[0]) * (1 + WORTH)
    while len(moved := np.flatnonzero(point != space.home)):
        reverted = np.repeat(point[None, :], len(moved), axis=0)
        reverted[np.arange(len(moved)), moved] = space.home[moved]
        judged = assessor(space.rows(reverted))
        worth = assessor.worth(judged)
        cost = np.where(judged.within & (worth <= allowed), worth, np.inf)
        best = int(np.argmin(cost))
        if not np.isfinite(cost[best]):
            break
        point = reverted[best]
    return point


def changes(assessor: Assessor, space: Space, point: Points) -> tuple[Change, ...]:
    """What the point changes, the dearest first: each one's worth is what taking it back alone would lose."""
    moved = np.flatnonzero(point != space.home)
    if not len(moved):
        return ()
    reverted = np.repeat(point[None, :], len(moved), axis=0)
    reverted[np.arange(len(moved)), moved] = space.home[moved]
    judged = assessor(space.rows(np.concatenate([point[None, :], reverted])))
    before, after = space.settings.flat(), space.settings_at(point).flat()
    found = []
    for place, axis in enumerate(moved, start=1):
        name = space.names[axis]
        over = [
            limit for limit, upper in zip(assessor.limits, judged.uppers[place], strict=True) if upper > limit.value
        ]
        lost = float(judged.goal_ms[place] - judged.goal_ms[0])
        needed = over[0].name if over else ""
        worth = None if needed or not np.isfinite(lost) else lost
        higher = judged.uppers[place] > judged.uppers[0]
        more = [one.name for one, up in zip(assessor.limits, higher, strict=True) if up and one.origin == "in force"]
        raises = more[0] if more and worth is not None and worth <= 0 else ""
        found.append(Change(name, before[name], after[name], worth, needed, raises))
    return tuple(sorted(found, key=lambda one: -np.inf if one.worth_ms is None else -one.worth_ms))
