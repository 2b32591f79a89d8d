"""Turns from Parquet: the columns of `table_form`, read a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import ValidationError
from pydantic_core import from_json

from pipeline.recordings.block import Arrays, Block, kept
from pipeline.recordings.jsonl import unknown_mark
from pipeline.recordings.open_recording import OpenRecording
from pipeline.recordings.parquet.form import (
    CENSORED,
    DRAWS,
    FORMER_SETTINGS_KEY,
    NAMES,
    OVERLAP_FIELDS,
    OVERLAPS,
    PAUSE_FIELDS,
    PAUSES,
    SETTINGS_KEY,
    TAGS,
    TOOL_FIELDS,
    TOOLS,
)
from pipeline.recordings.parquet.schema import check
from pipeline.recordings.problem import Problem
from pipeline.turns.builder import MASKS
from pipeline.turns.columns import KINDS
from pipeline.turns.tags import as_texts, no_tags
from pipeline.turns.tool_marks import tool_mark
from stages import settings
from stages.arrays import Floats
from stages.brief import brief
from stages.errors import RecordingError, SettingsError, UnknownName
from stages.settings import Settings
from stages.turn import MAX_DRAWS, MAX_TAGS, MAX_TOOLS, TAGS_FORM

ROWS = 1 << 16
"""Rows read at once."""

Found = dict[int, Problem]
"""Row of a batch -> what is wrong with it."""

_ABSENT = {
    **dict.fromkeys(("fallback_ttft_ms", "fallback_ttfb_ms"), np.inf),
    **dict.fromkeys(("release_ms", "onset_lag_ms", "eot_delay_ms", "interim_ms", "lead_ms", "overlap_words"), 0.0),
}
"""Column -> what a null means there: no fallback, or no delay. In other columns: not known."""


def blocks(source: OpenRecording) -> Iterator[Block]:
    """The recording a block at a time; a row's place is its number from 1.

    Raises RecordingError where the file is damaged, or is no recording.
    """
    try:
        file = pq.ParquetFile(source.stream, page_checksum_verification=True)
        check(file.schema_arrow, source.name)
        in_force = _settings(file.schema_arrow, source.name)
        place = 1
        for batch in file.iter_batches(batch_size=ROWS):
            batch.validate(full=True)
            block = _block(batch, place)
            if in_force and place == 1:
                block.settings.append((0, in_force))
            yield block
            place += len(batch)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RecordingError(
            f"the Parquet data cannot be read: {reason}; write the file again", file=source.name
        ) from None


def _settings(schema: pa.Schema, name: str) -> Settings | None:
    """The settings in force, from the file's metadata."""
    metadata = schema.metadata or {}
    text = metadata.get(SETTINGS_KEY, metadata.get(FORMER_SETTINGS_KEY))
    if text is None:
        return None
    try:
        return settings.parse(from_json(text), "settings in force")
    except (ValueError, SettingsError, UnknownName) as error:
        raise RecordingError(str(error), file=name, field=f"metadata {SETTINGS_KEY.decode()}") from None


def _block(batch: pa.RecordBatch, place: int) -> Block:
    found: Found = {}
    arrays = _scalars(batch, found)
    for column, name in DRAWS.items():
        arrays[column] = _draws(_column(batch, name), name, found)
    arrays |= _entries(batch, "pause", PAUSES, PAUSE_FIELDS, found)
    arrays |= _entries(batch, "overlap", OVERLAPS, OVERLAP_FIELDS, found)
    arrays |= _tools(batch, found)
    for key in ("release_ms", "onset_lag_ms"):
        own, turns = arrays[f"pause_{key}"], np.repeat(arrays[key], arrays["pause_start"])
        arrays[f"pause_{key}"] = np.where(np.isnan(own), turns, own)
    arrays["tags"] = _tags(_column(batch, TAGS), found)
    arrays["censored"], arrays["tool_censored"] = _censored(_column(batch, CENSORED), arrays["tool_start"], found)
    sound = np.ones(len(batch), dtype=np.bool_)
    sound[list(found)] = False
    problems = sorted(((place + row, problem) for row, problem in found.items()), key=lambda at: at[0])
    return Block(kept(arrays, sound), place + np.flatnonzero(sound), problems)


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    """The column, or one of nulls."""
    place = batch.schema.get_field_index(name)
    return pa.nulls(len(batch)) if place < 0 else batch.column(place)


