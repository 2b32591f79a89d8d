"""Which recording some turns are: the same text for the same turns, whatever their order, file format or completion."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from pipeline.turns.columns import Columns


def turns_digest(turns: Columns) -> str:
    """A digest of the turns' ids, sessions and lengths; what a later version records beside them does not change it."""
    order = np.argsort(turns.ids, kind="stable")
    sessions = np.asarray(turns.session_names)[turns.session]
    found = blake2b(digest_size=16)
    for name in (*turns.ids[order].tolist(), *sessions[order].tolist()):
        found.update(name + b"\n")
    found.update(np.asarray(turns.end_ms, dtype="<f8")[order].tobytes())
    return found.hexdigest()
