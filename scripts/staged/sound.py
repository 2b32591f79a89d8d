"""The caller's sound: a synthetic voice without pauses, cut to any length, so that the script alone makes pauses."""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from functools import cache

import numpy as np
import numpy.typing as npt

RATE = 16_000
FRAME_MS = 20
FADE_MS = 4.0
PART = RATE * 10 // 1000
"""Samples of a part of 10 ms: quiet parts are cut out."""

LOUD = 0.08
"""Of the loudest part: what is quieter is taken for a gap of the voice."""

TEXT = (
    "Well I was wondering whether you may be willing to move all our morning meetings round, "
    "one hour earlier, while Mary and Ronald are away, or we will be running all over again. "
    "In general they are ready around nine, and they really rely on our arriving early every Monday."
)

Samples = npt.NDArray[np.int16]


@cache
def _voice() -> Samples:
    """The text as espeak-ng speaks it, without its gaps, loud all through."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise SystemExit("espeak-ng is missing; install it: apt-get install espeak-ng")
    command = [program, "--stdout", "-v", "en-us", "-s", "150", TEXT]
    with wave.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)) as source:
        rate = source.getframerate()
        sound = np.frombuffer(source.readframes(1 << 30), dtype=np.int16).astype(np.float64)
    steps = np.arange(int(len(sound) * RATE / rate)) * rate / RATE
    sound = np.interp(steps, np.arange(len(sound)), sound)
    parts = sound[: len(sound) // PART * PART].reshape(-1, PART)
    level = np.sqrt(np.square(parts).mean(axis=1))
    kept = parts[level > LOUD * level.max()].ravel()
    voice: Samples = (kept / np.abs(kept).max() * 20_000).astype(np.int16)
    return voice


def speech(ms: float, place: int = 0) -> Samples:
    """So much of it, from any place on, loud to its very ends: the times of the sound are those of the script."""
    count = int(ms * RATE / 1000)
    voice = _voice()
    found = np.resize(np.roll(voice, -(place % len(voice))), count).astype(np.float64)
    fade = min(int(FADE_MS * RATE / 1000), count // 2)
    ramp = np.linspace(0, 1, fade, endpoint=False)
    found[:fade] *= ramp
    found[count - fade :] *= ramp[::-1]
    return found.astype(np.int16)


def agents(count: int) -> bytes:
    """So many samples of the agent's sound: a tone."""
    return (9_000 * np.sin(2 * np.pi * 300 * np.arange(count) / RATE)).astype(np.int16).tobytes()


def noise(samples: int, seed: int) -> Samples:
    """The quiet noise of a line, some -66 dB."""
    return (np.random.default_rng(seed).standard_normal(samples) * 16).astype(np.int16)
