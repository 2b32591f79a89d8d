"""Lists of different lengths, one a turn, collected in rounds: round k holds the k-th entries."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.simulation.session_draws import Places
from stages.arrays import Ints


def gathered(rounds: list[tuple[Places, dict[str, Any]]], n: int) -> tuple[dict[str, Any], Ints]:
    """The entries turn by turn, and (n + 1,) where each turn's begin; each round names its turns."""
    counts = np.zeros(n, dtype=np.int64)
    for turns, _ in rounds:
        counts[turns] += 1
    start = np.concatenate([[0], np.cumsum(counts)])
    entries = {
        name: np.empty((start[-1], *values.shape[1:]), dtype=values.dtype) for name, values in rounds[0][1].items()
    }
    for k, (turns, values) in enumerate(rounds):
        for name in entries:
            entries[name][start[turns] + k] = values[name]
    return entries, start.astype(np.int32)
