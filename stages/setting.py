"""What a setting is: its type, unit, range and default, its meaning, and what a search has to know of it.

A field of `stages.settings` is written with `setting(...)`; `Setting` is the same read back: for tables, axes, locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import Field
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Range:
    """What is allowed, both ends included."""

    low: float
    high: float
    unit: str = ""
    """ms, or none."""


def ms(low: float, high: float) -> Range:
    """Durations in ms."""
    return Range(low, high, "ms")


@dataclass(frozen=True)
class Durations:
    """An axis of times in ms, in steps that one would deploy; null, where it is allowed, waits longest."""

    low: float
    high: float
    noted: Literal["pause", "overlap"] | None = None
    """It begins at the shortest of these that the recording noted: what is shorter cannot be judged."""
    outlasting: str = ""
    """A field of the turn that few values of the axis outlast: the others act like the last."""


@dataclass(frozen=True)
class Steps:
    """An axis of these values, in an order in which neighbours act alike."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Shares:
    """An axis from 0 to 1; null, where it is allowed, asks for nothing and comes first."""


@dataclass(frozen=True)
class Timeouts:
    """An axis of timeouts of the draws in this field of the turn; the shortest strikes this share of the first ones."""

    draws: str
    strike: float
    low: float
    high: float


@dataclass(frozen=True)
class Attempts:
    """An axis of counts, up to the draws that the recording has in this field of the turn."""

    draws: str


@dataclass(frozen=True)
class PastTurns:
    """An axis of counts, up to the longest history in the recording; null keeps all."""


Axis = Durations | Steps | Shares | Timeouts | Attempts | PastTurns

Evidence = Literal["pauses", "scores", "overlaps", "words", "beliefs", "retries", "fallback", "history"]
"""What a recording must show before it can judge a setting."""


@dataclass(frozen=True)
class _Definition:
    """What pydantic does not hold of a setting: the arguments of `setting`."""

    range: Range | None
    subject: str
    axis: Axis | None
    priced: bool
    limited_by: str
    while_talking: bool
    evidence: tuple[Evidence, ...]


def setting(
    default: Any,
    meaning: str,
    range: Range | None = None,
    *,
    subject: str = "",
    axis: Axis | None = None,
    priced: bool = True,
    limited_by: str = "",
    while_talking: bool = False,
    evidence: tuple[Evidence, ...] = (),
) -> Any:
    """A field of `stages.settings`; a flag or a choice has no range.

    `subject`: the setting as the subject of a sentence. `axis`: what a search tries; None: all of the range. `priced`:
    whether the model charges anything for moving it; if not, a search leaves it alone. `limited_by`: the figure that
    is its only price, so that it counts only where that figure is limited. `while_talking`: it acts while the agent
    talks, and never before. `evidence`: what a recording must show to judge it.
    """
    bounds = {} if range is None else {"ge": range.low, "le": range.high, "json_schema_extra": _unit(range)}
    field: FieldInfo = Field(default, description=meaning, **bounds)
    field.metadata.append(_Definition(range, subject, axis, priced, limited_by, while_talking, evidence))
    return field


def _unit(range: Range) -> Any:
    """Writes the unit beside the bounds in the JSON Schema: of a nullable setting, one level down."""

    def write(schema: dict[str, Any]) -> None:
        if range.unit:
            schema.get("anyOf", (schema,))[0]["unit"] = range.unit

    return write


Kind = Literal["flag", "choice", "count", "number"]


@dataclass(frozen=True)
class Setting:
    """One setting as its definition has it."""

    name: str
    """Dotted: the group, and the field in it."""
    kind: Kind
    range: Range | None
    """None: a choice or a flag."""
    choices: tuple[str, ...]
    """In the order of their codes; of anything but a choice, none."""
    nullable: bool
    default: Any
    meaning: str
    subject: str
    axis: Axis
    priced: bool
    limited_by: str
    while_talking: bool
    evidence: tuple[Evidence, ...]

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]

    @property
    def unit(self) -> str:
        """ms, or none."""
        return self.range.unit if self.range else ""

    @classmethod
    def of(cls, name: str, field: FieldInfo) -> Setting:
        """The setting that a field of `stages.settings` defines."""
        (found,) = (one for one in field.metadata if isinstance(one, _Definition))
        arms = get_args(field.annotation)
        nullable = NoneType in arms
        kind, choices = _kind(arms[0] if nullable else field.annotation)
        return cls(
            name,
            kind,
            found.range,
            choices,
            nullable,
            field.default,
            field.description or "",
            found.subject,
            found.axis or _axis(kind, choices, found.range),
            found.priced,
            found.limited_by,
            found.while_talking,
            found.evidence,
        )

    def seconds_doubt(self, value: Any) -> str:
        """The question whether seconds were meant, of a time that is hardly meant in ms; "" where it may well be.

        So it is with less than 20 ms where times are long (a default of 100 ms or more, or null), and with less than 5
        where they are short, if the same number of seconds is in the range. 0 and values such as a prebuffer of 7 ms
        are meant.
        """
        if self.unit != "ms" or self.range is None or not isinstance(value, int | float) or isinstance(value, bool):
            return ""
        long = self.default is None or self.default >= 100
        below, most = (20.0, self.range.high) if long else (5.0, 0.8 * self.range.high)
        if not (0 < value < below and self.range.low <= value * 1000 <= most):
            return ""
        return f"{self.name}={value:g} is in ms: were seconds meant? {value:g} s is {value * 1000:g} ms"


def _kind(type_: Any) -> tuple[Kind, tuple[str, ...]]:
    """The kind of values, and the closed choices."""
    if get_origin(type_) is Literal:
        return "choice", get_args(type_)
    if type_ is bool:
        return "flag", ()
    return ("count" if type_ is int else "number"), ()


def _axis(kind: Kind, choices: tuple[str, ...], range_: Range | None) -> Axis:
    """What a search tries where the definition does not say."""
    if range_ is None:
        return Steps(choices or (False, True))
    if range_.unit == "ms":
        return Durations(range_.low, range_.high)
    return Shares() if kind == "number" else Steps(tuple(range(int(range_.low), int(range_.high) + 1)))
