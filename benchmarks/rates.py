"""Turn-evaluations a second of timed functions, as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

YARDSTICK = "SimPy model"


class Rate(NamedTuple):
    """A number of turn-evaluations and their times."""

    evaluations: int
    best_s: float
    median_s: float

    @property
    def best(self) -> float:
        """Per second, in the fastest round."""
        return self.evaluations / self.best_s

    @property
    def median(self) -> float:
        """Per second, in the median round."""
        return self.evaluations / self.median_s


class Rated(Protocol):
    """Times a function that makes this number of turn-evaluations, under a label."""

    def __call__(self, label: str, evaluations: int, run: Callable[[], object], rounds: int) -> None: ...


def table(rates: dict[str, Rate]) -> list[str]:
    """One line for each, with the ratio to the SimPy model if that was timed too."""
    lines = [f"{'turn-evaluations a second':<56}{'best':>14}{'median':>14}{'x SimPy':>10}"]
    yardstick = rates.get(YARDSTICK)
    for label, rate in rates.items():
        times = f"{rate.median / yardstick.median:,.1f}" if yardstick else ""
        lines.append(f"{label:<56}{rate.best:>14,.0f}{rate.median:>14,.0f}{times:>10}")
    return lines
