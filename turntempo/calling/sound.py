"""Sound in and out of a live call: files in real time, a microphone, a loudspeaker."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.importers.audio.sound_file import Read, blocks
from pipeline.importers.files import File
from pipeline.live.speaker import Tape
from stages.arrays import Samples
from stages.audio_models.packages import library
from stages.audio_models.vad import RATE
from stages.clock import Clock
from stages.errors import InputError

FRAME = RATE * 32 // 1000
"""Samples that a microphone gives at a time."""

LONGEST_S = 600.0
INSTALL = "pip install '.[local]' in the folder of the clone; on Linux also apt-get install libportaudio2"


@dataclass(frozen=True)
class Question:
    """What the user says, and the name of its file."""

    name: str
    samples: Samples

    @property
    def ms(self) -> float:
        """Its length."""
        return len(self.samples) * 1000 / RATE


def question(path: Path) -> Question:
    """The sound in a file; of several channels the first, which is the user's. Raises RecordingError, InputError."""
    read = Read()
    held = [block[0] for block in blocks(File(str(path)), read)]
    samples = np.concatenate(held)[: read.samples] if held else np.zeros(0, np.float32)
    if len(samples) < FRAME:
        raise InputError(f"{path}: has no sound")
    if len(samples) > LONGEST_S * RATE:
        raise InputError(f"{path}: is longer than {LONGEST_S / 60:.0f} minutes; a call takes as long as its questions")
    return Question(path.name, samples)


@contextmanager
def microphone(heard: Callable[[Samples], object]) -> Iterator[None]:
    """Has the default microphone's sound given to `heard`, on the event loop. Raises InputError where there is none."""
    device, loop = library("sounddevice", "a microphone", INSTALL), asyncio.get_running_loop()

    def take(data: Any, _frames: int, _time: Any, _status: Any) -> None:
        loop.call_soon_threadsafe(heard, data[:, 0].copy())

    with _opened(device, "InputStream", take):
        yield


class Loudspeaker(Tape):
    """The default loudspeaker, which also keeps what sounds when."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, self._queue)
        self._lock = threading.Lock()
        self._held = np.zeros(0, np.float32)

    @contextmanager
    def playing(self) -> Iterator[None]:
        """While the device is open. Raises InputError where there is none."""
        device = library("sounddevice", "a loudspeaker", INSTALL)
        with _opened(device, "OutputStream", self._give):
            yield

    def stop(self) -> Samples:
        """Cut off what has not been played."""
        with self._lock:
            self._held = self._held[:0]
        return super().stop()

    def _queue(self, samples: Samples) -> None:
        with self._lock:
            self._held = np.concatenate([self._held, samples])

    def _give(self, data: Any, frames: int, _time: Any, _status: Any) -> None:
        """On the device's thread: what is next."""
        with self._lock:
            some, self._held = self._held[:frames], self._held[frames:]
        data[: len(some), 0], data[len(some) :, 0] = some, 0.0


@contextmanager
def _opened(device: Any, kind: str, callback: Any) -> Iterator[None]:
    try:
        stream = getattr(device, kind)(
            samplerate=RATE, channels=1, dtype="float32", blocksize=FRAME, latency="low", callback=callback
        )
    except device.PortAudioError as error:
        raise InputError(f"no sound device can be opened: {error}") from None
    with stream:
        yield