def _scalars(batch: pa.RecordBatch, found: Found) -> Arrays:
    arrays: Arrays = {}
    for column, name in NAMES.items():
        given = _column(batch, name)
        arrays[column] = _texts(given, name, found) if name in ("id", "session") else _numbers(given, column)
    return arrays


def _numbers(given: pa.Array, column: str) -> Floats:
    """The column as float64. A null becomes its meaning; a written NaN becomes -inf, which is refused."""
    values = given.cast(pa.float64()).to_numpy(zero_copy_only=False)
    null = given.is_null().to_numpy(zero_copy_only=False)
    return np.where(null, _ABSENT.get(column, np.nan), np.where(np.isnan(values) | np.isinf(values), -np.inf, values))


def _texts(given: pa.Array, name: str, found: Found) -> npt.NDArray[np.bytes_]:
    """The names as bytes of one width; a null, or text that cannot be a name, is a problem."""
    text = given.cast(pa.string())
    bad = pc.or_(
        pc.match_substring_regex(text, r"[\x00-\x1f\x7f]"),
        pc.or_(pc.less(pc.utf8_length(text), 1), pc.greater(pc.utf8_length(text), 200)),
    ).fill_null(True)
    for row in np.flatnonzero(bad.to_numpy(zero_copy_only=False)):
        came = text[int(row)].as_py()
        said = "must be 1 to 200 characters of plain text"
        problem = Problem("out of range", f"{said}, got {brief(came)}", name)
        found.setdefault(int(row), problem if came is not None else Problem("missing field", "is missing", name))
    return _fixed(pc.if_else(bad, "-", text))


def _fixed(text: pa.StringArray) -> npt.NDArray[np.bytes_]:
    lengths = pc.binary_length(text).to_numpy(zero_copy_only=False)
    width = int(lengths.max(initial=1))
    table = np.zeros((len(text), width), dtype=np.uint8)
    joined = pc.binary_join(pa.ListArray.from_arrays([0, len(text)], text), "")
    table[np.arange(width) < lengths[:, None]] = np.frombuffer(joined[0].as_buffer(), dtype=np.uint8)
    return table.view(f"S{width}").ravel()


def _lists(given: pa.Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64], pa.Array]:
    """Which rows have a list, how long each is (0 where there is none), and all entries in one array."""
    if pa.types.is_null(given.type):
        return np.zeros(len(given), dtype=np.bool_), np.zeros(len(given), dtype=np.int64), pa.nulls(0)
    known = given.is_valid().to_numpy(zero_copy_only=False)
    return known, given.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64), given.flatten()


def _draws(given: pa.Array, name: str, found: Found) -> Floats:
    """(n, MAX_DRAWS): NaN where not known, infinite after the last draw; a null list is all NaN."""
    known, lengths, entries = _lists(given)
    for row in np.flatnonzero(known & ((lengths < 1) | (lengths > MAX_DRAWS))):
        said = f"must have 1 to {MAX_DRAWS} entries, one an attempt, got {lengths[row]}"
        found.setdefault(int(row), Problem("out of range", said, name))
    owner = np.repeat(np.arange(len(given)), lengths)
    attempt = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    table = np.full((len(given), MAX_DRAWS), np.inf)
    table[~known] = np.nan
    fits = attempt < MAX_DRAWS
    table[owner[fits], attempt[fits]] = _numbers(entries, "draws")[fits]
    return table


