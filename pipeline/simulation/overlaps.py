"""What the microphone picks up while the agent talks: interrupts, backchannels, noise and echo of simulated turns."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.simulation.profile import OverlapKind, Profile
from pipeline.simulation.ragged import gathered
from pipeline.simulation.session_draws import Places, SessionDraws, eighths
from pipeline.turns.columns import KINDS
from stages.arrays import Floats

MAX_OVERLAPS = 40


def overlaps(profile: Profile, draws: SessionDraws, reply_ms: Floats) -> dict[str, Any]:
    """The columns of overlaps: a Poisson process for each kind; no overlap inside another."""
    rates = np.stack([_rate(_kind(profile, kind), draws, kind) for kind in KINDS])
    turns = np.arange(len(reply_ms))
    free = np.zeros(len(reply_ms))
    rounds = []
    for j in range(MAX_OVERLAPS):
        per_ms = np.maximum(rates.sum(axis=0)[draws.session[turns]], 1e-12)
        at = free + eighths(-np.log(draws.uniform(f"overlaps[{j}].gap", turns)) / per_ms)
        met = at < reply_ms[turns]
        turns, at = turns[met], at[met]
        entry = _entry(profile, draws, turns, j, rates)
        rounds.append((turns, {"overlap_at_ms": at} | entry))
        free = at + entry["overlap_ms"]
        if not len(turns):
            break
    entries, start = gathered(rounds, len(reply_ms))
    return {**entries, "overlap_start": start, "overlaps_known": np.ones(len(reply_ms), dtype=np.bool_)}


def _kind(profile: Profile, kind: str) -> OverlapKind:
    found: OverlapKind = getattr(profile.overlaps, kind)
    return found


def _rate(kind: OverlapKind, draws: SessionDraws, name: str) -> Floats:
    """(m,) onsets a millisecond of the agent's speech in each session; the mean over sessions is the quoted one."""
    spread, present = kind.spread.value, draws.session_uniform(f"overlaps.{name}.present") < kind.sessions.value
    often = np.exp(spread * draws.session_scores(f"overlaps.{name}.rate") - spread**2 / 2)
    return np.where(present, often, 0.0) * kind.per_minute.value / 60_000


def _entry(profile: Profile, draws: SessionDraws, turns: Places, j: int, rates: Floats) -> dict[str, Any]:
    """The j-th overlaps of these turns: kind, length, words and score."""
    bounds = np.cumsum(rates, axis=0)[:, draws.session[turns]]
    which = (draws.uniform(f"overlaps[{j}].kind", turns) * bounds[-1] >= bounds[:-1]).sum(axis=0)
    length, belief = draws.uniform(f"overlaps[{j}].ms", turns), draws.uniform(f"overlaps[{j}].score", turns)
    ms, words, score = np.empty(len(turns)), np.zeros(len(turns), dtype=np.int16), np.empty(len(turns))
    for place, name in enumerate(KINDS):
        kind, here = _kind(profile, name), which == place
        ms[here] = eighths(kind.ms.quantile(length[here]))
        score[here] = np.round(kind.score.quantile(belief[here]), 4)
        words[here] = _words(kind, ms[here])
    unknown = draws.uniform(f"overlaps[{j}].unknown", turns) < profile.overlaps.unknown.value
    score[unknown] = np.nan
    return {"overlap_ms": ms, "overlap_kind": which.astype(np.int8), "overlap_words": words, "overlap_score": score}


def _words(kind: OverlapKind, ms: Floats) -> Floats:
    if kind.words is None:
        return np.zeros(len(ms))
    second = kind.words.second_from_ms - kind.words.ms_per_word
    words: Floats = np.maximum(1, 1 + np.floor((ms - second) / kind.words.ms_per_word))
    return words
