"""How far a search may go where its result is deployed on a vendor's stack: values, ties between settings, reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stages.arrays import Floats
from stages.errors import InputError
from stages.settings import Settings
from stages.vector import PLACE, decode, encode
from tuner.space.axes import Values


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
        """Set the setting in rows of settings, (m, len(NAMES)), in place."""
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
    """What can be deployed. The default: everything, wherever it is."""

    name: str = ""
    """Whose it is, for messages."""
    values: Mapping[str, Values] = field(default_factory=dict)
    """Setting -> the values that there are."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Setting that stays as it is -> why."""
    elsewhere: frozenset[str] = frozenset()
    """Those among them that can be set in another place: searched where they are named."""
    ties: tuple[Tie, ...] = ()
    free: frozenset[str] = frozenset()
    """Settings without a price that this stack's users may move all the same (timing model, section 2)."""
    takes: Callable[[Settings], bool] = lambda _: True
    """Whether these very settings can be deployed."""

    def tied(self, settings: Settings) -> Settings:
        """The settings with every tie kept."""
        rows = encode(settings)[None, :].copy()
        for tie in self.ties:
            tie.apply(rows)
        return decode(rows[0])

    def with_elsewhere(self) -> Reach:
        """The same, and what can be set in another place."""
        reasons = {name: why for name, why in self.reasons.items() if name not in self.elsewhere}
        return replace(self, reasons=reasons)

    def out_of(self, name: str, named: bool) -> str | None:
        """Why a setting is not searched; `named` by the user it is where it can be set in another place."""
        return None if named and name in self.elsewhere else self.reasons.get(name)

    def within(self, name: str, values: Values) -> Values:
        """What there is of an axis: the vendor's own numbers between its ends, and those of its other values."""
        if name not in self.values:
            return values
        there = self.values[name]
        plain = [value for value in values if _is_number(value)]
        if not plain:
            return tuple(value for value in values if value in there)
        numbers = tuple(value for value in there if _is_number(value) and min(plain) <= value <= max(plain))
        if None not in values or None not in there:
            return numbers
        return (None, *numbers) if values[0] is None else (*numbers, None)

    def check(self, settings: Settings, named: Mapping[str, Values | None]) -> None:
        """InputError where the settings in force, or a value that the user named, cannot be deployed."""
        if not self.takes(settings):
            raise InputError(f"{self.name} does not have the settings in force; take the nearest that it has")
        for name, values in named.items():
            for value in values or () if name in self.values else ():
                if not self.takes(self.tied(settings.replace({name: value}))):
                    raise InputError(f"--vary {name}: {self.name} has no {value!r}; it has {self._told(name)}")

    def _told(self, name: str) -> str:
        numbers = [value for value in self.values[name] if _is_number(value)]
        others = [str(value) for value in self.values[name] if not _is_number(value)]
        return ", ".join(([f"{min(numbers):g}..{max(numbers):g}"] if numbers else []) + others)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


EVERYWHERE = Reach()
"""No vendor is named: all of our settings, within the ranges that we replay."""
