"""Speech recognition on this machine: pocketsphinx with the English model that its package carries."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from stages.arrays import Samples
from stages.audio_models.packages import library
from stages.audio_models.vad import RATE

INSTALL = "pip install 'turntempo[local]'"


class Sphinx:
    """Decodes as it hears, in a thread of its own. Raises InputError where it is not installed."""

    def __init__(self) -> None:
        decoder = library("pocketsphinx", "recognition on this machine", INSTALL).Decoder
        self._decoder = decoder(samprate=RATE, loglevel="FATAL")
        self._decoder.start_utt()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sphinx")
        self._so_far = ""

    def hear(self, samples: Samples) -> None:
        """Take sound."""
        self._thread.submit(self._take, pcm(samples))

    def so_far(self) -> str:
        """The words since the last final."""
        return self._so_far

    async def final(self) -> str:
        """The words since the last final; what is heard next is a new utterance."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._finish)

    def _take(self, sound: bytes) -> None:
        self._decoder.process_raw(sound, no_search=False, full_utt=False)
        self._so_far = self._words()

    def _finish(self) -> str:
        self._decoder.end_utt()
        found, self._so_far = self._words(), ""
        self._decoder.start_utt()
        return found

    def _words(self) -> str:
        held = self._decoder.hyp()
        return "" if held is None else str(held.hypstr).strip()


def pcm(samples: Samples) -> bytes:
    """16-bit sound."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
