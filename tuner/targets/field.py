"""One setting of a vendor: where it stands, in what unit, between what bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from stages.brief import brief
from tuner.formats.placed.node import Built

Kind = Literal["integer", "number", "duration", "flag", "choice", "text", "list", "object", "any"]
"""`duration`: a number with its unit as text, such as "0.384s"."""

_SCALE = {"ms": 1.0, "s": 1000.0}

FEWEST_MS, MOST_S = 10, 100
"""A time of fewer milliseconds, or of more seconds, is asked about: it is more often one in the other unit. So is a
broken number of milliseconds below the second."""

LARGEST = 1e300
"""No number of a vendor's is larger; a whole number of any length may be compared with it."""


@dataclass(frozen=True)
class Field:
    """One setting as the vendor has it; values and bounds are the vendor's own (seconds where theirs are seconds)."""

    path: str
    """From the root of the document, dotted."""
    kind: Kind
    unit: str = ""
    """ms, s or none."""
    low: float | None = None
    high: float | None = None
    """What is safe to write: where several ranges are published, what they have in common. None: none is published."""
    step: float | None = None
    """Values are multiples of this; None: any whole ms, or any whole number."""
    choices: tuple[str, ...] = ()
    default: Any = None
    """What holds where the document leaves it out; None: nothing does, or it is not known (`note` says so)."""
    nullable: bool = False
    """null may be written; else a value of None takes the key out of the document."""
    special: tuple[Any, ...] = ()
    """Values outside of the range that mean something, such as -1."""
    reads: tuple[float, float] | None = None
    """The widest range that is published, where it is wider than what is safe to write: what may be read."""
    keyed: bool = False
    """An object of such values may stand there too: one a language."""
    required: bool = False
    """Must stand where the object stands that it is in."""
    source: str = ""
    """Where this is known from."""
    note: str = ""

    def problem(self, value: Any) -> str | None:
        """The rule that a value breaks, and what came; None: it is fine."""
        if self.kind == "any":
            return None
        if any(value is one or (value == one and not isinstance(value, bool)) for one in self.special):
            return None
        if value is None:
            return None if self.nullable else "may not be null; leave the key out instead"
        if self.keyed and isinstance(value, dict):
            return next((found for one in value.values() if (found := self.problem(one))), None)
        if self.kind == "choice":
            return None if value in self.choices else f"must be one of {', '.join(self.choices)}, got {value!r}"
        if self.kind in _TYPES:
            right = isinstance(value, _TYPES[self.kind])
            return None if right else f"must be {_SPOKEN[self.kind]}, got {brief(value)}"
        return self._number_problem(value)

    def named(self, value: Any) -> Any:
        """A value as the field has it: of `types.ActivityHandling.NO_INTERRUPTION`, as code has choices, the name.

        So of a call without arguments: `turn_detector.MultilingualModel()`.
        """
        value = str(value.code) if isinstance(value, Built) and self.kind == "choice" and not value else value
        last = value.rpartition(".")[2] if self.kind == "choice" and isinstance(value, str) else value
        return last if last in self.choices else value

    def strayed(self, value: Any) -> str | None:
        """The range that is safe to write, where a value that may be read lies outside of it."""
        number, (low, high) = self.number(value), self.bounds
        if number is None or low <= number <= high or self.problem(value) or value in self.special:
            return None
        return f"{spoken_range(low, high)}{self.unit and ' ' + self.unit}"

    def unit_doubt(self, value: Any) -> str | None:
        """The question whether another unit was meant, where a time is far from what times are in this one."""
        number = self.number(value)
        if not number or value in self.special or value == self.default:
            return None
        if self.unit == "ms" and (0 < number < FEWEST_MS or (number != int(number) and 0 < number < MOST_S)):
            return f"were seconds meant? {number:g} s is {1000 * number:g} ms"
        if self.unit == "s" and number >= MOST_S and (number > self.bounds[1] or self.kind == "duration"):
            return f"were milliseconds meant? {number:g} ms is {number / 1000:g} s"
        return None

    def number(self, value: Any) -> float | None:
        """The number in a value, None where there is none."""
        if self.kind == "duration" and isinstance(value, str) and value.endswith(self.unit):
            value = _number_in(value[: -len(self.unit)])
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return value if plain and -LARGEST <= value <= LARGEST else None

    def ms(self, value: Any) -> float:
        """A value in milliseconds."""
        number = self.number(value)
        if number is None:
            raise ValueError(f"{self.path}: {value!r} is no time")
        return round(number * _SCALE[self.unit], 6)

    def of_ms(self, ms: float) -> Any:
        """The value next to so many milliseconds that is safe to write."""
        return self.nearest(ms / _SCALE[self.unit])

    def nearest(self, number: float) -> Any:
        """The value next to a number that is safe to write: within the bounds, on the step, of the right type."""
        low, high = self.bounds
        found = min(max(number, low), high)
        if self.step is not None:
            found = round(found / self.step) * self.step
            found += self.step if found < low - 1e-9 else -self.step if found > high + 1e-9 else 0
        if self.kind == "integer":
            return round(found)
        found = round(found, 9)
        whole = int(found) if found == int(found) else found
        return f"{whole}{self.unit}" if self.kind == "duration" else whole

    @property
    def bounds(self) -> tuple[float, float]:
        """low, high; infinite where none is published."""
        return (-math.inf if self.low is None else self.low, math.inf if self.high is None else self.high)

    def _number_problem(self, value: Any) -> str | None:
        number = None if self.kind == "duration" and not isinstance(value, str) else self.number(value)
        if number is None:
            form = f'text such as "0.5{self.unit}"' if self.kind == "duration" else "a number"
            return f"must be {form}, got {brief(value)}"
        if self.kind == "integer" and number != int(number):
            return f"must be a whole number, got {value!r}{self._asked(value)}"
        low, high = self.reads or self.bounds
        if not low <= number <= high:
            allowed = f"{spoken_range(low, high)}{self.unit and ' ' + self.unit}"
            return f"must be within {allowed}, got {value!r}{self._asked(value)}"
        return None

    def _asked(self, value: Any) -> str:
        doubt = self.unit_doubt(value)
        return f"; {doubt}" if doubt else ""


_TYPES: dict[str, type] = {"flag": bool, "text": str, "list": list, "object": dict}
_SPOKEN = {"flag": "true or false", "text": "text", "list": "a list", "object": "an object"}


def spoken_range(low: float, high: float) -> str:
    """120..2000"""
    return f"{'' if low == -math.inf else f'{low:g}'}..{'' if high == math.inf else f'{high:g}'}"


def _number_in(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number == int(number) else number


def by_path(fields: Iterator[Field] | tuple[Field, ...]) -> dict[str, Field]:
    """Path -> field."""
    return {field.path: field for field in fields}
