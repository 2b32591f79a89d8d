"""Made sound: a synthetic voice that a VAD takes for speech, tones, noise; all at 16 kHz, full scale 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float64]

RATE = 16_000

VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
"""Formants in Hz of a, i, u, e, o. Source: Peterson and Barney 1952, means of men."""

WIDTHS = (80, 100, 140)
SYLLABLE_MS = 160


def voice(ms: float, pitch_hz: float = 120.0, seed: int = 0) -> Sound:
    """Syllables of vowels, from the first sample to the last: harmonics of a pitch, through formants."""
    count = round(ms * RATE / 1000)
    time = np.arange(count) / RATE
    pitch = pitch_hz * (1 + 0.08 * np.sin(2 * np.pi * 2.3 * time + seed))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    places = (np.arange(count) * 1000 // RATE // SYLLABLE_MS + seed) % len(VOWELS)
    formants = np.array(VOWELS, float)[places]
    sound = np.zeros(count)
    for harmonic in range(1, 34):
        hertz = harmonic * pitch
        gain = sum(
            1 / (1 + ((hertz - formants[:, k]) / width) ** 2) * 10 ** (-k * 6 / 20) for k, width in enumerate(WIDTHS)
        )
        sound += gain * np.sin(harmonic * phase) / harmonic**0.5
    within = (np.arange(count) * 1000 / RATE) % SYLLABLE_MS / SYLLABLE_MS
    sound *= 0.35 + 0.65 * np.sin(np.pi * np.clip(within, 0, 1)) ** 0.5
    edge = min(80, count // 2)
    sound[:edge] *= np.linspace(0.3, 1, edge)
    sound[count - edge :] *= np.linspace(1, 0.3, edge)
    loud: Sound = 0.5 * sound / np.abs(sound).max()
    return loud


def placed(length_ms: float, parts: list[tuple[float, Sound]], noise: float = 0.0, seed: int = 0) -> Sound:
    """Silence of this length with sounds at these times in ms, and noise over all of it."""
    sound = (
        np.random.default_rng(seed).normal(0, noise, round(length_ms * RATE / 1000))
        if noise
        else np.zeros(round(length_ms * RATE / 1000))
    )
    for at, part in parts:
        begin = round(at * RATE / 1000)
        sound[begin : begin + len(part)] += part[: len(sound) - begin]
    return sound


def tone(ms: float, hertz: float = 440.0) -> Sound:
    """A tone."""
    return 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(ms * RATE / 1000)) / RATE)
