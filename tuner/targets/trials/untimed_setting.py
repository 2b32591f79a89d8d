"""A vendor's setting without published times: it cannot be simulated, only tried on real users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class UntimedSetting:
    """One such setting, and what a trial of it would be."""

    path: str
    """From the root of the vendor's document."""
    arms: tuple[Any, ...]
    """The values to compare, the vendor's default first."""
    effect: str
    """What it does, in the vendor's own sense."""
    figures: tuple[str, ...]
    """What it may move, for better and for worse."""
    simulated: tuple[Any, ...] = ()
    """Those of the values under which the vendor's other settings can be."""

    @property
    def default(self) -> Any:
        return self.arms[0]

    def trial_arms(self, stated: Mapping[str, Any]) -> tuple[Any, ...]:
        """The value in force first, where a document states it, then the others."""
        control = stated.get(self.path, self.default)
        return (control, *(arm for arm in self.arms if arm != control))


ANSWER = ("response_ms.p50", "response_ms.p95")
TURN_TAKING = (*ANSWER, "cut_off_rate", "false_start_rate")
EARLY = (*ANSWER, "cut_off_rate", "llm_starts_per_turn")
INTERRUPTING = ("missed_interrupt_rate", "false_interrupt_rate")