def _entries(batch: pa.RecordBatch, kind: str, name: str, fields: dict[str, str], found: Found) -> Arrays:
    """The columns of all pauses, or of all overlaps."""
    known, lengths, entries = _lists(_column(batch, name))
    children = {} if pa.types.is_null(entries.type) else dict(zip(entries.type.names, entries.flatten(), strict=True))
    arrays: Arrays = {f"{kind}s_known": known, f"{kind}_start": lengths}
    for column, key in fields.items():
        child = children.get(key, pa.nulls(len(entries)))
        owner = np.repeat(np.arange(len(known)), lengths)
        if key == "kind":
            arrays[column] = _kinds(child, owner, found)
        elif key == "ttft_ms":
            wrong: Found = {}
            arrays[column] = _draws(child, f"{name}.{key}", wrong)
            for entry, problem in wrong.items():
                found.setdefault(int(owner[entry]), problem)
        else:
            arrays[column] = _numbers(child, column)
    return arrays


def _tools(batch: pa.RecordBatch, found: Found) -> Arrays:
    """The columns of all rounds of tool calls; a null list is one of none."""
    arrays = _entries(batch, "tool", TOOLS, TOOL_FIELDS, found)
    lengths = arrays["tool_start"]
    for row in np.flatnonzero(lengths > MAX_TOOLS):
        said = f"must have at most {MAX_TOOLS} entries, one a round, got {lengths[row]}"
        found.setdefault(int(row), Problem("out of range", said, TOOLS))
    del arrays["tools_known"]
    return arrays


def _tags(given: pa.Array, found: Found) -> npt.NDArray[np.bytes_]:
    """The tags of each row, from a map of texts or a struct of them; a null value is a tag that the turn lacks."""
    if given.null_count == len(given):
        return no_tags(len(given))
    rows = [{name: value for name, value in dict(one or {}).items() if value is not None} for one in given.to_pylist()]
    for row, tags in enumerate(rows):
        try:
            TAGS_FORM.validate_python(tags)
        except ValidationError:
            rule = f"must have at most {MAX_TAGS} names and values of 1 to 200 characters of plain text each"
            found.setdefault(row, Problem("out of range", rule, TAGS))
            rows[row] = {}
    return as_texts(rows)


def _kinds(given: pa.Array, owner: npt.NDArray[np.int64], found: Found) -> npt.NDArray[np.int8]:
    codes = pc.index_in(given.cast(pa.string()), pa.array(KINDS)).fill_null(-1).to_numpy(zero_copy_only=False)
    for entry in np.flatnonzero(codes < 0):
        came = given[int(entry)].as_py()
        problem = Problem("not a choice", f"kind must be one of {', '.join(KINDS)}, got {brief(came)}", OVERLAPS)
        found.setdefault(int(owner[entry]), problem)
    return np.asarray(np.maximum(codes, 0), dtype=np.int8)


def _censored(
    given: pa.Array, rounds: npt.NDArray[np.int32], found: Found
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint8]]:
    """The bits of each row, and of each round of tool calls; `rounds`: how many a row has."""
    _, lengths, entries = _lists(given)
    bits = np.zeros(len(given), dtype=np.uint16)
    begins, of_rounds = np.cumsum(rounds) - rounds, np.zeros(int(rounds.sum()), dtype=np.uint8)
    owner = np.repeat(np.arange(len(given)), lengths)
    coded = entries.cast(pa.string()).fill_null("null").dictionary_encode()
    for code, mark in enumerate(coded.dictionary.to_pylist()):
        rows = owner[coded.indices.to_numpy(zero_copy_only=False) == code]
        np.bitwise_or.at(bits, rows, np.uint16(MASKS.get(mark, 0)))
        if (of := tool_mark(mark)) is not None:
            having = rows[rounds[rows] > of[0]]
            np.bitwise_or.at(of_rounds, begins[having] + of[0], np.uint8(of[1]))
        if problem := unknown_mark((mark,)):
            for row in rows:
                found.setdefault(int(row), problem)
    return bits, of_rounds
