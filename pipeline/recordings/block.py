"""A part of a recording as read from a file: turns as arrays, their lines, and the problems found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.recordings.problem import Problem
from pipeline.turns.columns import COUNTS, RAGGED, ragged
from stages.settings import Settings

Arrays = dict[str, Any]
"""Turns in recorded order, as `pipeline.turns.builder.grouped` takes them; at first a missing `index` is NaN."""

_WIDTHS: dict[str, type[np.generic]] = {
    **dict.fromkeys(COUNTS, np.float32),
    "overlap_words": np.int16,
    "overlap_kind": np.int8,
    **{f"{kind}_start": np.int32 for kind in RAGGED},
}

NO_INDEX = -1


@dataclass
class Block:
    """n turns of one file; `places` (n,) are their lines or rows. Problems and settings stand with their lines."""

    arrays: Arrays
    places: npt.NDArray[np.int64]
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    settings: list[tuple[int, Settings]] = field(default_factory=list)


def kept(arrays: Arrays, keep: npt.NDArray[np.bool_]) -> Arrays:
    """The arrays of some of the turns."""
    changed: Arrays = {}
    for kind in RAGGED:
        entries = np.repeat(keep, arrays[f"{kind}_start"])
        changed |= {name: arrays[name][entries] for name in ragged(kind)}
    return {name: changed[name] if name in changed else values[keep] for name, values in arrays.items()}


def in_column_types(arrays: Arrays) -> Arrays:
    """The arrays in the types of the columns, after their values were checked; a missing index is `NO_INDEX`."""
    index = np.where(np.isnan(arrays["index"]), NO_INDEX, arrays["index"]).astype(np.int32)
    return {name: values.astype(_WIDTHS.get(name, values.dtype), copy=False) for name, values in arrays.items()} | {
        "index": index
    }
