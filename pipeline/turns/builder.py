"""From checked turns to columns, a block at a time, so that a long recording is never in memory twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.turns.columns import CENSORABLE, COUNTS, KINDS, RAGGED, SCALARS, Columns, ragged, spans
from pipeline.turns.tags import as_texts
from pipeline.turns.tool_marks import tool_masks
from stages.arrays import Floats
from stages.turn import MAX_DRAWS, Turn

BLOCK = 512
"""Turns of a block: few, as the garbage collector visits every turn that is in memory."""

_ARRAYS = {name.split("[")[0] for name in CENSORABLE if "[" in name}
MASKS: dict[str, int] = {
    **{name: 1 << j for j, name in enumerate(CENSORABLE)},
    **{array: sum(1 << j for j, name in enumerate(CENSORABLE) if name.startswith(array)) for array in sorted(_ARRAYS)},
}
"""Name in `censored` -> its bits in the column; the name of an array marks every draw."""

_NEVER = ("fallback_ttft_ms", "fallback_ttfb_ms")
_IN_HISTORY = tuple(name for name, path in SCALARS.items() if path.startswith("history."))
_PLAIN = tuple(name for name in SCALARS if name not in _IN_HISTORY)
_read_plain = attrgetter(*(SCALARS[name] for name in _PLAIN))
_read_history = attrgetter(*(SCALARS[name].removeprefix("history.") for name in _IN_HISTORY))
_NO_HISTORY = (None,) * len(_IN_HISTORY)


def from_turns(turns: Iterable[Turn]) -> Columns:
    """Columns of these turns, grouped by session in order of first appearance; ids must be unique."""
    stream = iter(turns)
    blocks: list[dict[str, Any]] = []
    while some := list(islice(stream, BLOCK)):
        blocks.append(block(some))
    return grouped(concatenated(blocks or [block([])]))


def concatenated(blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """One dict of arrays out of many; `pause_start` and its like hold lengths until `grouped`."""
    return {name: np.concatenate([arrays[name] for arrays in blocks]) for name in blocks[0]}


def grouped(arrays: dict[str, Any]) -> Columns:
    """Columns from arrays in recorded order: `session` holds names, `*_start` hold the number of entries a turn has."""
    names, first, code = np.unique(arrays["session"], return_index=True, return_inverse=True)
    rank = np.empty(len(names), dtype=np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(len(names), dtype=np.int32)
    session = rank[code].astype(np.int32)
    starts = {
        f"{kind}_start": np.concatenate([[0], np.cumsum(arrays[f"{kind}_start"])]).astype(np.int32) for kind in RAGGED
    }
    extra = {"session": session, "session_names": names[np.argsort(first, kind="stable")]}
    draws = {name: _trimmed(arrays[name]) for name in ("ttft_ms", "ttfb_ms")}
    extra |= as_recorded(len(session)) if "pauses_assumed" not in arrays else {}
    columns = Columns(**arrays | starts | extra | draws, position=np.arange(len(session), dtype=np.int32))
    if (np.diff(session) < 0).any():
        return columns.take(np.argsort(session, kind="stable"))
    return columns


def as_recorded(n: int) -> dict[str, Any]:
    """The columns of n turns that completion alone changes: nothing is assumed, and every pause was seen."""
    return {
        "pauses_assumed": np.zeros(n, dtype=np.bool_),
        "overlaps_assumed": np.zeros(n, dtype=np.bool_),
        "shortest_pause_ms": np.zeros(n),
    }


def ungrouped(columns: Columns, turns: npt.NDArray[np.int64]) -> dict[str, Any]:
    """The arrays of these turns in this order, in the form that `grouped` takes."""
    arrays: dict[str, Any] = {"session": columns.session_names[columns.session[turns]]}
    for kind in RAGGED:
        places, begins = spans(getattr(columns, f"{kind}_start"), turns)
        arrays[f"{kind}_start"] = np.diff(begins)
        arrays |= {name: getattr(columns, name)[places] for name in ragged(kind)}
    for name in ("ttft_ms", "ttfb_ms"):
        arrays[name] = np.full((len(turns), MAX_DRAWS), np.inf)
        arrays[name][:, : getattr(columns, name).shape[1]] = getattr(columns, name)[turns]
    taken = {"session_names", "position", *arrays}
    return arrays | {
        field.name: getattr(columns, field.name)[turns] for field in fields(columns) if field.name not in taken
    }


def block(turns: Sequence[Turn]) -> dict[str, Any]:
    """The arrays of some turns, in order, in the form that `concatenated` and `grouped` take."""
    plain = _table([_read_plain(turn) for turn in turns], _PLAIN)
    history = _table([_read_history(t.history) if t.history else _NO_HISTORY for t in turns], _IN_HISTORY)
    arrays: dict[str, Any] = plain | history
    for name in COUNTS:
        arrays[name] = arrays[name].astype(np.float32)
    for name in _NEVER:
        arrays[name] = np.where(np.isnan(arrays[name]), np.inf, arrays[name])
    return (
        arrays
        | _names(turns)
        | {
            "ttft_ms": _draws([turn.llm.ttft_ms for turn in turns]),
            "ttfb_ms": _draws([turn.tts.ttfb_ms for turn in turns]),
            "censored": np.array([_mask(turn.censored) for turn in turns], dtype=np.uint16),
        }
        | _pauses(turns)
        | _overlaps(turns)
        | _tools(turns)
    )


def _names(turns: Sequence[Turn]) -> dict[str, Any]:
    return {
        "ids": np.array([turn.id.encode() for turn in turns], dtype=np.bytes_),
        "session": np.array([turn.session.encode() for turn in turns], dtype=np.bytes_),
        "index": np.array([turn.index for turn in turns], dtype=np.int32),
        "tags": as_texts(turn.tags for turn in turns),
    }


def _table(rows: Sequence[tuple[float | None, ...]], names: tuple[str, ...]) -> dict[str, Floats]:
    """Rows of values to one array a name; None becomes NaN."""
    table = np.array(rows, dtype=np.float64).reshape(-1, len(names))
    return {name: np.ascontiguousarray(table[:, j]) for j, name in enumerate(names)}


def _draws(rows: list[tuple[float | None, ...] | None]) -> Floats:
    """(n, MAX_DRAWS): NaN where not known, infinite after the last draw; a missing array is all NaN."""
    return np.array([row + _OVER[len(row) :] if row else _OPEN for row in rows], dtype=np.float64).reshape(
        -1, MAX_DRAWS
    )


_OVER: tuple[float | None, ...] = (np.inf,) * MAX_DRAWS
_OPEN: tuple[float | None, ...] = (None,) * MAX_DRAWS


def _trimmed(table: Floats) -> Floats:
    """The table without the attempts that no turn has a draw for."""
    used = np.flatnonzero(~np.isinf(table).all(axis=0))
    return np.ascontiguousarray(table[:, : used[-1] + 1 if len(used) else 1])


def _mask(censored: tuple[str, ...]) -> int:
    """The bits of the marked fields."""
    mask = 0
    for name in censored:
        mask |= MASKS.get(name, 0)
    return mask


def _pauses(turns: Sequence[Turn]) -> dict[str, Any]:
    rows = [
        (
            pause.at_ms,
            pause.ms,
            pause.eot_score,
            turn.speech.release_ms if pause.release_ms is None else pause.release_ms,
            turn.speech.onset_lag_ms if pause.onset_lag_ms is None else pause.onset_lag_ms,
        )
        for turn in turns
        for pause in turn.speech.pauses or ()
    ]
    names = ("pause_at_ms", "pause_ms", "pause_score", "pause_release_ms", "pause_onset_lag_ms")
    return _table(rows, names) | {
        "pause_start": np.array([len(turn.speech.pauses or ()) for turn in turns], dtype=np.int32),
        "pauses_known": np.array([turn.speech.pauses is not None for turn in turns], dtype=np.bool_),
    }


def _overlaps(turns: Sequence[Turn]) -> dict[str, Any]:
    every = [overlap for turn in turns for overlap in turn.overlaps or ()]
    rows = [(overlap.at_ms, overlap.ms, overlap.score) for overlap in every]
    return _table(rows, ("overlap_at_ms", "overlap_ms", "overlap_score")) | {
        "overlap_kind": np.array([KINDS.index(overlap.kind) for overlap in every], dtype=np.int8),
        "overlap_words": np.array([overlap.words for overlap in every], dtype=np.int16),
        "overlap_start": np.array([len(turn.overlaps or ()) for turn in turns], dtype=np.int32),
        "overlaps_known": np.array([turn.overlaps is not None for turn in turns], dtype=np.bool_),
    }


def _tools(turns: Sequence[Turn]) -> dict[str, Any]:
    every = [tool for turn in turns for tool in turn.llm.tools]
    return _table([(tool.ms,) for tool in every], ("tool_ms",)) | {
        "tool_ttft_ms": _draws([tool.ttft_ms for tool in every]),
        "tool_censored": np.array(
            [mask for turn in turns for mask in tool_masks(turn.censored, len(turn.llm.tools))], dtype=np.uint8
        ),
        "tool_start": np.array([len(turn.llm.tools) for turn in turns], dtype=np.int32),
    }
