"""A value in a message: never long, however large it is."""

from __future__ import annotations

from reprlib import Repr
from typing import Any

MOST = 60
"""Characters."""

_REPR = Repr()
_REPR.maxlevel, _REPR.maxstring, _REPR.maxother, _REPR.maxlong = 3, MOST, MOST, 40


def brief(value: Any) -> str:
    """Its repr, cut where it is long. An object or a list that stands in itself a million times takes no time."""
    shown = _REPR.repr(value)
    return shown if len(shown) <= MOST else f"{shown[: MOST - 3]}..."
