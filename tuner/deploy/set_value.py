"""The value of `--set NAME=VALUE`: JSON, or a value of TOML, or a bare word."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from stages.errors import InputError

_WORD = re.compile(r"[\w.()+-]+")
"""What may stand without quotes: final, TurnDetector(), 0.384s."""

_PYTHON = {"None": None, "True": True, "False": False}


def parse_sets(texts: Iterable[str]) -> dict[str, Any]:
    """Name -> value, of texts `NAME=VALUE`; InputError where one is none, or a name comes twice."""
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise InputError(f"--set: write NAME=VALUE, as in endpointing.silence_ms=600, got {text!r}")
        if name in found:
            raise InputError(f"--set {name}: is there twice; which one is meant?")
        found[name] = _value(name, value)
    return found


def _value(name: str, text: str) -> Any:
    for read in (_json, _toml):
        try:
            value = read(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, float) and not math.isfinite(value):
            break
        if not isinstance(value, date | datetime | time):
            return value
    if _WORD.fullmatch(text) and text.lower().lstrip("+-") not in ("nan", "inf", "infinity"):
        return _PYTHON.get(text, text)
    raise InputError(f"--set {name}={text}: is no value: write a number, true, false, null, a word, or text in quotes")


def _json(text: str) -> Any:
    return json.loads(text)


def _toml(text: str) -> Any:
    if "\n" in text:
        raise ValueError(text)
    return tomllib.loads(f"value = {text}")["value"]
