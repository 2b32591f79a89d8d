"""How far a search may go where its result is deployed on a vendor's stack: values, ties between settings, reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from stages.settings import Settings
from stages.vector import PLACE, encode
from tuner.ranges import Values

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tie:
    """A setting that follows from others, because one value there makes them all, or must not pass them."""

    name: str
    of: tuple[str, ...]
    rule: Callable[..., Any]
    """The values of `of` in, as rows of codes (`stages.vector`): (m,) each; the values of `name` out, (m,)."""
    told: str
    """The rule in words."""

    def apply(self, rows: Floats) -> None:
        """Set the setting in rows of settings, (m, 43), in place."""
        rows[:, PLACE[self.name]] = self.rule(*(rows[:, PLACE[name]] for name in self.of))


def at_least(name: str, other: str) -> Tie:
    """`name` is never below `other`: it is raised to it."""
    return Tie(name, (name, other), np.maximum, f"at least {other}")


def follows(name: str, other: str, plus: float = 0) -> Tie:
    """`name` is `other`, and so much more."""
    more = f" + {plus:g}" if plus else ""
    return Tie(name, (other,), lambda value: value + plus, f"the same as {other}{more}")


@dataclass(frozen=True)
class Reach:
    """What can be deployed."""

    name: str
    """Whose it is, for messages."""
    values: Mapping[str, Values]
    """Setting -> the values that there are; a setting that is not here stays."""
    reasons: Mapping[str, str]
    """Setting that is not here -> why."""
    ties: tuple[Tie, ...] = ()
    free: frozenset[str] = field(default_factory=frozenset)
    """Settings without a price that this stack's users may move all the same (timing model, section 2)."""

    def tied(self, settings: Settings) -> Settings:
        """The settings with every tie kept."""
        from stages.vector import decode

        rows = encode(settings)[None, :].copy()
        for tie in self.ties:
            tie.apply(rows)
        return decode(rows[0])
