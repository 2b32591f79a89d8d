"""Smart-Turn, the end-of-turn model: how likely it is that what was said is a whole turn."""

from __future__ import annotations

from pathlib import Path

from stages.arrays import Samples
from stages.audio_models.mel import log_mel
from stages.audio_models.packages import session


def probability(model: Path, samples: Samples) -> float:
    """That the speech in these samples at 16 kHz, of which the last 8 s are heard, is a whole turn."""
    out = session(model).run(None, {"input_features": log_mel(samples)[None]})
    return float(out[0].ravel()[0])
