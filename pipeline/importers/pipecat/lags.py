"""What Pipecat's VAD adds to its times, and whose a metric is.

No log has the lags of the VAD: those here were measured on runs of pipecat-ai 1.14.0 (timing model, section 9).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

RELEASE_MS, ONSET_LAG_MS = 24.0, 146.0
"""How late its VAD hears that speech ended, and that it begins."""

WINDOW_MS = 32.0
"""Its VAD looks at windows of so much audio: `stop_secs` and `start_secs` are rounded to whole ones."""

STOP_MS, OLD_STOP_MS, START_MS = 200.0, 800.0, 200.0
"""`stop_secs` and `start_secs` by default: from version 1.0, before it, and in all."""

Stage = Literal["stt", "llm", "tts"]

_STAGES: tuple[tuple[Stage, re.Pattern[str]], ...] = (
    ("stt", re.compile(r"stt|transcri|whisper|asr", re.IGNORECASE)),
    ("tts", re.compile(r"tts|voice|speech", re.IGNORECASE)),
    ("llm", re.compile(r"llm", re.IGNORECASE)),
)


@lru_cache(maxsize=256)
def stage_of(processor: str) -> Stage | None:
    """The stage that a processor is, by its name: `DeepgramSTTService#0`."""
    return next((stage for stage, pattern in _STAGES if pattern.search(processor)), None)


def in_windows(ms: float) -> float:
    """A length of the VAD's as it really is."""
    return WINDOW_MS * round(ms / WINDOW_MS)


def speech_end(silence: float, stop_ms: float = STOP_MS) -> float:
    """When speech ended, from the moment that Pipecat takes for it: the VAD's report less `stop_secs`."""
    return silence + stop_ms - in_windows(stop_ms) - RELEASE_MS


def speech_start(reported: float, start_ms: float = START_MS) -> float:
    """When speech began, from the VAD's report."""
    return reported - in_windows(start_ms) - ONSET_LAG_MS
