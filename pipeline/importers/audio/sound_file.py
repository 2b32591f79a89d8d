"""The sound in a file, block by block at 16 kHz: WAV, FLAC, Opus, MP3 and what else libsndfile reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from pipeline.importers.audio.wav_header import mended
from pipeline.importers.files import GZIP, File
from pipeline.recordings.regular_file import open_regular
from stages.arrays import Samples
from stages.audio_models.packages import library
from stages.audio_models.vad import RATE, WINDOW
from stages.errors import RecordingError

BLOCK = 64 * WINDOW
"""Samples of a block at 16 kHz, about 2 s."""

LONGEST_H = 12
"""Hours of sound in a file at most."""

RATES = (4_000, 384_000)
"""The lowest and the highest rate in Hz."""

KNOWN = (
    (b"RIFF", 8, b"WAVE", "WAV"),
    (b"RF64", 8, b"WAVE", "WAV"),
    (b"fLaC", 0, b"fLaC", "FLAC"),
    (b"OggS", 0, b"OggS", "Ogg"),
    (b"ID3", 0, b"ID3", "MP3"),
    (b"FORM", 8, b"AIF", "AIFF"),
    (b".snd", 0, b".snd", "AU"),
    (b"caff", 0, b"caff", "CAF"),
)
"""First bytes, a place and what stands there, and the name of the format."""

OTHERS = ((4, b"ftyp", "MP4 or M4A"), (0, b"\x1a\x45\xdf\xa3", "WebM or Matroska"), (0, b"#!AMR", "AMR"))
"""Formats of sound that libsndfile does not read."""


@dataclass
class Read:
    """What was seen while a file was read."""

    samples: int = 0
    """At 16 kHz."""
    broke_off: bool = False
    """The file ends before the length that its header says, or cannot be decoded to its end."""
    not_numbers: int = 0
    clipped: int = 0
    beyond: int = 0
    """Samples far beyond full scale."""


def format_of(head: bytes) -> str | None:
    """The name of the format of sound that begins so; None: it is none that is known."""
    for begin, place, mark, name in KNOWN:
        if head.startswith(begin) and head[place : place + len(mark)] == mark:
            return name
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 and _is_mpeg(head):
        return "MP3"
    return next((name for place, mark, name in OTHERS if head[place : place + len(mark)] == mark), None)


def _is_mpeg(head: bytes) -> bool:
    """Whether a header of MPEG audio has a possible version, layer III, rate and bit rate."""
    version, layer, bits, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bits not in (0, 15) and rate != 3


def is_readable(head: bytes) -> bool:
    """Whether it is a format that is read, and not only known."""
    return format_of(head) not in (None, *(name for _, _, name in OTHERS))


def channels_of(file: File) -> int:
    """How many channels the file has. Raises RecordingError where it is no sound that is read."""
    with _opened(file, Read()) as sound:
        return int(sound.channels)


def blocks(file: File, read: Read) -> Iterator[Samples]:
    """(channels, BLOCK) samples at 16 kHz, one block after the other; the last is filled up with silence.

    Raises RecordingError where the file cannot be decoded at all. `read` is filled in meanwhile.
    """
    with _opened(file, read) as sound:
        held = np.zeros((sound.channels, 0), np.float32)
        for some in _resampled(sound, read, file):
            held = np.concatenate([held, some], axis=1)
            while held.shape[1] >= BLOCK:
                yield held[:, :BLOCK]
                held = held[:, BLOCK:]
        if held.shape[1]:
            yield np.pad(held, ((0, 0), (0, BLOCK - held.shape[1])))


def _resampled(sound: Any, read: Read, file: File) -> Iterator[Samples]:
    """(channels, n) samples at 16 kHz."""
    resampler = None
    if sound.samplerate != RATE:
        resampler = library("soxr").ResampleStream(sound.samplerate, RATE, sound.channels, dtype="float32")
    for some, last in _decoded(sound, read, file):
        done = some if resampler is None else resampler.resample_chunk(some, last=last)
        read.samples += len(done)
        if read.samples > LONGEST_H * 3600 * RATE:
            raise RecordingError(f"is longer than {LONGEST_H} hours; split it by call", file=file.path)
        yield done.reshape(-1, sound.channels).T


def _decoded(sound: Any, read: Read, file: File) -> Iterator[tuple[Samples, bool]]:
    """(n, channels) samples as they are in the file, and whether they are the last."""
    length = max(int(2 * sound.samplerate), 1)
    library_errors = library("soundfile").SoundFileRuntimeError
    taken = 0
    while True:
        try:
            some = sound.read(length, dtype="float32", always_2d=True)
        except library_errors:
            read.broke_off = True
            some = np.zeros((0, sound.channels), np.float32)
        taken += len(some)
        if len(some) < length:
            read.broke_off |= _has_frames(sound) and taken < sound.frames
        yield _numbers(some, read), len(some) < length
        if len(some) < length:
            return


def _has_frames(sound: Any) -> bool:
    """Whether the header says a length that can be true; streams say none or the largest there is."""
    return 0 < int(sound.frames) < 1 << 40


def _numbers(some: Samples, read: Read) -> Samples:
    """The samples with silence where there is no number; what is odd is counted."""
    wrong = ~np.isfinite(some)
    if wrong.any():
        read.not_numbers += int(wrong.sum())
        some = np.where(wrong, np.float32(0), some)
    size = np.abs(some)
    read.clipped += int((size >= 0.999).sum())
    read.beyond += int((size > 4.0).sum())
    return np.clip(some, -4.0, 4.0)


@contextmanager
def _opened(file: File, read: Read) -> Iterator[Any]:
    """The file as soundfile opens it."""
    if (name := format_of(file.head)) is not None and not is_readable(file.head):
        rule = f"is {name}, which is not read; convert it: `ffmpeg -i {file.name} call.wav`"
        raise RecordingError(rule, file=file.path)
    soundfile = library("soundfile")
    with _bytes(file) as stream:
        whole, read.broke_off = mended(stream)
        try:
            sound = soundfile.SoundFile(whole)
        except (soundfile.SoundFileError, TypeError, ValueError, OSError) as error:
            reason = str(error).rpartition(": ")[2].rstrip(".")
            rule = f"is no sound that can be read ({reason}); give WAV, FLAC, Opus or MP3"
            raise RecordingError(rule, file=file.path) from None
        with sound:
            low, high = RATES
            if not low <= sound.samplerate <= high:
                rule = f"has a rate of {sound.samplerate:,} Hz; {low:,} to {high:,} Hz are read"
                raise RecordingError(rule, file=file.path)
            yield sound


@contextmanager
def _bytes(file: File) -> Iterator[BinaryIO]:
    """Its bytes, unzipped, to read and seek in: from disk where they lie there as they are."""
    if file.given is None:
        try:
            with open_regular(file.path) as stream:
                if stream.read(2) != GZIP:
                    stream.seek(0)
                    yield stream
                    return
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise RecordingError(f"cannot be read: {why}", file=file.path) from None
    yield io.BytesIO(file.content)
