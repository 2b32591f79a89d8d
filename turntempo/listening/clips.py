"""Moments as WAV files: the user on the left, the agent on the right, and a short tone where the agent would act."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from pipeline.importers import File, SoundPlaces
from pipeline.importers.audio.excerpts import excerpts
from stages.arrays import Samples
from stages.audio_models.vad import RATE
from turntempo.listening.moments import Moment

TONE_HZ, TONE_MS, TONE_SIZE = 1_000.0, 60.0, 0.15
"""The mark: it must be heard over speech, and hurt nobody."""


def clips(found: Sequence[Moment], sound: SoundPlaces) -> Iterator[tuple[Moment, Samples]]:
    """Each moment with its (2, n) samples at 16 kHz, the moments of a session together, in order of their ends."""
    ordered = sorted(found, key=lambda one: (list(sound.files).index(one.session), one.end_ms))
    for session, group in groupby(ordered, key=lambda one: one.session):
        held = list(group)
        files = tuple(File(path) for path in sound.files[session])
        spans = [(one.begin_ms, one.end_ms) for one in held]
        for one, samples in zip(held, excerpts(files, spans), strict=False):
            yield one, _marked(_sides(samples, sound.user[session]), one)


def wav(samples: Samples) -> bytes:
    """(2, n) samples as a WAV file of 16 bits."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples.T, -1, 1) * 32767).astype("<i2").tobytes())
    return held.getvalue()


def peaks(samples: Samples, count: int) -> list[list[float]]:
    """The largest size in each of so many parts of each channel, as shares of the largest of all."""
    size = np.abs(samples)
    parts = np.array_split(size / max(float(size.max(initial=0)), 1e-6), count, axis=1)
    return [[float(part[side].max(initial=0)) for part in parts] for side in range(len(samples))]


def _sides(samples: Samples, user: int) -> Samples:
    """The user first; of one channel with both it is on both sides."""
    if len(samples) == 1:
        return np.repeat(samples, 2, axis=0)
    return samples[[user, 1 - user]]


def _marked(samples: Samples, one: Moment) -> Samples:
    begin = round((one.marks_ms - one.begin_ms) * RATE / 1000)
    count = max(min(round(TONE_MS * RATE / 1000), samples.shape[1] - begin), 0)
    tone = TONE_SIZE * np.sin(2 * np.pi * TONE_HZ * np.arange(count) / RATE)
    marked = samples.copy()
    marked[:, begin : begin + count] += tone.astype(np.float32)
    return marked
