"""Waits that a search may try and that no recording of a slower VAD can judge."""

from __future__ import annotations

import numpy as np

from pipeline.turns.evidence import Evidence
from tuner.space.space import Space

SILENCE = "vad.silence_ms"


def unseen_ms(evidence: Evidence, space: Space) -> float | None:
    """The shortest pause that can have been seen, where the space holds waits for shorter ones; None: it holds none."""
    waits = [one.values for one in space.dimensions if one.name == SILENCE]
    if not waits or not evidence.knows_pauses or not evidence.asks_for_unseen_pauses(np.array(waits[0], float)).any():
        return None
    return evidence.shortest_pause_ms
