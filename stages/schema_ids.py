"""The ids of the file forms, and the former ids that are still read."""

from __future__ import annotations

from typing import Any


def schema_id(form: str) -> str:
    """The id that files of a form carry, such as `turntempo.turn/2`."""
    return f"turntempo.{form}/2"


def former_id(form: str) -> str:
    """The id of the same form before the product's name changed: files with it are still read."""
    return f"turntune.{form}/1"


def is_schema(value: Any, form: str) -> bool:
    """Whether a file with this id can be read as this form."""
    return value in (schema_id(form), former_id(form))
