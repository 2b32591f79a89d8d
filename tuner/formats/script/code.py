"""Values as JavaScript: in one line where that is short, else a member a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tuner.formats.tree import NULL

WIDTH = 100
STEP = "  "
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def code(value: Any, quote: str, indent: str = "", used: int = 0) -> str:
    """A value as code, its further lines indented; `used`: columns that its first line has before it."""
    flat = _flat(value, quote)
    if not isinstance(value, Mapping) or len(indent) + used + len(flat) <= WIDTH:
        return flat
    inner = indent + STEP
    lines = (f"{inner}{key(name, quote)}: {code(one, quote, inner, len(name) + 3)},\n" for name, one in value.items())
    return f"{{\n{''.join(lines)}{indent}}}"


def key(name: str, quote: str) -> str:
    return name if _NAME.fullmatch(name) else _text(name, quote)


def quote_of(text: str) -> str:
    """The quote that a file has more of."""
    return "'" if text.count("'") > text.count('"') else '"'


def _flat(value: Any, quote: str) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key(name, quote)}: {_flat(one, quote)}" for name, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_flat(one, quote) for one in value)}]"
    if isinstance(value, str):
        return _text(value, quote)
    return "null" if value is NULL else json.dumps(value)


def _text(value: str, quote: str) -> str:
    written = json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return written if quote == '"' or set(value) & set("'\"") else f"'{written[1:-1]}'"
