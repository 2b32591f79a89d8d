"""Speech recognition on this machine: pocketsphinx with the English model that its package carries."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np

from stages.arrays import Samples
from stages.audio_models.packages import library
from stages.audio_models.vad import RATE
from stages.errors import StageError

INSTALL = "pip install '.[local]' in the folder of the clone"
NEED = "recognition on this machine"


class Sphinx:
    """Decodes as it hears, in a process of its own: it would hold up the clock of the call.

    Raises InputError where it is not installed.
    """

    def __init__(self) -> None:
        library("pocketsphinx", NEED, INSTALL)
        self._process = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_load)
        self._process.submit(_finish).result()  # loading takes half a second
        self._so_far = ""

    def hear(self, samples: Samples) -> None:
        """Take sound."""
        self._process.submit(_take, pcm(samples)).add_done_callback(self._shown)

    def so_far(self) -> str:
        """The words since the last final."""
        return self._so_far

    async def final(self) -> str:
        """The words since the last final; what is heard next is a new utterance. Raises StageError."""
        try:
            found = await asyncio.wrap_future(self._process.submit(_finish))
        except RuntimeError as error:
            raise StageError(f"{NEED} ended: {error}") from None
        self._so_far = ""
        return found

    async def close(self) -> None:
        """End the process."""
        self._process.shutdown(wait=False, cancel_futures=True)

    def _shown(self, done: Future[str]) -> None:
        if not done.cancelled() and done.exception() is None:
            self._so_far = done.result()


_decoder: Any = None
"""In the process: what decodes."""


def _load() -> None:
    """Ctrl-C reaches this process too; the call that it ends ends this one in turn."""
    global _decoder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _decoder = library("pocketsphinx", NEED, INSTALL).Decoder(samprate=RATE, loglevel="FATAL")
    _decoder.start_utt()


def _take(sound: bytes) -> str:
    _decoder.process_raw(sound, no_search=False, full_utt=False)
    return _words()


def _finish() -> str:
    _decoder.end_utt()
    found = _words()
    _decoder.start_utt()
    return found


def _words() -> str:
    held = _decoder.hyp()
    return "" if held is None else str(held.hypstr).strip()


def pcm(samples: Samples) -> bytes:
    """16-bit sound."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
