"""Pauses and overlaps that a recording lacks, drawn from a profile: an assumption, and marked so (section 6)."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.completion.filling import DrawSource
from pipeline.simulation.overlaps import overlaps
from pipeline.simulation.profile import Profile
from pipeline.simulation.speech import pauses_within
from pipeline.simulation.turn_draws import TurnDraws
from pipeline.turns.columns import Columns, ragged, spans
from stages.arrays import Places


def assumed_speech(columns: Columns, source: DrawSource) -> dict[str, Any]:
    """The columns of pauses and overlaps with those of the profile where the recording has none.

    `columns` are complete but for them. Nothing changes without a profile, or with one of stages alone. A turn without
    an end-of-turn score gets none at its pauses.
    """
    if source.profile is None or source.profile.is_of_stages:
        return {}
    changed: dict[str, Any] = {}
    lacking = np.flatnonzero(~columns.pauses_known)
    if len(lacking):
        changed |= _pauses(columns, source, source.profile, lacking)
    lacking = np.flatnonzero(~columns.overlaps_known)
    if len(lacking):
        changed |= _overlaps(columns, source, source.profile, lacking)
    return changed


def _pauses(columns: Columns, source: DrawSource, profile: Profile, turns: Places) -> dict[str, Any]:
    drawn = pauses_within(profile, _turn_draws(source, turns), columns.end_ms[turns])
    lengths = np.diff(drawn["pause_start"])
    scored = np.repeat(~np.isnan(columns.eot_score[turns]), lengths)
    drawn["pause_score"] = np.where(scored, drawn["pause_score"], np.nan)
    return _merged(columns, "pause", turns, drawn) | {"pauses_assumed": ~columns.pauses_known}


def _overlaps(columns: Columns, source: DrawSource, profile: Profile, turns: Places) -> dict[str, Any]:
    reply_ms = (columns.reply_tokens * columns.ms_per_token)[turns]
    drawn = overlaps(profile, _turn_draws(source, turns), reply_ms)
    return _merged(columns, "overlap", turns, drawn) | {"overlaps_assumed": ~columns.overlaps_known}


def _turn_draws(source: DrawSource, turns: Places) -> TurnDraws:
    return TurnDraws(source.seed, source.session[turns], np.zeros(len(turns), dtype=np.int64), source.hashes[turns])


def _merged(columns: Columns, kind: str, turns: Places, drawn: dict[str, Any]) -> dict[str, Any]:
    """The entries of all turns: those of `turns` are drawn, the others are kept."""
    start = getattr(columns, f"{kind}_start")
    others = np.setdiff1d(np.arange(len(columns)), turns)
    kept, begins = spans(start, others)
    owner = np.concatenate([np.repeat(others, np.diff(begins)), np.repeat(turns, np.diff(drawn[f"{kind}_start"]))])
    order = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=len(columns))
    merged = {
        name: np.concatenate([getattr(columns, name)[kept], drawn[name]])[order].astype(getattr(columns, name).dtype)
        for name in ragged(kind)
    }
    return merged | {f"{kind}_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)}
