"""The features that Smart-Turn hears: log-mel bands of 8 s at 16 kHz, as Whisper has them.

Source: the input of `smart-turn-v3`, (80, 800), as transformers' `WhisperFeatureExtractor` with `chunk_length=8` and
`do_normalize` makes it: windows of 25 ms every 10 ms, 80 bands on Slaney's mel scale, the decimal logarithm.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from stages.arrays import Floats, Samples
from stages.audio_models.vad import RATE

SECONDS = 8
SAMPLES = SECONDS * RATE
BANDS = 80
_WINDOW, _HOP = 400, 160
_LINEAR_HZ, _LINEAR_MELS = 1000.0, 15.0
"""Up to here the scale is linear, 3 mels in 200 Hz; above, 27 mels are a factor of 6.4."""


def log_mel(samples: Samples) -> Samples:
    """(80, 800) features of the last 8 s; what is shorter has silence before it."""
    given = samples[-SAMPLES:].astype(np.float32)
    given = np.pad(given, (SAMPLES - len(given), 0))
    given = (given - given.mean()) / np.sqrt(given.var() + np.float32(1e-7))
    padded = np.pad(given.astype(np.float64), _WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][: SAMPLES // _HOP]
    power = np.abs(np.fft.rfft(windows * _hann())) ** 2
    bands = np.log10(np.maximum(power @ _filters(), 1e-10)).T
    bands = np.maximum(bands, bands.max() - 8.0)
    features: Samples = ((bands + 4.0) / 4.0).astype(np.float32)
    return features


@cache
def _hann() -> Floats:
    """The periodic window."""
    window: Floats = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)
    return window


@cache
def _filters() -> Floats:
    """(201, 80) triangles, each of area 1 a Hz."""
    edges = _hertz(np.linspace(0.0, float(_mels(np.array([RATE / 2]))[0]), BANDS + 2))
    frequencies = np.linspace(0.0, RATE / 2, _WINDOW // 2 + 1)
    rising = (frequencies[:, None] - edges[None, :-2]) / np.diff(edges)[:-1]
    falling = (edges[None, 2:] - frequencies[:, None]) / np.diff(edges)[1:]
    triangles: Floats = np.maximum(np.minimum(rising, falling), 0.0) * (2.0 / (edges[2:] - edges[:-2]))
    return triangles


def _mels(hertz: Floats) -> Floats:
    above = np.log(np.maximum(hertz, _LINEAR_HZ) / _LINEAR_HZ) * 27.0 / np.log(6.4)
    return np.where(hertz < _LINEAR_HZ, hertz * 3.0 / 200.0, _LINEAR_MELS + above)


def _hertz(mels: Floats) -> Floats:
    above = _LINEAR_HZ * np.exp(np.maximum(mels - _LINEAR_MELS, 0.0) * np.log(6.4) / 27.0)
    return np.where(mels < _LINEAR_MELS, mels * 200.0 / 3.0, above)
