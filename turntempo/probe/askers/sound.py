"""Sound as PCM: where it begins to be heard, how long it is; WAV files as speech to be transcribed."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stages.errors import InputError

AUDIBLE = 328
"""Of 32768: -40 dB of full scale, above the noise of synthesis and below its quietest speech."""

SPEECH_MS = (200, 120_000)
FRAME_MS = 20
LARGEST = 64 << 20
"""Bytes of a file of speech."""

Samples = npt.NDArray[np.int16]


def silence_ms(pcm: bytes, rate: int) -> float | None:
    """How long PCM (16 bit, mono) is silent at its beginning; None: it is never heard."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) >= AUDIBLE)
    return float(loud[0]) * 1000 / rate if len(loud) else None


def without_header(audio: bytes, rate: int) -> tuple[bytes, int]:
    """PCM and its rate: of a WAV what its header says, also where its lengths are those of a stream."""
    if audio[:4] != b"RIFF" or audio[8:12] != b"WAVE":
        return audio, rate
    place, found = 12, rate
    while place + 8 <= len(audio):
        name, size = audio[place : place + 4], int.from_bytes(audio[place + 4 : place + 8], "little")
        if name == b"data":
            return audio[place + 8 :], found
        if name == b"fmt " and place + 16 <= len(audio):
            found = int.from_bytes(audio[place + 12 : place + 16], "little") or rate
        place += 8 + size + size % 2
    return b"", found


@dataclass(frozen=True)
class Speech:
    """A file of speech, mono, 16 bit. `end_ms`: the end of its last sound; after it is silence."""

    name: str
    samples: Samples
    rate: int

    @property
    def ms(self) -> float:
        return len(self.samples) * 1000 / self.rate

    @property
    def end_ms(self) -> float:
        loud = np.flatnonzero(np.abs(self.samples.astype(np.int32)) >= AUDIBLE)
        return float(loud[-1] + 1) * 1000 / self.rate

    @property
    def digest(self) -> str:
        return blake2b(self.samples.tobytes(), digest_size=6).hexdigest()

    def at_rate(self, rate: int) -> Speech:
        """The same at another rate, by straight lines between samples."""
        if rate == self.rate:
            return self
        places = np.arange(int(len(self.samples) * rate / self.rate)) * (self.rate / rate)
        return Speech(self.name, np.interp(places, np.arange(len(self.samples)), self.samples).astype(np.int16), rate)

    def frames(self) -> list[bytes]:
        """Pieces of 20 ms."""
        step = self.rate * FRAME_MS // 1000
        return [self.samples[at : at + step].tobytes() for at in range(0, len(self.samples), step)]

    def wav(self) -> bytes:
        """The file, as it is uploaded."""
        from io import BytesIO

        held = BytesIO()
        with wave.open(held, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.samples.astype("<i2").tobytes())
        return held.getvalue()


def read_speech(path: Path) -> Speech:
    """The speech in a WAV file: 16 bit, of several channels the first. Raises InputError."""
    try:
        if not path.is_file():
            raise InputError(f"--audio {path}: there is no such file")
        if path.stat().st_size > LARGEST:
            raise InputError(f"--audio {path}: is larger than {LARGEST >> 20} MiB")
        with wave.open(str(path), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            held = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise InputError(f"--audio {path}: is no WAV file that can be read: {error}; convert it to one") from None
    if width != 2 or not 8000 <= rate <= 48_000 or not channels:
        raise InputError(f"--audio {path}: must be WAV of 16 bit at 8 to 48 kHz, got {8 * width} bit at {rate} Hz")
    samples = np.frombuffer(held[: len(held) // (2 * channels) * 2 * channels], dtype="<i2")[::channels]
    speech = Speech(path.name, samples.astype(np.int16), rate)
    low, high = SPEECH_MS
    if not low <= speech.ms <= high or not (np.abs(samples.astype(np.int32)) >= AUDIBLE).any():
        raise InputError(f"--audio {path}: must hold speech of {low} ms to {high // 1000} s, and not silence alone")
    return speech
