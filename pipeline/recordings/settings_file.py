"""Settings files: one JSON object, or a TOML document, whole or partial."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pipeline.recordings.text_file import file_text
from pipeline.writing.destination import write_text
from stages.errors import SettingsError
from stages.setting import Setting
from stages.settings import NAMES, SCHEMA, SETTINGS, Settings, parse
from stages.toml import loaded

LARGEST = 1 << 20
"""The most bytes that a settings file may have: it holds some forty values."""


@dataclass(frozen=True)
class SettingsFile:
    """What a settings file holds."""

    settings: Settings
    """Complete: what the file leaves out has the documented default."""
    stated: frozenset[str]
    """The names of the settings that stand in it."""

    @property
    def said(self) -> dict[str, Any]:
        """The settings that stand in it, by name."""
        flat = self.settings.flat()
        return {name: flat[name] for name in flat if name in self.stated}

    @property
    def partial(self) -> bool:
        """Whether it leaves any setting out."""
        return len(self.stated) < len(NAMES)


def read_settings(path: str | Path) -> Settings:
    """The settings in a file, JSON or (where its name ends so) TOML; what it leaves out has the documented default.

    Raises SettingsError naming the file, and the line and column or the field.
    """
    return read_settings_file(path).settings


def read_settings_file(path: str | Path) -> SettingsFile:
    """The same with the names that the file states."""
    data = read_values(path, SETTINGS)
    settings = parse(data, str(path))
    groups = {group: values for group, values in data.items() if isinstance(values, dict)}
    stated = {f"{group}.{key}" for group, values in groups.items() for key in values}
    return SettingsFile(settings, frozenset(stated & set(NAMES)))


def read_values(path: str | Path, known: Mapping[str, Setting]) -> Any:
    """What a settings file holds, not yet checked against the definitions of `known`. Raises SettingsError."""
    name = str(path)
    text = file_text(path, LARGEST, SettingsError, "give a settings file", "settings are one small JSON object")
    return _toml(text, name, known) if name.endswith(".toml") else _json(text, name)


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise SettingsError(f"{name}:{error.lineno}:{error.colno}: is not JSON: {error.msg}") from None
    except _Refused as error:
        raise SettingsError(f"{name}: {error}") from None
    except RecursionError:
        raise SettingsError(f"{name}: is nested too deeply; settings are groups of values") from None
    except ValueError as error:
        raise SettingsError(f"{name}: is not JSON: {error}") from None


NULL = "null"
"""TOML has no null: in a settings file this text stands for it, as in an export to TOML."""


def _toml(text: str, name: str, known: Mapping[str, Setting]) -> Any:
    try:
        data = loaded(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: is not TOML: {error}") from None
    except RecursionError:
        raise SettingsError(f"{name}: is nested too deeply; settings are groups of values") from None
    except ValueError:  # a whole number of over 4,300 digits
        raise SettingsError(f"{name}: is not TOML that can be read: a number in it is too long") from None
    for group, values in data.items():
        for key, value in values.items() if isinstance(values, dict) else ():
            setting = known.get(f"{group}.{key}")
            if setting is not None and setting.nullable and value == NULL:
                values[key] = None
    return data


def write_settings(path: str | Path, settings: Settings, force: bool = False) -> None:
    """Write a settings file, whole or not at all. Raises OutputError."""
    write_text(path, json.dumps({"schema": SCHEMA} | settings.json_dict(), indent=1) + "\n", force)


class _Refused(Exception):
    """JSON that a parser accepts but that is surely a mistake."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for key, value in pairs:
        if key in held:
            raise _Refused(f"{key!r} is there twice; which one is meant?")
        held[key] = value
    return held


def _no_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} cannot be the value of a setting; null turns a setting off, where that is allowed")
