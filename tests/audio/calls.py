"""Made calls: what the user and the agent say when, as sound, and as files."""

from __future__ import annotations

import importlib.util
import io
import wave
from collections.abc import Sequence

import numpy as np

from tests.audio.voice import RATE, Sound, placed, voice

Spans = Sequence[tuple[float, float]]
"""Begin and end in ms."""

USER_HZ, AGENT_HZ = 120.0, 210.0

ROOM = 1e-4
"""Noise in the user's channel; the agent's has none."""

MISSING = [name for name in ("onnxruntime", "soundfile", "soxr", "pipecat") if importlib.util.find_spec(name) is None]
"""Packages of the extra that are not installed."""

WHY = f"audio needs the extra: {', '.join(MISSING)} are not installed; `make test-audio` has them"

USER: Spans = ((2_500, 3_700), (4_200, 5_100), (9_000, 9_900), (14_500, 15_000))
"""A turn with a pause of 500 ms, a turn, a backchannel."""

AGENT: Spans = ((400, 1_800), (6_000, 8_100), (11_000, 13_500))
"""A greeting, answers 900 and 1,100 ms after the user."""

LENGTH_MS = 17_000


def side(spans: Spans, pitch_hz: float, length_ms: float = LENGTH_MS, noise: float = 0.0) -> Sound:
    """The sound of one side."""
    return placed(
        length_ms, [(start, voice(end - start, pitch_hz, place % 2)) for place, (start, end) in enumerate(spans)], noise
    )


def call(user: Spans = USER, agent: Spans = AGENT, length_ms: float = LENGTH_MS) -> Sound:
    """(n, 2) the user on the left, the agent on the right."""
    return np.stack([side(user, USER_HZ, length_ms, ROOM), side(agent, AGENT_HZ, length_ms)], axis=1)


def in_doubt() -> Sound:
    """Noise on both sides, and the left one speaks first."""
    user, agent = ((400, 1_900), (6_000, 7_000)), ((2_600, 4_200), (8_000, 9_400))
    return np.stack([side(user, USER_HZ, LENGTH_MS, ROOM), side(agent, AGENT_HZ, LENGTH_MS, ROOM)], axis=1)


def wav(sound: Sound, rate: int = RATE) -> bytes:
    """A WAV file with 16-bit samples of (n,) or (n, channels)."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1 if sound.ndim == 1 else sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return held.getvalue()
