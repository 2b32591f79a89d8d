"""The space of a search: an axis of values for each setting that may change; a point is a place on every axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.turns.columns import Columns
from stages.arrays import Floats, Places
from stages.errors import InputError
from stages.settings import NAMES, Settings
from stages.vector import PLACE, code_of, decode, encode
from tuner.space.axes import NULL_FIRST, Values, default_values
from tuner.space.deployable import EVERYTHING, Coupling, DeployableSpace, at_least
from tuner.space.fixed import cannot_wait_longer, unjudged, unpriced
from tuner.space.vary import Vary
from tuner.statistics.limits import Limit

Points = Places

WAIT, PATIENCE = "endpointing.silence_ms", "endpointing.max_silence_ms"
THRESHOLD = "endpointing.eot_threshold"
PATIENT = at_least(PATIENCE, WAIT)


@dataclass(frozen=True)
class Dimension:
    """One setting and the values to try, in the order of the axis."""

    name: str
    values: Values
    home: int
    """The place of the value in force, or of the one nearest to it."""

    @cached_property
    def codes(self) -> Floats:
        """The values as they stand in a row of settings."""
        return np.array([code_of(self.name, value) for value in self.values])


@dataclass(frozen=True)
class Space:
    """d axes around the settings in force. A point is d places, int64."""

    settings: Settings
    dimensions: tuple[Dimension, ...]
    locks: dict[str, str]
    """Setting -> why it stays as it is."""
    couplings: tuple[Coupling, ...] = ()
    """The couplings, applied in this order."""

    def __len__(self) -> int:
        return len(self.dimensions)

    @cached_property
    def sizes(self) -> Points:
        """How many values each axis has."""
        return np.array([len(axis.values) for axis in self.dimensions], dtype=np.int64)

    @cached_property
    def home(self) -> Points:
        """The settings in force, or the point nearest to them."""
        return np.array([axis.home for axis in self.dimensions], dtype=np.int64)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(axis.name for axis in self.dimensions)

    @cached_property
    def follow(self) -> frozenset[str]:
        """Settings that are not an axis, as they follow from others."""
        return frozenset(coupling.name for coupling in self.couplings if coupling.name not in coupling.of)

    @cached_property
    def _row(self) -> Floats:
        return encode(self.settings)

    def rows(self, points: Points) -> Floats:
        """(m, len(NAMES)): the settings of points (m, d), with every coupling applied."""
        rows = np.repeat(self._row[None, :], len(points), axis=0)
        for place, axis in enumerate(self.dimensions):
            rows[:, PLACE[axis.name]] = axis.codes[points[:, place]]
        for coupling in self.couplings:
            coupling.apply(rows)
        return rows

    def settings_at(self, point: Points) -> Settings:
        """The settings of one point (d,)."""
        return decode(self.rows(point[None, :])[0])

    def json_dict(self) -> dict[str, Any]:
        """Setting -> the values that were tried."""
        return {axis.name: list(axis.values) for axis in self.dimensions}


def space_of(
    recording: Columns,
    complete: Columns,
    settings: Settings,
    limits: Iterable[Limit],
    vary: Sequence[Vary] = (),
    lock: Iterable[str] = (),
    deployable: DeployableSpace = EVERYTHING,
) -> Space:
    """The settings to search on this recording, among the deployable ones.

    `recording` are the turns as read, `complete` the same completed. Without `vary`: all that the
    recording can judge and that have a price; else only the named ones. Raises InputError where a named setting cannot
    be judged or deployed, and where the settings in force cannot be deployed.
    """
    named = {item.name: item.values for item in vary}
    deployable.check(settings, named)
    locks = dict.fromkeys(lock, "locked by the user")
    silent = unjudged(recording, complete)
    for name in NAMES:
        if name in locks:
            continue
        alone = named.get(name) is not None or (name in named and len(named) == 1)
        if why := deployable.out_of(name, name in named):
            if alone:
                raise InputError(f"--vary {name}: {why}")
            locks[name] = why
        elif name in silent:
            if alone:
                raise InputError(f"--vary {name}: this recording cannot judge it: {silent[name]}")
            locks[name] = silent[name]
        elif named and name not in named:
            locks[name] = "not named by --vary"
        elif not named and name not in deployable.free and (why := unpriced(limits).get(name)):
            locks[name] = why
    axes = []
    for name in NAMES:
        if name not in locks:
            values = named.get(name) or deployable.within(name, _own_values(name, recording, complete, settings))
            if len(values) > 1:
                axes.append(_axis(name, values, settings.flat()[name], exact=bool(named.get(name))))
            else:
                locks[name] = "there is only one value to try"
    patient = settings.endpointing.max_silence_ms >= settings.endpointing.silence_ms
    return Space(settings, tuple(axes), locks, (PATIENT, *deployable.couplings) if patient else deployable.couplings)


def _own_values(name: str, recording: Columns, complete: Columns, settings: Settings) -> Values:
    values = default_values(name, complete)
    if name == "eager.on" and THRESHOLD in unjudged(recording, complete):
        values = tuple(value for value in values if value != "score")
    if name == WAIT:
        most = settings.endpointing.silence_ms if cannot_wait_longer(recording, settings) else 1e9
        if settings.endpointing.eot_threshold is None or THRESHOLD in unjudged(recording, complete):
            most = max(min(most, settings.endpointing.max_silence_ms), settings.endpointing.silence_ms)
        values = tuple(value for value in values if value <= most)
    return values


def _axis(name: str, values: Values, current: Any, exact: bool) -> Dimension:
    """The axis with the value in force on it, unless the user named the values."""
    if not exact and current not in values:
        values = _with(values, current, null_first=name in NULL_FIRST)
    return Dimension(name, values, values.index(current) if current in values else _nearest(values, current))


def _with(values: Values, current: Any, null_first: bool) -> Values:
    if current is None:
        return (None, *values) if null_first else (*values, None)
    if isinstance(current, str):
        return (*values, current)
    numbers = sorted([*(value for value in values if value is not None), current])
    if None not in values:
        return tuple(numbers)
    return (None, *numbers) if null_first else (*numbers, None)


def _nearest(values: Values, current: Any) -> int:
    if current is None or isinstance(current, str):
        return 0
    distances = [abs(value - current) if value is not None else float("inf") for value in values]
    return distances.index(min(distances))
