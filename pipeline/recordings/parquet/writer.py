"""Turns to Parquet: zstd, floats split by byte, a list column where a turn has several values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic_core import to_json

from pipeline.recordings.parquet.form import (
    CENSORED,
    DRAWS,
    NAMES,
    OVERLAP_FIELDS,
    OVERLAPS,
    PAUSE_FIELDS,
    PAUSES,
    SCHEMA_KEY,
    SETTINGS_KEY,
    TAGS,
    TOOL_FIELDS,
    TOOLS,
    TYPES,
)
from pipeline.turns.builder import ungrouped
from pipeline.turns.columns import CENSORABLE, KINDS, Columns
from pipeline.turns.tags import as_dict
from pipeline.writing.destination import written
from stages import turn
from stages.settings import Settings

ROWS = 1 << 16
"""Rows of a group: so many are in memory twice while writing."""

Flags = npt.NDArray[np.bool_]


def write_parquet(path: str | Path, columns: Columns, in_force: Settings | None = None, *, force: bool = False) -> None:
    """Write a recording as a table in recorded order, with the settings in force in its metadata.

    The same turns give the same bytes. Raises OutputError.
    """
    metadata = {SCHEMA_KEY: turn.SCHEMA.encode()}
    if in_force is not None:
        metadata[SETTINGS_KEY] = to_json(in_force.json_dict())
    schema = pa.schema(list(TYPES.items()), metadata=metadata)
    order = columns.in_recorded_order()
    floats, others = _leaves(schema)
    with (
        written(path, force) as file,
        pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            use_dictionary=others,
            use_byte_stream_split=floats,
            write_page_checksum=True,
        ) as writer,
    ):
        for begin in range(0, len(order), ROWS):
            writer.write_batch(_batch(ungrouped(columns, order[begin : begin + ROWS]), schema))


def _leaves(schema: pa.Schema) -> tuple[list[str], list[str]]:
    """The paths of all leaf columns: those of floats, and the others without names, which hardly repeat."""
    floats, others = [], []
    for field in schema:
        for path, kind in _leaf_paths(field.name, field.type):
            if kind == pa.float64():
                floats.append(path)
            elif path != "id":
                others.append(path)
    return floats, others


def _leaf_paths(path: str, kind: pa.DataType) -> list[tuple[str, pa.DataType]]:
    if pa.types.is_map(kind):
        return [(f"{path}.key_value.{part}", pa.string()) for part in ("key", "value")]
    if pa.types.is_list(kind):
        return _leaf_paths(f"{path}.list.element", kind.value_type)
    if pa.types.is_struct(kind):
        return [leaf for field in kind for leaf in _leaf_paths(f"{path}.{field.name}", field.type)]
    return [(path, kind)]


def _batch(arrays: dict[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    for key in ("release_ms", "onset_lag_ms"):
        own = arrays[f"pause_{key}"]
        arrays[f"pause_{key}"] = np.where(own == np.repeat(arrays[key], arrays["pause_start"]), np.nan, own)
    held = {name: _array(arrays[column], TYPES[name]) for column, name in NAMES.items()}
    held |= {name: _draws(arrays[column]) for column, name in DRAWS.items()}
    held[PAUSES] = _lists(arrays["pause_start"], _struct(arrays, PAUSE_FIELDS, TYPES[PAUSES]), arrays["pauses_known"])
    overlaps = _struct(arrays, OVERLAP_FIELDS, TYPES[OVERLAPS])
    held[OVERLAPS] = _lists(arrays["overlap_start"], overlaps, arrays["overlaps_known"])
    tools = _struct(arrays, TOOL_FIELDS, TYPES[TOOLS])
    held[TOOLS] = _lists(arrays["tool_start"], tools, arrays["tool_start"] > 0)
    held[TAGS] = pa.array([list(as_dict(one).items()) or None for one in arrays["tags"].tolist()], type=TYPES[TAGS])
    held[CENSORED] = _censored(arrays["censored"], arrays["tool_start"], arrays["tool_censored"])
    return pa.RecordBatch.from_arrays([held[name] for name in schema.names], schema=schema)


def _array(values: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
    """An Arrow array; values that are not finite become null."""
    if values.dtype.kind == "S":
        return pa.array(np.char.decode(values, "utf-8"), type=kind)
    if values.dtype.kind != "f":
        return pa.array(values).cast(kind)
    lacking = ~np.isfinite(values)
    return pa.array(np.where(lacking, 0, values).astype(kind.to_pandas_dtype()), type=kind, mask=lacking)


def _struct(arrays: dict[str, Any], fields: dict[str, str], kind: pa.DataType) -> pa.StructArray:
    children = [
        _child(arrays[column], key, field.type)
        for (column, key), field in zip(fields.items(), kind.value_type, strict=True)
    ]
    return pa.StructArray.from_arrays(children, fields=list(kind.value_type))


def _child(values: npt.NDArray[Any], key: str, kind: pa.DataType) -> pa.Array:
    if key == "kind":
        return pa.array(KINDS).take(pa.array(values))
    return _draws(values) if values.ndim == 2 else _array(values, kind)


def _lists(lengths: npt.NDArray[Any], entries: pa.Array, known: Flags) -> pa.ListArray:
    """A list a row; null where nothing is known."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), entries, mask=pa.array(~known))


def _draws(table: npt.NDArray[np.float64]) -> pa.ListArray:
    """The draws of each turn as lists; null where all are missing."""
    known = np.asarray(~np.isnan(table).all(axis=1))
    at_hand = ~np.isinf(table) & known[:, None]
    return _lists(at_hand.sum(axis=1), _array(table[at_hand], pa.float64()), known)


def _censored(
    bits: npt.NDArray[np.uint16], rounds: npt.NDArray[np.int32], of_rounds: npt.NDArray[np.uint8]
) -> pa.ListArray:
    """The names of the marked fields of each turn; null where there are none."""
    marked: Flags = (bits[:, None] >> np.arange(len(CENSORABLE), dtype=np.uint16) & 1).astype(np.bool_)
    row, field = np.nonzero(marked)
    names = [np.array(CENSORABLE, dtype=object)[field]]
    begins, owner = np.cumsum(rounds) - rounds, np.repeat(np.arange(len(rounds)), rounds)
    entries, draws = np.nonzero(of_rounds[:, None] >> np.arange(turn.MAX_DRAWS, dtype=np.uint8) & 1)
    of_tools = [
        f"llm.tools[{entry - begins[owner[entry]]}].ttft_ms[{draw}]"
        for entry, draw in zip(entries.tolist(), draws.tolist(), strict=True)
    ]
    row = np.concatenate([row, owner[entries]])
    order = np.argsort(row, kind="stable")
    every = np.concatenate([*names, np.array(of_tools, dtype=object)])[order]
    counts = np.bincount(row, minlength=len(bits))
    return _lists(counts, pa.array(every, pa.string()), np.asarray(counts > 0))
