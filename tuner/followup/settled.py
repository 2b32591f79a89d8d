"""A recording as it can be replayed under the settings it was taken with."""

from __future__ import annotations

import numpy as np

from pipeline.turns.columns import CENSORABLE, Columns

CENSORED = {
    "asr.final_ms": "final_ms",
    "llm.fallback_ttft_ms": "fallback_ttft_ms",
    "tts.fallback_ttfb_ms": "fallback_ttfb_ms",
    "llm.ttft_ms": "ttft_ms",
    "tts.ttfb_ms": "ttfb_ms",
}
"""Field that may be a bound -> its column."""

FAR_MS = 1e6
"""Later than any setting waits."""


def settled(turns: Columns) -> Columns:
    """The turns fit to be replayed under the settings they were taken with, and under no others.

    Those settings gave a stage up at a bound, and started no attempt beyond those seen: whatever lies there comes to
    the same, so it is put far up and need not be drawn.
    """
    values = {name: getattr(turns, name).copy() for name in CENSORED.values()}
    for bit, field in enumerate(CENSORABLE):
        name, _, place = field.rstrip("]").partition("[")
        column = values[CENSORED[name]]
        if place:
            column = column[:, int(place) : int(place) + 1]
        column[(turns.censored >> bit & 1).astype(np.bool_)] += FAR_MS
    after_tools = turns.tool_ttft_ms.copy()
    after_tools[(turns.tool_censored[:, None] >> np.arange(after_tools.shape[1]) & 1).astype(np.bool_)] += FAR_MS
    for draws in (values["ttft_ms"], values["ttfb_ms"], after_tools):
        unseen = np.isnan(draws)
        draws[unseen & ~unseen.all(axis=1, keepdims=True)] = FAR_MS
    none = {"censored": np.zeros_like(turns.censored), "tool_censored": np.zeros_like(turns.tool_censored)}
    return turns.replace(**values, **none, tool_ttft_ms=after_tools)
