"""Values as Python code: in one line where that is short, else an argument a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuner.formats.tree import NULL

WIDTH = 88
STEP = "    "


@dataclass(frozen=True)
class Call:
    """A call to be written: what is called, and its arguments by name."""

    code: str
    arguments: Mapping[str, Any]


class Raw(str):
    """Code that stands as it is."""


def code(value: Any, indent: str = "", used: int = 0) -> str:
    """A value as code, its further lines indented; `used`: columns that its first line has before it."""
    flat = _flat(value)
    if len(indent) + used + len(flat) <= WIDTH or not isinstance(value, Call | Mapping | list):
        return flat
    inner = indent + STEP
    parts = [f"{inner}{before}{code(part, inner, len(before) + 1)},\n" for before, part in _parts(value)]
    opened, closed = _brackets(value)
    return f"{opened}\n{''.join(parts)}{indent}{closed}"


def _flat(value: Any) -> str:
    if isinstance(value, Call | Mapping | list):
        opened, closed = _brackets(value)
        return opened + ", ".join(before + _flat(part) for before, part in _parts(value)) + closed
    if isinstance(value, Raw):
        return value
    if value is NULL:
        return "None"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def _brackets(value: Any) -> tuple[str, str]:
    if isinstance(value, Call):
        return f"{value.code}(", ")"
    return ("[", "]") if isinstance(value, list) else ("{", "}")


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Call):
        return [(f"{name}=", part) for name, part in value.arguments.items()]
    if isinstance(value, list):
        return [("", part) for part in value]
    return [(f"{json.dumps(name, ensure_ascii=False)}: ", part) for name, part in value.items()]
