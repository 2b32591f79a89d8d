"""JSON files that people may read as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.recordings.regular_file import open_regular
from stages.errors import InputError

LARGEST = 64 << 20


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; InputError names the file and, where known, the line."""
    try:
        with open_regular(path) as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise InputError(f"{path}: is larger than {LARGEST >> 20} MiB")
        found = json.loads(content)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: is not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not JSON: {error}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: is no JSON object")
    return found


def pretty(value: Any) -> str:
    """The value as JSON that a person can read and compare."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
