"""The sound of a call, where it was asked for: stereo WAV files, the user left and the agent right, on one clock.

The clock is that of the recording: what the VAD heard of the user, and of the agent's sound what was played while the
framework says that it spoke. All of it runs on the writer's thread.
"""

from __future__ import annotations

import logging
import os
import struct
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from turntempo.recorders.sink import SUFFIX, Sink, file_name
from turntempo.recorders.texts import folder_of

LOG = logging.getLogger("turntempo.recorders")

RATE = 24_000
FRAME = 4
"""Bytes of a sample of both channels."""

MAX_BYTES = 1 << 30
"""A file is closed and the next one begun once it has so many bytes, some three hours."""

BEHIND_MS = 2_000.0
"""Sound is written so much later: that the agent fell silent may be told a little late."""

SAME_MS = 20.0
"""Windows of the user's sound that are so close follow each other."""

LATE_MS = 100.0
"""Sound of the agent that comes so much later than the sound before it ended was late: there is a gap."""

Samples = npt.NDArray[np.int16]


@dataclass
class _Side:
    """The samples of one side that are not written yet."""

    held: Samples = field(default_factory=lambda: np.zeros(0, dtype=np.int16))

    def put(self, place: int, samples: Samples) -> None:
        """At this place; what lies before the first one that is held is dropped."""
        samples, place = samples[max(-place, 0) :], max(place, 0)
        end = place + len(samples)
        if end > len(self.held):
            self.held = np.concatenate([self.held, np.zeros(end - len(self.held) + RATE, dtype=np.int16)])
        self.held[place:end] = samples

    def cut(self, place: int) -> None:
        """Silence from here on."""
        self.held[max(place, 0) :] = 0

    def take(self, count: int) -> Samples:
        """The first so many."""
        taken, self.held = self.held[:count], self.held[count:]
        return np.concatenate([taken, np.zeros(count - len(taken), dtype=np.int16)])


@dataclass
class CallSound:
    """The sound of one call; times in ms of the recording's clock. Files are made with mode 0600, their folder 0700."""

    folder: Path
    session: str
    max_bytes: int = MAX_BYTES
    begins: float | None = None
    """The time of the first sample of the first file."""
    _user: _Side = field(default_factory=_Side)
    _agent: _Side = field(default_factory=_Side)
    _heard: float | None = None
    """Until when the user was heard."""
    _latest: float = 0.0
    _queue: deque[tuple[float, Samples]] = field(default_factory=deque)
    """Sound of the agent that was not played yet, and when it came."""
    _played: float | None = None
    """Until when the agent's sound was played; None: it is silent."""
    _is_whole: bool = False
    """Whether nothing more comes of the reply."""
    _written: int = 0
    _number: int = 1
    _in_file: int = 0
    _failed: bool = False

    def __post_init__(self) -> None:
        """Says that it will be done: a voice is personal data."""
        LOG.warning(
            "turntempo: the sound of calls is recorded in %s: personal data, for your own eyes; send only the "
            "recording itself",
            self.folder,
        )

    def user(self, end: float, sound: bytes, length_ms: float) -> None:
        """The user's sound until this time, 16-bit, one channel."""
        start = end - length_ms
        if self._heard is not None and abs(start - self._heard) <= SAME_MS:
            start = self._heard
        samples = _resampled(np.frombuffer(sound, dtype=np.int16), len(sound) / 2 / length_ms * 1000)
        self._user.put(self._place(start), samples)
        self._heard = start + length_ms
        self._latest = max(self._latest, self._heard)

    def agent(self, at: float, sound: bytes, rate: float, channels: int = 1) -> None:
        """More sound of the agent came at this time, 16-bit: to be played after what came before it."""
        if self._is_whole and self._played is None:
            self._queue.clear()  # what is left of the reply before was never played
        self._is_whole = False
        self._queue.append((at, _resampled(np.frombuffer(sound, dtype=np.int16)[::channels], rate)))

    def agent_whole(self) -> None:
        """All sound of the reply has come."""
        self._is_whole = True

    def agent_dropped(self) -> None:
        """What was not played is dropped."""
        self._queue.clear()

    def agent_began(self, at: float) -> None:
        """The agent begins to sound, or goes on."""
        self._played, self._latest = at, max(self._latest, at)
        self._place(at)

    def agent_stopped(self, at: float) -> None:
        """The agent falls silent."""
        self._play(at)
        self._agent.cut(self._place(at))
        self._played, self._latest = None, max(self._latest, at)

    def write(self, last: bool) -> None:
        """Write what nothing can change any more; `last`: all. Where that fails, no more of this call is written."""
        if self._failed or self.begins is None:
            return
        self._play(self._latest)
        count = self._place(self._latest if last else self._latest - BEHIND_MS)
        if count >= RATE or (last and count > 0):
            try:
                self._append(np.stack([self._user.take(count), self._agent.take(count)], axis=1).tobytes())
            except OSError:
                self._failed = True
                self._user, self._agent = _Side(), _Side()
                raise
            self._written += count

    def _play(self, until: float) -> None:
        """Put the agent's sound where it was played, as far as that began before this time."""
        while self._played is not None and self._queue:
            at, samples = self._queue[0]
            start = self._played if at <= self._played + LATE_MS else at
            if start >= until:
                return
            self._queue.popleft()
            self._agent.put(self._place(start), samples)
            self._played = start + len(samples) / RATE * 1000

    def _place(self, at: float) -> int:
        """The place of this time among the samples that are held."""
        if self.begins is None:
            self.begins = self._latest = at
        return round((at - self.begins) / 1000 * RATE) - self._written

    def _append(self, content: bytes) -> None:
        if self._in_file + len(content) > self.max_bytes and self._in_file:
            self._number, self._in_file = self._number + 1, 0
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stem = file_name(self.session).removesuffix(SUFFIX)
        name = f"{stem}.wav" if self._number == 1 else f"{stem}-{self._number}.wav"
        held = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        with open(held, "r+b") as stream:
            stream.seek(len(_header(0)) + self._in_file)
            stream.write(content)
            self._in_file += len(content)
            stream.seek(0)
            stream.write(_header(self._in_file))


def sound_of(audio: bool | str | Path, sink: Sink, session: str) -> CallSound | None:
    """Where the sound of a call goes: nowhere, beside the recording (True), or into a folder that is named.

    Raises ValueError where there is no beside.
    """
    return None if audio is False else CallSound(folder_of("audio", audio, sink, ".sound"), session)


def _header(size: int) -> bytes:
    """The header of a WAV file with so many bytes of samples: 16 bit, two channels."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, RATE, RATE * FRAME, FRAME, 16)
    return struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + form + struct.pack("<4sI", b"data", size)


def _resampled(samples: Samples, rate: float) -> Samples:
    """The same sound at the rate of the file."""
    count = round(len(samples) * RATE / rate)
    if count == len(samples):
        return samples
    places = np.arange(count) * (rate / RATE)
    resampled: Samples = np.interp(places, np.arange(len(samples)), samples).astype(np.int16)
    return resampled
