"""Simulated recordings: complete turns of whole sessions, drawn from a profile."""

from __future__ import annotations

import numpy as np

from pipeline.simulation.overlaps import overlaps
from pipeline.simulation.profile import Profile
from pipeline.simulation.session_draws import Places, SessionDraws, session_uniform
from pipeline.simulation.speech import speech
from pipeline.simulation.stages import stages
from pipeline.turns.builder import as_recorded
from pipeline.turns.columns import Columns, Texts
from pipeline.turns.tags import no_tags

_SESSION_DIGITS, _INDEX_DIGITS = 7, 2


def simulate(profile: Profile, n: int, seed: int) -> Columns:
    """n complete turns of as many sessions as needed, in recorded order; the last session may be shorter.

    A session's turns depend on (profile, seed, session number) alone: the first 1,000 of 2,000 turns are those of
    1,000, and the same call gives the same bytes. Times are in eighths of a millisecond. A turn is named
    PROFILE-SEED-SESSION-INDEX, without the files of measured stages: with others they have the same names.
    """
    session = _sessions(profile, n, seed)
    index = np.arange(n) - np.searchsorted(session, session)
    draws = SessionDraws(seed, session, index)
    talked = speech(profile, draws)
    staged = stages(profile, draws)
    reply_ms = staged["reply_tokens"] * staged["ms_per_token"]
    names = _numbered(
        f"{profile.conversation}-{seed}-".encode(), np.arange(session[-1] + 1 if n else 0), _SESSION_DIGITS
    )
    return Columns(
        ids=_numbered(b"-", index, _INDEX_DIGITS, before=names[session]),
        session=session.astype(np.int32),
        session_names=names,
        position=np.arange(n, dtype=np.int32),
        index=index.astype(np.int32),
        tags=no_tags(n),
        other_ms=np.full(n, np.nan),
        response_ms=np.full(n, np.nan),
        censored=np.zeros(n, dtype=np.uint16),
        **as_recorded(n),
        **talked,
        **staged,
        **overlaps(profile, draws, reply_ms),
    )


def _sessions(profile: Profile, n: int, seed: int) -> Places:
    """(n,) the session of each turn, rising from 0."""
    sizes, wanted = np.zeros(0, dtype=np.int64), 64
    while sizes.sum() < n:
        wanted *= 2
        u = session_uniform(seed, wanted, "session.turns")
        sizes = np.rint(profile.session.turns.quantile(u)).astype(np.int64)
    return np.repeat(np.arange(len(sizes)), sizes)[:n]


def _numbered(label: bytes, numbers: Places, digits: int, before: Texts | None = None) -> Texts:
    """Names made of a label and a number with leading zeros, with a prefix where one is given."""
    width = 0 if before is None else before.dtype.itemsize
    letters = np.empty((len(numbers), width + len(label) + digits), dtype=np.uint8)
    if before is not None:
        letters[:, :width] = before.view(np.uint8).reshape(len(numbers), width)
    letters[:, width : width + len(label)] = np.frombuffer(label, dtype=np.uint8)
    for place in range(digits):
        letters[:, -1 - place] = ord("0") + numbers // 10**place % 10
    return letters.view(f"S{letters.shape[1]}").ravel()
