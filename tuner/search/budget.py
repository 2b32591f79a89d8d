"""The budget of a search: evaluations, with which a seed gives the same bytes on any machine, or seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stages.errors import InputError

FEWEST_EVALUATIONS = 10
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Budget:
    """A number of evaluations or of seconds; exactly one is set."""

    evaluations: int | None = None
    seconds: float | None = None

    @property
    def text(self) -> str:
        return f"{self.evaluations} evaluations" if self.seconds is None else f"{self.seconds:g} s"


DEFAULT_BUDGET = Budget(evaluations=8_000)


def parse_budget(text: str) -> Budget:
    """A budget from `5000` (evaluations), `30s`, `2m`; InputError otherwise."""
    unit = text[-1:].lower()
    try:
        if unit in _UNITS:
            seconds = float(text[:-1]) * _UNITS[unit]
            if 0 < seconds < 1e6:
                return Budget(seconds=seconds)
        elif (evaluations := int(text)) >= FEWEST_EVALUATIONS:
            return Budget(evaluations=evaluations)
    except ValueError:
        pass
    raise InputError(
        f"--budget: write evaluations ({FEWEST_EVALUATIONS} or more), or a time as 30s or 2m, got {text!r}"
    )


class Spent:
    """How much of a budget is used."""

    def __init__(self, budget: Budget, clock: Callable[[], float] | None) -> None:
        if budget.seconds is not None and clock is None:
            raise InputError("a budget in seconds needs a clock")
        self._budget, self._clock = budget, clock
        self._begun = clock() if clock else 0.0

    @property
    def evaluations(self) -> int | None:
        """The budget in evaluations; None: it is in seconds."""
        return self._budget.evaluations

    def share(self, evaluations: int) -> float:
        """The used share: 0 at the start, 1 or more at the end."""
        if self._budget.seconds is not None and self._clock is not None:
            return (self._clock() - self._begun) / self._budget.seconds
        return evaluations / (self._budget.evaluations or 1)

    def seconds_left(self) -> float | None:
        if self._budget.seconds is None or self._clock is None:
            return None
        return max(0.0, self._begun + self._budget.seconds - self._clock())
