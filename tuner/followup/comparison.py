"""Before and after: whether what was promised came true in a recording taken under the recommended settings.

Response times of the second recording are those that were measured, where it has them. What a recording does not
measure, such as users cut off, is replayed on its turns under the settings it was taken with.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from tuner.followup.offset import Off
from tuner.statistics.intervals import Estimate

__all__ = ["Comparison", "Kept", "Off", "Status"]

Status = Literal["came true", "better", "worse", "not shown", "not said"]


@dataclass(frozen=True)
class Kept:
    """One figure: as it was before, as promised, and as found; all with 95 % intervals."""

    name: str
    before: Estimate
    promised: Estimate
    found: Estimate
    measured: bool
    """Found by measuring; else by replaying the new turns."""

    @property
    def status(self) -> Status:
        """By the intervals, lower being better.

        "not shown": the new recording fits the promise, and fits no change at all as well, where one was promised.
        """
        if self.promised.value is None or self.found.value is None:
            return "not said"
        if _below(self.found, self.promised):
            return "better"
        if _below(self.promised, self.found):
            return "worse"
        if _apart(self.before, self.promised) and not _apart(self.before, self.found):
            return "not shown"
        return "came true"

    def json_dict(self) -> dict[str, Any]:
        found = {name: getattr(self, name).json_dict() for name in ("before", "promised", "found")}
        return {"name": self.name, "status": self.status, "measured": self.measured} | found


@dataclass(frozen=True)
class Comparison:
    """What was promised, beside what was found."""

    figures: tuple[Kept, ...]
    parts: tuple[Off, ...]
    """They add up to the difference of the means, on turns that were answered."""
    turns: int
    sessions: int
    measured: int
    """Turns whose response time was measured."""
    model_ms: tuple[float, float] | None
    """Half of these turns, and 95 % of them, were replayed to within so many ms of what was measured."""
    other_settings: dict[str, tuple[Any, Any]]
    """Setting -> as recommended, and as it was when the second recording was taken, where they differ."""
    assumed_settings: bool
    """The second recording does not say its settings: taken for the recommended ones."""
    invented: int
    """Values of the second recording that came from a profile."""

    def figure(self, name: str) -> Kept:
        """One figure by its name."""
        return next(one for one in self.figures if one.name == name)

    @property
    def kept(self) -> bool:
        """No figure came out worse than promised."""
        return all(one.status != "worse" for one in self.figures)


def _below(one: Estimate, other: Estimate) -> bool:
    """Whether all of one interval lies below the other; an end that is not known does not."""
    return (inf if one.high is None else one.high) < (-inf if other.low is None else other.low)


def _apart(one: Estimate, other: Estimate) -> bool:
    """Whether the intervals have nothing in common; of one without a value (no answer): whether the other has one."""
    if one.value is None or other.value is None:
        return (one.value is None) != (other.value is None)
    return _below(one, other) or _below(other, one)
