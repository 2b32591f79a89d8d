"""Columns back to turns, one JSON object a turn, as a recording holds them (timing model, section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.turns.builder import BLOCK, ungrouped
from pipeline.turns.columns import CENSORABLE, KINDS, SCALARS, Columns
from pipeline.turns.tags import as_dict
from pipeline.turns.tool_marks import tool_names
from stages.arrays import Floats
from stages.turn import MAX_DRAWS, SCHEMA, Turn

Plain = list[float | int | None]

_NULLABLE = ("eot_score", "fallback_ttft_ms", "fallback_ttfb_ms")
"""Fields in which a null has a meaning: the score is not known, or there is no fallback."""

_MEASURED = ("other_ms", "response_ms")

_GROUPS = ("speech", "network", "asr", "llm", "tts", "history")


def rows(columns: Columns, turns: npt.NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    """These turns in this order in their JSON form, with every field that is known."""
    for begin in range(0, len(turns), BLOCK):
        yield from _rows(ungrouped(columns, turns[begin : begin + BLOCK]))


def turn_dict(columns: Columns, i: int) -> dict[str, Any]:
    """Turn i in its JSON form, with every field that is known."""
    return next(rows(columns, np.array([i])))


def turn_at(columns: Columns, i: int) -> Turn:
    """Turn i as a checked value, to be replayed: with the pauses and overlaps that were assumed, too."""
    arrays = ungrouped(columns, np.array([i]))
    for kind in ("pauses", "overlaps"):
        arrays[f"{kind}_known"] = arrays[f"{kind}_known"] | arrays[f"{kind}_assumed"]
    return Turn.model_validate(next(_rows(arrays)))


def _rows(arrays: dict[str, Any]) -> Iterator[dict[str, Any]]:
    groups = {group: _fields(arrays, group) for group in _GROUPS}
    pauses, overlaps, tools = _pauses(arrays), _overlaps(arrays), _tools(arrays)
    tool_end, tool_count = np.cumsum(arrays["tool_start"]).tolist(), arrays["tool_start"].tolist()
    pause_end, overlap_end = np.cumsum(arrays["pause_start"]).tolist(), np.cumsum(arrays["overlap_start"]).tolist()
    pause_count, overlap_count = arrays["pause_start"].tolist(), arrays["overlap_start"].tolist()
    pauses_known, overlaps_known = arrays["pauses_known"].tolist(), arrays["overlaps_known"].tolist()
    ids, sessions, index = arrays["ids"].tolist(), arrays["session"].tolist(), arrays["index"].tolist()
    tags, tool_masks = arrays["tags"].tolist(), arrays["tool_censored"].tolist()
    censored, measured = arrays["censored"].tolist(), {name: _plain(arrays[name]) for name in _MEASURED}
    for i in range(len(ids)):
        row = {"schema": SCHEMA, "id": ids[i].decode(), "session": sessions[i].decode(), "index": index[i]}
        for group, columns in groups.items():
            held = {key: values[i] for key, values in columns if values[i] is not None or key in _NULLABLE}
            if held.get("lead_ms") == 0:
                del held["lead_ms"]
            if group == "speech" and pauses_known[i]:
                held = {"pauses": pauses[pause_end[i] - pause_count[i] : pause_end[i]]} | held
            if group == "llm" and tool_count[i]:
                held["tools"] = tools[tool_end[i] - tool_count[i] : tool_end[i]]
            if held:
                row[group] = held
        if overlaps_known[i]:
            row["overlaps"] = overlaps[overlap_end[i] - overlap_count[i] : overlap_end[i]]
        if tags[i]:
            row["tags"] = as_dict(tags[i])
        marked = tool_masks[tool_end[i] - tool_count[i] : tool_end[i]]
        if censored[i] or any(marked):
            row["censored"] = [name for j, name in enumerate(CENSORABLE) if censored[i] >> j & 1] + tool_names(marked)
        row |= {name: values[i] for name, values in measured.items() if values[i] is not None}
        yield row


def _fields(arrays: dict[str, Any], group: str) -> list[tuple[str, list[Any]]]:
    """The fields of a group, each with its value a turn."""
    held: list[tuple[str, list[Any]]] = []
    for column, path in SCALARS.items():
        if path.startswith(f"{group}."):
            held.append((path.removeprefix(f"{group}."), _plain(arrays[column])))
    if group in ("llm", "tts"):
        key = "ttft_ms" if group == "llm" else "ttfb_ms"
        held.insert(0, (key, _draws(arrays[key])))
    return held


def _plain(values: Floats) -> Plain:
    """Numbers as a person would write them, 640 and not 640.0; None for what is missing or never arrives."""
    if not np.isfinite(values).any():
        return [None] * len(values)
    return [int(x) if x.is_integer() else x if isfinite(x) else None for x in values.astype(np.float64).tolist()]


def _draws(table: Floats) -> list[Plain | None]:
    """Each turn's draws up to the first that never arrives; None for one that is not known, or for all of them."""
    lengths = np.where(np.isinf(table).any(axis=1), np.isinf(table).argmax(axis=1), MAX_DRAWS)
    missing = np.isnan(table).all(axis=1) | (lengths == 0)
    values = _plain(table.ravel())
    starts = range(0, len(values), MAX_DRAWS)
    return [
        None if lacking else values[start : start + length]
        for start, length, lacking in zip(starts, lengths.tolist(), missing.tolist(), strict=True)
    ]


def _pauses(arrays: dict[str, Any]) -> list[dict[str, Any]]:
    """Every pause; a lag that equals the turn's own is left out."""
    count = arrays["pause_start"]
    columns = [("at_ms", arrays["pause_at_ms"]), ("ms", arrays["pause_ms"]), ("eot_score", arrays["pause_score"])]
    for key in ("release_ms", "onset_lag_ms"):
        own = arrays[f"pause_{key}"]
        columns.append((key, np.where(own == np.repeat(arrays[key], count), np.nan, own)))
    keys = [key for key, _ in columns]
    every = zip(*(_plain(values) for _, values in columns), strict=True)
    return [
        {key: value for key, value in zip(keys, pause, strict=True) if value is not None or key == "eot_score"}
        for pause in every
    ]


def _overlaps(arrays: dict[str, Any]) -> list[dict[str, Any]]:
    every = zip(
        _plain(arrays["overlap_at_ms"]),
        _plain(arrays["overlap_ms"]),
        arrays["overlap_kind"].tolist(),
        arrays["overlap_words"].tolist(),
        _plain(arrays["overlap_score"]),
        strict=True,
    )
    return [
        {"at_ms": at, "ms": ms, "kind": KINDS[kind], "words": words, "score": score}
        for at, ms, kind, words, score in every
    ]


def _tools(arrays: dict[str, Any]) -> list[dict[str, Any]]:
    every = zip(_plain(arrays["tool_ms"]), _draws(arrays["tool_ttft_ms"]), strict=True)
    return [{key: value for key, value in (("ms", ms), ("ttft_ms", ttft)) if value is not None} for ms, ttft in every]
