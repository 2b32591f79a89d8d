"""The columns of a recording in Parquet: one a field, with its dotted name; a list where a turn has several values."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.turns.columns import COUNTS, SCALARS

SCHEMA_KEY, SETTINGS_KEY = b"turntempo.schema", b"turntempo.settings"
FORMER_SETTINGS_KEY = b"turntune.settings"
"""Keys of the file's metadata: the id of the form, and the settings in force while recording (JSON)."""

PAUSES, OVERLAPS, TOOLS, CENSORED, TAGS = "speech.pauses", "overlaps", "llm.tools", "censored", "tags"
DRAWS = {"ttft_ms": "llm.ttft_ms", "ttfb_ms": "tts.ttfb_ms"}

PAUSE_FIELDS = {
    "pause_at_ms": "at_ms",
    "pause_ms": "ms",
    "pause_score": "eot_score",
    "pause_release_ms": "release_ms",
    "pause_onset_lag_ms": "onset_lag_ms",
}
OVERLAP_FIELDS = {
    "overlap_at_ms": "at_ms",
    "overlap_ms": "ms",
    "overlap_kind": "kind",
    "overlap_words": "words",
    "overlap_score": "score",
}

TOOL_FIELDS = {"tool_ms": "ms", "tool_ttft_ms": "ttft_ms"}

NAMES: dict[str, str] = {"ids": "id", "session": "session", "index": "index"} | SCALARS
"""Column in memory -> column in the file, of one value a turn."""

REQUIRED = ("id", "session", "speech.end_ms")


def _number(column: str) -> pa.DataType:
    return pa.int32() if column in (*COUNTS, "index", "overlap_words") else pa.float64()


def _entry(column: str, name: str) -> pa.DataType:
    if name == "kind":
        return pa.string()
    return pa.list_(pa.float64()) if name == "ttft_ms" else _number(column)


def _struct(columns: dict[str, str]) -> pa.DataType:
    return pa.struct([(name, _entry(column, name)) for column, name in columns.items()])


TYPES: dict[str, Any] = {
    **{name: pa.string() if column in ("ids", "session") else _number(column) for column, name in NAMES.items()},
    PAUSES: pa.list_(_struct(PAUSE_FIELDS)),
    **{name: pa.list_(pa.float64()) for name in DRAWS.values()},
    OVERLAPS: pa.list_(_struct(OVERLAP_FIELDS)),
    TOOLS: pa.list_(_struct(TOOL_FIELDS)),
    CENSORED: pa.list_(pa.string()),
    TAGS: pa.map_(pa.string(), pa.string()),
}
"""Column in the file -> its type."""
