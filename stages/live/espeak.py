"""Speech synthesis on this machine: espeak-ng, of the package espeakng-loader or as a program."""

from __future__ import annotations

import asyncio
import ctypes
import io
import shutil
import subprocess
import threading
import wave
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from stages.arrays import Samples
from stages.audio_models.packages import library
from stages.audio_models.vad import RATE
from stages.errors import InputError

INSTALL = "pip install '.[local]' in the folder of the clone, or apt-get install espeak-ng"
VOICE = "en-us"
PART_S = 0.2
"""Sound is given in parts of so many seconds."""

_RETRIEVAL, _UTF8 = 1, 1
_LOCK = threading.Lock()
"""The library speaks one text at a time."""


class Espeak:
    """Speaks a text in some ms. Raises InputError where espeak-ng is not there."""

    def __init__(self) -> None:
        self._spoken = _library() or _program()
        library("soxr", "synthesis on this machine", INSTALL)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="espeak")

    async def speak(self, text: str, attempt: int) -> AsyncIterator[Samples]:
        """The sound of the text."""
        loop = asyncio.get_running_loop()
        sound = await loop.run_in_executor(self._threads, self.sound, text)
        size = int(RATE * PART_S)
        for begin in range(0, len(sound), size):
            yield sound[begin : begin + size]

    def sound(self, text: str) -> Samples:
        """All of it at once."""
        samples, rate = self._spoken(text)
        found: Samples = library("soxr").resample(samples.astype(np.float32) / 32768, rate, RATE).astype(np.float32)
        return found


@cache
def _library() -> Any:
    """A function that gives 16-bit samples and their rate; None: the package is not installed."""
    try:
        loader = import_module("espeakng_loader")
    except ImportError:
        return None
    speak = ctypes.CDLL(loader.get_library_path())
    rate = speak.espeak_Initialize(_RETRIEVAL, 0, str(loader.get_data_path()).encode(), 0)
    if rate <= 0:
        return None
    held: list[Any] = []
    taker = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

    @taker
    def take(samples: Any, count: int, _events: Any) -> int:
        if count and samples:
            held.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    speak.espeak_SetSynthCallback(take)
    speak.espeak_SetVoiceByName(VOICE.encode())

    def spoken(text: str, _kept: Any = take) -> tuple[Any, int]:
        with _LOCK:
            held.clear()
            data = text.encode()
            speak.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
            speak.espeak_Synchronize()
            return (np.concatenate(held) if held else np.zeros(0, np.int16)), rate

    return spoken


def _program() -> Any:
    program = shutil.which("espeak-ng")
    if program is None:
        raise InputError(f"synthesis on this machine needs espeak-ng: {INSTALL}")

    def spoken(text: str) -> tuple[Any, int]:
        command = [program, "--stdout", "-v", VOICE, "--stdin"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        with wave.open(io.BytesIO(done.stdout)) as source:
            rate = source.getframerate()
            return np.frombuffer(source.readframes(1 << 30), np.int16), rate

    return spoken
