"""What no setting can fix: the answer cannot come sooner than the world allows."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.figures.figures import known
from pipeline.kernel.batch import Batch
from pipeline.kernel.quantile import quantiles
from pipeline.turns.columns import Columns
from stages.settings import Settings
from tuner.diagnosis.parts import Slice, slices

LEAST: dict[str, Any] = {
    "endpointing.silence_ms": 0,
    "endpointing.max_silence_ms": 0,
    "endpointing.eot_threshold": None,
    "asr.final_timeout_ms": 0,
    "llm.max_history": 1,
    "tts.first_chunk": "clause",
    "playout.prebuffer_ms": 0,
    "filler.after_ms": None,
    "barge_in.mode": "interrupt",
}
"""Every wait at its least: nobody would deploy it, for it cuts everybody off."""


@dataclass(frozen=True)
class Floor:
    """The least that settings could reach with one request a reply, and the stages' own delays, in ms."""

    fastest: Slice
    """The median turn, with every wait at its least."""
    stages: dict[str, tuple[float | None, float | None]]
    """Field -> its p50 and p95 in the recording."""

    def json_dict(self) -> dict[str, Any]:
        stages = {name: {"p50": p50, "p95": p95} for name, (p50, p95) in self.stages.items()}
        return {"fastest": self.fastest.json_dict(), "stages": stages}


def floor(batch: Batch, settings: Settings, held: Container[str]) -> Floor | None:
    """The floor under the settings that may move; None where the median turn gets no answer whatever they are."""
    found = slices(batch.outcomes(settings.replace({name: LEAST[name] for name in LEAST if name not in held})))
    middle = next((one for one in found if one.name == "p50"), None)
    return None if middle is None else Floor(middle, _stages(batch.columns))


def _stages(turns: Columns) -> dict[str, tuple[float | None, float | None]]:
    return {
        "network": _spread(turns.up_ms + turns.down_ms),
        "asr.final_ms": _spread(turns.final_ms),
        "llm.ttft_ms": _spread(turns.ttft_ms[:, 0]),
        "tts.ttfb_ms": _spread(turns.ttfb_ms[:, 0]),
    }


def _spread(values: npt.NDArray[np.float64]) -> tuple[float | None, float | None]:
    p50, p95 = quantiles(values[None, :], (0.5, 0.95))[0]
    return known(p50), known(p95)
