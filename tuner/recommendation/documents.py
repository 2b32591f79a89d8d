"""JSON files that people may read as well."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from pipeline.recordings.regular_file import open_regular
from stages.errors import InputError

LARGEST = 64 << 20

LONGEST_NUMBER = 19
"""A whole number has fewer digits: all that we write fit into 64 bits."""


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; InputError names the file and, where known, the line."""
    try:
        with open_regular(path) as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise InputError(f"{path}: is larger than {LARGEST >> 20} MiB")
        found = json.loads(content, parse_constant=_refused, parse_float=_finite, parse_int=_whole)
        if b"\\ud" in content.lower():  # half a surrogate pair is no text: no terminal and no file takes it
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: is not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not JSON: {error}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: is no JSON object")
    return found


def _finite(text: str) -> float:
    """Raises ValueError for a number that is too large to be one."""
    value = float(text)
    return value if isfinite(value) else _refused(text)


def _whole(text: str) -> int:
    return int(text) if len(text) < LONGEST_NUMBER else _refused(text)


def _refused(text: str) -> NoReturn:
    raise ValueError(f"{text[:LONGEST_NUMBER]} is no number of JSON, or too large")


def pretty(value: Any) -> str:
    """The value as JSON that a person can read and compare."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
