"""The options `--vary NAME[=LOW:HIGH[:STEP]]` and `--lock NAME`: what a search may change, and between which values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from stages.errors import InputError, SettingsError, UnknownName
from stages.settings import NAMES, SETTINGS, Settings
from stages.vector import CHOICES, FLAGS, WHOLE
from tuner.space.axes import Values, ladder

MOST_VALUES = 10_000
NUMERIC = tuple(name for name in NAMES if name not in CHOICES and name not in FLAGS)


@dataclass(frozen=True)
class Vary:
    """A setting named by the user, with the values to try; None: the default ones."""

    name: str
    values: Values | None = None


def names_of(pattern: str) -> tuple[str, ...]:
    """The settings that a name, a group (`barge_in`) or a pattern (`llm.*`) stands for; UnknownName for none."""
    found = tuple(
        name for name in NAMES if name == pattern or name.startswith(f"{pattern}.") or fnmatchcase(name, pattern)
    )
    if not found:
        raise UnknownName("setting", pattern, NAMES)
    return found


def parse_vary(text: str) -> tuple[Vary, ...]:
    """What `--vary` names: `NAME`, a group, a pattern, `NAME=LOW:HIGH[:STEP]`, `NAME=A,null`. Raises InputError."""
    pattern, equals, given = (part.strip() for part in text.partition("="))
    names = names_of(pattern)
    if not equals:
        return tuple(Vary(name) for name in names)
    if len(names) > 1:
        raise InputError(f"--vary {text}: values go with one setting, and {pattern!r} stands for {len(names)}")
    values = _range(text, names[0], given) if ":" in given else _list(text, names[0], given)
    if len(values) < 2:
        raise InputError(f"--vary {text}: that leaves nothing to vary; to keep a setting write --lock {names[0]}")
    return (Vary(names[0], values),)


def _range(text: str, name: str, given: str) -> Values:
    if name not in NUMERIC:
        raise InputError(f"--vary {text}: {name} takes no range; list its values, as in {_example(name)}")
    low, high, *step = (_number(text, part) for part in given.split(":"))
    if len(step) > 1 or not low < high or (step and not 0 < step[0] <= high - low):
        raise InputError(f"--vary {text}: write LOW:HIGH or LOW:HIGH:STEP with LOW < HIGH and 0 < STEP <= HIGH - LOW")
    if step or SETTINGS[name].unit != "ms":
        width = step[0] if step else 1 if name in WHOLE else (high - low) / 50
        if (high - low) / width > MOST_VALUES:
            raise InputError(f"--vary {text}: that is more than {MOST_VALUES} steps; take a larger STEP")
        values = tuple(round(low + i * width, 6) for i in range(int((high - low) / width + 1e-9) + 1))
    else:
        values = ladder(low, high)
    return _checked(text, name, values)


def _list(text: str, name: str, given: str) -> Values:
    return _checked(text, name, tuple(_plain(text, name, part.strip()) for part in given.split(",")))


def _plain(text: str, name: str, part: str) -> Any:
    if part == "null":
        return None
    if name in FLAGS and part in ("true", "false"):
        return part == "true"
    return _number(text, part) if name in NUMERIC else part


def _checked(text: str, name: str, values: Values) -> Values:
    """The values in their type; SettingsError where one breaks the setting's range."""
    typed = tuple(
        int(value) if name in WHOLE and value is not None and value == int(value) else value for value in values
    )
    for value in typed:
        try:
            Settings().replace({name: value})
        except SettingsError as error:
            raise InputError(f"--vary {text}: {error}") from None
    return tuple(dict.fromkeys(typed))


def _number(text: str, part: str) -> float:
    try:
        value = float(part)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"--vary {text}: {part!r} is not a number")
    return value


def _example(name: str) -> str:
    return f"{name}={','.join(CHOICES.get(name, ('false', 'true')))}"
