"""Settings files: one JSON object, whole or partial."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

from stages.errors import SettingsError
from stages.settings import Settings, parse

LARGEST = 1 << 20
"""The most bytes a settings file may have: it holds some forty numbers."""


def read_settings(path: str | Path) -> Settings:
    """The settings in a file; what it leaves out has the documented default.

    Raises SettingsError naming the file, and the line and column or the field.
    """
    name, text = str(path), _text(path)
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


class _Refused(Exception):
    """JSON that a parser would take and a person cannot have meant."""


def _text(path: str | Path) -> str:
    try:
        with open(path, "rb") as stream:
            content = stream.read(LARGEST + 1)
    except IsADirectoryError:
        raise SettingsError(f"{path}: is a folder; give a settings file") from None
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > LARGEST:
        raise SettingsError(f"{path}: is larger than {LARGEST >> 20} MiB; settings are one small JSON object")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line}: is not UTF-8 text; save it as UTF-8") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for key, value in pairs:
        if key in held:
            raise _Refused(f"{key!r} is there twice; which one is meant?")
        held[key] = value
    return held


def _no_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is no number that a setting can have; null says that a setting is off, where it may be")
