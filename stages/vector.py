"""Settings as a row of numbers, for arrays of many: null is NaN, a choice is its place, a flag is 0 or 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from stages.settings import NAMES, SETTINGS, Settings, from_flat

Vector = npt.NDArray[np.float64]

CHOICES: dict[str, tuple[str, ...]] = {name: one.choices for name, one in SETTINGS.items() if one.kind == "choice"}
"""Setting -> its closed choices, in the order of their codes."""

FLAGS = frozenset(name for name, one in SETTINGS.items() if one.kind == "flag")
WHOLE = frozenset(name for name, one in SETTINGS.items() if one.kind == "count")

PLACE: dict[str, int] = {name: place for place, name in enumerate(NAMES)}
"""Setting -> its place in the row."""


def places(*names: str) -> tuple[int, ...]:
    """The places of these settings in the row."""
    return tuple(PLACE[name] for name in names)


def code(name: str, choice: str) -> int:
    """The code of this choice of a setting in a row."""
    return CHOICES[name].index(choice)


def encode(settings: Settings) -> Vector:
    """The settings as a row, (len(NAMES),), in the order of `NAMES`."""
    return np.array([code_of(name, value) for name, value in settings.flat().items()])


def decode(row: Vector) -> Settings:
    """The settings that a row stands for; SettingsError where a value breaks its range."""
    return from_flat({name: _value(name, float(code)) for name, code in zip(NAMES, row, strict=True)})


def code_of(name: str, value: Any) -> float:
    """The code of one setting's value in a row; its range is not checked."""
    if value is None:
        return float("nan")
    return float(CHOICES[name].index(value)) if name in CHOICES else float(value)


def _value(name: str, code: float) -> Any:
    if np.isnan(code):
        return None
    if name in CHOICES:
        return CHOICES[name][int(code)]
    if name in FLAGS:
        return bool(code)
    return int(code) if name in WHOLE else code
