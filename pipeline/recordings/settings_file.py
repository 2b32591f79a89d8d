"""Settings files: one JSON object, whole or partial."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

from pipeline.recordings.destination import write_text
from pipeline.recordings.text_file import file_text
from stages.errors import SettingsError
from stages.settings import SCHEMA, Settings, parse

LARGEST = 1 << 20
"""The most bytes that a settings file may have: it holds some forty values."""


def read_settings(path: str | Path) -> Settings:
    """The settings in a file; what it leaves out has the documented default.

    Raises SettingsError naming the file, and the line and column or the field.
    """
    name = str(path)
    text = file_text(path, LARGEST, SettingsError, "give a settings file", "settings are one small JSON object")
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise SettingsError(f"{name}:{error.lineno}:{error.colno}: is not JSON: {error.msg}") from None
    except _Refused as error:
        raise SettingsError(f"{name}: {error}") from None
    except RecursionError:
        raise SettingsError(f"{name}: is nested too deeply; settings are groups of values") from None
    except ValueError as error:
        raise SettingsError(f"{name}: is not JSON: {error}") from None
    return parse(data, name)


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
