"""The deployable space: which values a vendor's stack can have, and which settings are coupled there."""

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
class Coupling:
    """A setting that follows from others: the stack has one value for them, or orders them."""

    name: str
    of: tuple[str, ...]
    rule: Callable[..., Any]
    """From the values of `of`, as codes (`stages.vector`), (m,) each, to the values of `name`, (m,)."""
    description: str
    """The rule in words."""

    def apply(self, rows: Floats) -> None:
        """Set the setting in rows of settings, (m, len(NAMES)), in place."""
        rows[:, PLACE[self.name]] = self.rule(*(rows[:, PLACE[name]] for name in self.of))


def at_least(name: str, other: str) -> Coupling:
    """The coupling "`name` is at least `other`"."""
    return Coupling(name, (name, other), np.maximum, f"at least {other}")


def follows(name: str, other: str, plus: float = 0, most: float = np.inf) -> Coupling:
    """The coupling "`name` is `other` plus a constant", and `most` at most."""
    more = f" + {plus:g}" if plus else ""
    return Coupling(name, (other,), lambda value: np.minimum(value + plus, most), f"the same as {other}{more}")


@dataclass(frozen=True)
class DeployableSpace:
    """The settings that can be deployed. The default: all of them."""

    name: str = ""
    """The vendor's name, for messages."""
    values: Mapping[str, Values] = field(default_factory=dict)
    """Setting -> the values that it can have."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Setting that cannot be changed -> why."""
    elsewhere: frozenset[str] = frozenset()
    """Those of `reasons` that are set in another place: they are searched where they are named."""
    couplings: tuple[Coupling, ...] = ()
    free: frozenset[str] = frozenset()
    """Settings without a price that may still be changed on this stack (timing model, section 2)."""
    takes: Callable[[Settings], bool] = lambda _: True
    """Whether these very settings can be deployed."""

    def coupled(self, settings: Settings) -> Settings:
        """The settings with every coupling applied."""
        rows = encode(settings)[None, :].copy()
        for coupling in self.couplings:
            coupling.apply(rows)
        return decode(rows[0])

    def with_elsewhere(self) -> DeployableSpace:
        """The same, with the settings of other places."""
        reasons = {name: why for name, why in self.reasons.items() if name not in self.elsewhere}
        return replace(self, reasons=reasons)

    def out_of(self, name: str, named: bool) -> str | None:
        """Why a setting is not searched; None: it is. `named`: the user named it, so other places count too."""
        return None if named and name in self.elsewhere else self.reasons.get(name)

    def within(self, name: str, values: Values) -> Values:
        """The deployable values of an axis: the vendor's numbers between its ends, and its other values."""
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
        """Raises InputError where the settings in force, or a value that the user named, cannot be deployed."""
        if not self.takes(settings):
            raise InputError(f"{self.name} does not have the settings in force; take the nearest that it has")
        for name, values in named.items():
            for value in values or () if name in self.values else ():
                if not self.takes(self.coupled(settings.replace({name: value}))):
                    raise InputError(f"--vary {name}: {self.name} has no {value!r}; it has {self._described(name)}")

    def _described(self, name: str) -> str:
        numbers = [value for value in self.values[name] if _is_number(value)]
        others = [str(value) for value in self.values[name] if not _is_number(value)]
        return ", ".join(([f"{min(numbers):g}..{max(numbers):g}"] if numbers else []) + others)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


EVERYTHING = DeployableSpace()
"""Without a vendor: all settings, within their ranges."""
