"""The settings as sliders: the values of each, and what is known about moving it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from stages.connect_settings import CONNECT_SETTINGS, ConnectSettings
from stages.errors import InputError, SettingsError
from stages.settings import NAMES, SETTINGS, Settings
from tui.i18n.translator import Translator
from tui.state.app_state import Opened
from tui.state.calls import OpenedCalls
from tuner.connect.axes import VALUES, fixed
from tuner.space.axes import Values, default_values
from tuner.space.fixed import unpriced
from tuner.statistics.numbers import setting

DEFINITIONS = {**SETTINGS, **CONNECT_SETTINGS}
"""Every setting that can be on a slider, of turns and of connecting."""


@dataclass(frozen=True)
class SliderModel:
    """One setting with its deployable values in order, and a note on what is not known of it."""

    name: str
    values: Values
    note: str = ""
    """Why these turns do not judge it, why it has no price, or why the vendor does not have it."""

    def position(self, value: Any) -> float:
        """The position of a value: 0 at the left end, 1 at the right."""
        return self._index(value) / max(1, len(self.values) - 1)

    def stepped(self, value: Any, steps: int) -> Any:
        """The value so many steps on; from a value between two others one step leads to its neighbour."""
        index = self._index(value)
        if value not in self.values and _is_number(value) and steps:
            index += int(steps < 0) if self.values[index] < value else -int(steps > 0)
        return self.values[min(len(self.values) - 1, max(0, index + steps))]

    def value_at(self, share: float) -> Any:
        """The value at a share of the way from the left end to the right."""
        return self.values[round(min(1.0, max(0.0, share)) * (len(self.values) - 1))]

    def parse(self, text: str) -> Any:
        """The value that was typed, within the setting's range. Raises InputError with the rule."""
        typed = text.strip()
        try:
            value = json.loads(typed.lower())
        except ValueError:
            value = typed
        defaults = ConnectSettings() if self.name in CONNECT_SETTINGS else Settings()
        try:
            return defaults.replace({self.name: value}).flat()[self.name]
        except SettingsError as error:
            raise InputError(str(error)) from None

    def _index(self, value: Any) -> int:
        """Index of the value, or of the one nearest to it."""
        if value in self.values:
            return self.values.index(value)
        if not _is_number(value):
            return 0
        distances = [abs(one - value) if _is_number(one) else float("inf") for one in self.values]
        return distances.index(min(distances))


def slider_models(opened: Opened) -> tuple[SliderModel, ...]:
    """A slider for every setting, in the documented order; the value in force is among its values."""
    turns, in_force = opened.inputs.complete, opened.settings.flat()
    notes = unpriced(opened.limits) | dict(opened.locks) | dict(opened.deployable.reasons)
    found = []
    for name in NAMES:
        values = opened.deployable.within(name, default_values(name, turns)) or (in_force[name],)
        found.append(SliderModel(name, _with(values, in_force[name]), notes.get(name, "")))
    return tuple(found)


def connect_sliders(calls: OpenedCalls) -> tuple[SliderModel, ...]:
    """A slider for every setting of connecting; the value in force is among its values."""
    notes, in_force = fixed(calls.completed), calls.settings.flat()
    return tuple(
        SliderModel(name, _with(values, in_force[name]), notes.get(name, "")) for name, values in VALUES.items()
    )


def value_text(name: str, value: Any) -> str:
    """640 ms, null, interrupt."""
    return f"{setting(value)} ms" if DEFINITIONS[name].unit == "ms" and value is not None else setting(value)


def description(model: SliderModel, tr: Translator) -> str:
    """What the setting does, its range, and what is known about moving it."""
    ends = [value for value in model.values if _is_number(value)] or list(model.values)
    span = tr("try.range", low=value_text(model.name, ends[0]), high=value_text(model.name, ends[-1]))
    note = f" ? {tr.translate(model.note)}" if model.note else ""
    return f"{model.name}: {tr.translate(DEFINITIONS[model.name].meaning)}. {span}{note}"


def _with(values: Values, value: Any) -> Values:
    if value in values:
        return values
    if not _is_number(value):
        return (*values, value)
    beyond = next((place for place, one in enumerate(values) if _is_number(one) and one > value), None)
    if beyond is None:
        beyond = len(values) - (values[-1] is None)
    return (*values[:beyond], value, *values[beyond:])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
