"""TOML in time in proportion to its length: `tomllib` takes the square of a dotted key's."""

from __future__ import annotations

import re
import tomllib
from typing import Any

LONGEST_KEY = 60
"""The names of a dotted key: no document is as deep."""

_TEXT = r'"(?:[^"\\\n]|\\.)*+"?' + r"|'[^'\n]*+'?"
_NAME = rf"(?:[\w-]++|{_TEXT})"
_NEXT = rf"[ \t]*+\.[ \t]*+{_NAME}"
_PIECE = re.compile(
    r'#[^\n]*+|"""(?:[^"\\]|\\[\s\S]|"(?!""))*+(?:"{3,5})?' + r"|'''(?:[^']|'(?!''))*+(?:'{3,5})?"
    rf"|(?P<long>{_NAME}(?:{_NEXT}){{{LONGEST_KEY}}}+)|{_NAME}(?:{_NEXT})*+"
)
"""A comment, a text, one that does not end too, or what may be a key."""


def loaded(text: str) -> dict[str, Any]:
    """The document. Raises what `tomllib.loads` does, and TOMLDecodeError for a key of more than 60 names."""
    for piece in _PIECE.finditer(text):
        if piece["long"] is not None:
            line, column = text.count("\n", 0, piece.start()) + 1, piece.start() - text.rfind("\n", 0, piece.start())
            raise tomllib.TOMLDecodeError(f"a key has over {LONGEST_KEY} names (at line {line}, column {column})")
    return tomllib.loads(text)
