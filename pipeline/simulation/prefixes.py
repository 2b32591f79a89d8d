"""Turns without their later part: ended at a pause, or with only the first of their overlaps."""

from __future__ import annotations

from typing import Literal

import numpy as np

from pipeline.simulation.attempts import Flags
from pipeline.simulation.session_draws import Places
from pipeline.turns.columns import Columns, ragged
from stages.arrays import Ints


def owner(start: Ints) -> Places:
    """The turn of each entry (pause or overlap)."""
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def rank(start: Ints) -> Places:
    """The place of each entry in its turn, from 0."""
    return np.arange(start[-1], dtype=np.int64) - start[owner(start)].astype(np.int64)


def keeping(columns: Columns, kind: Literal["pause", "overlap"], kept: Flags) -> Columns:
    """The turns with only the chosen pauses, or overlaps."""
    before = np.concatenate([[0], np.cumsum(kept)])
    start = before[getattr(columns, f"{kind}_start")].astype(np.int32)
    entries = {name: getattr(columns, name)[kept] for name in ragged(kind)}
    return columns.replace(**entries, **{f"{kind}_start": start})


def ended_at(columns: Columns, pause: Places) -> Columns:
    """The turns, ended where the pause of this index (n,) begins and without overlaps; unchanged where it is -1."""
    ended = pause >= 0
    at = np.where(ended, columns.pause_start[:-1] + pause, 0)
    most = np.where(ended, pause, np.iinfo(np.int64).max)
    shorter = columns.replace(
        end_ms=np.where(ended, columns.pause_at_ms[at], columns.end_ms),
        eot_score=np.where(ended, columns.pause_score[at], columns.eot_score),
        release_ms=np.where(ended, columns.pause_release_ms[at], columns.release_ms),
    )
    shorter = keeping(shorter, "pause", rank(columns.pause_start) < most[owner(columns.pause_start)])
    return keeping(shorter, "overlap", ~ended[owner(columns.overlap_start)])
