"""Whether a Parquet file is a recording: it has the columns of one, in types that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyarrow as pa
from pyarrow import types

from pipeline.recordings.parquet.form import (
    OVERLAP_FIELDS,
    OVERLAPS,
    PAUSE_FIELDS,
    PAUSES,
    REQUIRED,
    TOOL_FIELDS,
    TOOLS,
    TYPES,
)
from stages.errors import RecordingError, UnknownName

_NESTED = {
    name: tuple(fields.values())
    for name, fields in ((PAUSES, PAUSE_FIELDS), (OVERLAPS, OVERLAP_FIELDS), (TOOLS, TOOL_FIELDS))
}


def check(schema: pa.Schema, file: str) -> None:
    """Raises RecordingError naming the first column that is unknown, missing or of a wrong type."""
    if lacking := [name for name in REQUIRED if name not in schema.names]:
        raise RecordingError(
            f"is Parquet, but no recording of turns: it has no column {lacking[0]!r} "
            f"(its columns: {_few(schema.names)}); import it first",
            file=file,
        )
    for field in schema:
        if field.name not in TYPES:
            raise RecordingError(str(UnknownName("column", field.name, TYPES)), file=file)
        if schema.names.count(field.name) > 1:
            raise RecordingError("the column is there twice", file=file, field=field.name)
        if why := _misfit(field.type, TYPES[field.name], field.name):
            raise RecordingError(why, file=file, field=field.name)


def _misfit(given: pa.DataType, wanted: pa.DataType, name: str) -> str | None:
    """Why a column's type does not fit; a column of nulls always fits."""
    if types.is_null(given):
        return None
    if types.is_map(wanted):
        return None if _holds_tags(given) else f"must be a map or a struct of texts a row, the column holds {given}"
    if types.is_list(wanted):
        if not (types.is_list(given) or types.is_large_list(given)):
            return f"must be a list a row, the column holds {given}"
        return _misfit(given.value_type, wanted.value_type, name)
    if types.is_struct(wanted):
        return _nested_misfit(given, wanted, name)
    fits, said = _scalar(wanted)
    return None if fits(given) else f"must hold {said}, the column holds {given}"


def _nested_misfit(given: pa.DataType, wanted: pa.DataType, name: str) -> str | None:
    if not types.is_struct(given):
        return f"must be a list of {{{', '.join(_NESTED[name])}}}, the column holds lists of {given}"
    for field in given:
        if field.name not in _NESTED[name]:
            return str(UnknownName("key", field.name, _NESTED[name]))
        if why := _misfit(field.type, wanted.field(field.name).type, name):
            return f"{field.name} {why}"
    return None


def _scalar(wanted: pa.DataType) -> tuple[Callable[[pa.DataType], bool], str]:
    if types.is_string(wanted):
        return lambda given: types.is_string(given) or types.is_large_string(given) or _is_coded_text(given), "text"
    return lambda given: types.is_integer(given) or types.is_floating(given), "numbers"


def _holds_tags(given: pa.DataType) -> bool:
    if types.is_map(given):
        return _is_text(given.key_type) and _is_text(given.item_type)
    return bool(types.is_struct(given)) and all(_is_text(field.type) for field in given)


def _is_text(given: pa.DataType) -> bool:
    return bool(types.is_string(given) or types.is_large_string(given) or types.is_null(given))


def _is_coded_text(given: pa.DataType) -> bool:
    return bool(types.is_dictionary(given) and types.is_string(given.value_type))


def _few(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:8]) + (", ..." if len(listed) > 8 else "")
