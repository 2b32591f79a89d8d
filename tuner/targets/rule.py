"""How settings of ours and a vendor's correspond: rules both ways, couplings between ours, and what stands apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stages.settings import SETTINGS
from stages.vector import FLAGS, WHOLE
from tuner.space.axes import SCORES, Values, ladder
from tuner.targets.field import Field

Ours = Mapping[str, Any]
"""Our setting -> its value."""
Theirs = Mapping[str, Any]
"""The vendor's path -> its value, as in the document; None: null, or not there."""


@dataclass(frozen=True)
class Rule:
    """Some of ours that some of theirs make. Where one of theirs makes several of ours, `couplings` say so."""

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    """The paths that `read` looks at and `write` sets."""
    read: Callable[[Theirs], dict[str, Any]]
    """Ours, from all of theirs (the vendor's defaults where the document says nothing). What says nothing of a setting
    leaves it out."""
    write: Callable[[Ours], dict[str, Any]]
    """Theirs, the nearest that can be deployed, from all of ours; None takes a key out. A path that is left out stays
    as it is in the document."""
    values: Mapping[str, Values] = field(default_factory=dict)
    """Our setting -> what a search may try, each of which survives `write` and `read` exactly."""
    how: str = ""
    """How, for the table: in a few words."""


@dataclass(frozen=True)
class Fixed:
    """What a vendor's stack does, and nobody can change."""

    value: Any
    why: str


def direct(
    ours: str,
    theirs: Field,
    pairs: Mapping[Any, Any] | None = None,
    values: Values | None = None,
    how: str = "",
) -> Rule:
    """One of ours is one of theirs: the same number (ms from their unit), flag or choice.

    `pairs` are values of ours that have another name there, such as {None: -1}. `values` to try, where those that
    follow from the field's bounds and step are not meant.
    """
    named = dict(pairs or {})
    there = {_key(value): name for value, name in named.items()}
    here = {_key(name): value for value, name in named.items()}
    timed = bool(theirs.unit) and is_time(ours)

    def read(given: Theirs) -> dict[str, Any]:
        value = given[theirs.path]
        if _key(value) in here:
            return {ours: here[_key(value)]}
        if value is None:
            return {} if SETTINGS[ours].default is not None else {ours: None}
        if timed:
            return {ours: theirs.ms(value)}
        return {ours: int(value) if ours in WHOLE else value}

    def write(given: Ours) -> dict[str, Any]:
        value = given[ours]
        if _key(value) in there:
            return {theirs.path: there[_key(value)]}
        if value is None or isinstance(value, bool | str):
            return {theirs.path: value}
        return {theirs.path: theirs.of_ms(value) if timed else theirs.nearest(value)}

    axis = values if values is not None else _axis(ours, theirs, tuple(named))
    return Rule((ours,), (theirs.path,), read, write, {ours: axis}, how or _in_words(named))


def times(theirs: Field, low_ms: float = 0, high_ms: float = 60_000) -> Values:
    """The times in ms that a search may try: a vendor's range within these bounds, on its steps or on ours."""
    low, high = (theirs.ms(bound) if bound is not None else None for bound in (theirs.low, theirs.high))
    low_ms, high_ms = max(low_ms, low or 0), min(high_ms, high_ms if high is None else high)
    if theirs.step is None:
        return ladder(low_ms, high_ms)
    step = theirs.ms(theirs.step)
    first, last = -(-round(low_ms, 6) // step), round(high_ms, 6) // step
    return tuple(round(place * step, 6) for place in range(int(first), int(last) + 1))


def numbers(theirs: Field, default_step: float, low: float = 0, high: float = 1) -> Values:
    """The numbers that a search may try: a vendor's range within these bounds, on its steps or on these."""
    step = theirs.step or default_step
    low, high = max(low, theirs.bounds[0]), min(high, theirs.bounds[1])
    first, last = -(-round(low / step, 6) // 1), round(high / step, 6) // 1
    return tuple(round(place * step, 9) for place in range(int(first), int(last) + 1))


def _axis(ours: str, theirs: Field, named: Values) -> Values:
    """What follows from our range and theirs, with the named values at the end."""
    low, high = our_bounds(ours)
    if ours in FLAGS or theirs.kind in ("flag", "choice", "text"):
        found: Values = () if named else theirs.choices or (False, True)
    elif theirs.unit and is_time(ours):
        found = times(theirs, low, high)
    elif ours in WHOLE:
        found = tuple(int(number) for number in numbers(theirs, 1, low, high))
    elif theirs.step is None:
        found = tuple(score for score in SCORES if theirs.bounds[0] <= score <= theirs.bounds[1])
    else:
        found = numbers(theirs, theirs.step, low, high)
    return (*found, *named)


def is_time(ours: str) -> bool:
    """Whether a setting of ours is in milliseconds."""
    return SETTINGS[ours].unit == "ms"


def our_bounds(name: str) -> tuple[float, float]:
    """The least and the most that a number of ours may be; of a flag or a choice 0 and 1."""
    allowed = SETTINGS[name].range
    return (allowed.low, allowed.high) if allowed else (0, 1)


def within_ours(name: str, value: Any) -> Any:
    """The value, or the nearest in our range where it is a number beyond it."""
    if value is None or isinstance(value, bool | str):
        return value
    low, high = our_bounds(name)
    return min(max(value, low), high)


def _key(value: Any) -> Any:
    """What a dict tells values apart by: true is not 1, and -1 is -1.0."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return (type(value).__name__, str(value))


def _in_words(pairs: Mapping[Any, Any]) -> str:
    def plain(value: Any) -> str:
        return json.dumps(value).strip('"')

    return ", ".join(f"{plain(ours)} is {plain(theirs)}" for ours, theirs in pairs.items())
