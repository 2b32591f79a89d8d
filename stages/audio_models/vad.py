"""The probability of speech in each window of 32 ms, by Silero's VAD.

Source of how the model is called: pipecat-ai 1.14.0, `pipecat.audio.vad.silero`. Its state is cleared now and then
while nobody speaks: music and long silence leave one in which it misses the speech that follows.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from stages.arrays import Flags, Samples
from stages.audio_models.packages import session

RATE = 16_000
"""The rate of all audio after resampling, in Hz."""

WINDOW = 512
"""Samples of a window."""

WINDOW_MS = WINDOW * 1000 / RATE

_CONTEXT = 64
"""Samples of the window before, which the model gets too."""

_RESET_WINDOWS = 63
"""The state is cleared after so many windows, 2 s, ..."""

_CLEAR, _CLEAR_WINDOWS = 0.1, 5
"""... once so many windows in a row had a probability below this."""


class Vad:
    """Silero's VAD on several channels at once, a block after the other."""

    def __init__(self, model: Path, channels: int) -> None:
        self._session = session(model)
        self._state = np.zeros((2, channels, 128), np.float32)
        self._context = np.zeros((channels, _CONTEXT), np.float32)
        self._since = np.zeros(channels, np.int64)
        self._quiet = np.zeros(channels, np.int64)
        self._rate = np.array(RATE, np.int64)

    def probabilities(self, block: Samples) -> Samples:
        """(channels, windows) of a block of (channels, windows * WINDOW) samples, which follows the one before."""
        windows = block.shape[1] // WINDOW
        found = np.zeros((len(block), windows), np.float32)
        if not block.any():
            self._clear(np.ones(len(block), np.bool_))
            return found
        for place in range(windows):
            found[:, place] = self._window(block[:, place * WINDOW : (place + 1) * WINDOW])
        return found

    def _window(self, samples: Samples) -> Samples:
        given = np.concatenate([self._context, samples], axis=1, dtype=np.float32)
        out, self._state = self._session.run(None, {"input": given, "state": self._state, "sr": self._rate})
        self._context = given[:, -_CONTEXT:]
        heard: Samples = out[:, 0]
        self._since += 1
        self._quiet = np.where(heard < _CLEAR, self._quiet + 1, 0)
        due = (self._since >= _RESET_WINDOWS) & (self._quiet >= _CLEAR_WINDOWS)
        if due.any():
            self._clear(due)
        return heard

    def _clear(self, which: Flags) -> None:
        self._state = np.where(which[None, :, None], np.float32(0), self._state)
        self._context = np.where(which[:, None], np.float32(0), self._context)
        self._since[which] = 0
