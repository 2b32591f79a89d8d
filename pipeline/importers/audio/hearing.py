"""What is heard in a conversation's channels: the probability of speech and the level, a few values for each 32 ms.

Sound itself is not kept: an hour of two channels comes to some megabytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.importers.audio.sound_file import Read, blocks
from pipeline.importers.files import File
from stages.arrays import Samples
from stages.audio_models.packages import vad_model
from stages.audio_models.vad import RATE, WINDOW, Vad

FRAME = 128
"""Samples of a level."""

FRAME_MS = FRAME * 1000 / RATE

SILENT_DB = -100.0
"""The level of digital silence."""


@dataclass(frozen=True)
class Heard:
    """(channels, windows) probabilities of speech, and (channels, 4 * windows) levels in dB of full scale."""

    speech: Samples
    levels: Samples
    reads: tuple[Read, ...]
    """How the files were read, one a file."""
    channel_ms: tuple[float, ...]
    """The length of each channel's file."""

    @property
    def ms(self) -> float:
        """The length of the sound."""
        return max(self.channel_ms)


def heard(files: tuple[File, ...]) -> Heard:
    """What is heard in a file, or in several with a channel each that began at the same moment."""
    reads = tuple(Read() for _ in files)
    vad: Vad | None = None
    speech, levels, counts = [], [], [1]
    for block in together(files, reads):
        if vad is None:
            vad = Vad(vad_model().path, len(block))
        speech.append(vad.probabilities(block))
        levels.append(_levels(block))
        counts = [len(block) // len(files)]
    lengths = tuple(read.samples * 1000 / RATE for read in reads for _ in range(counts[0]))
    if not speech:
        return Heard(np.zeros((1, 0), np.float32), np.zeros((1, 0), np.float32), reads, lengths)
    return Heard(np.concatenate(speech, axis=1), np.concatenate(levels, axis=1), reads, lengths)


def together(files: tuple[File, ...], reads: tuple[Read, ...]) -> Iterator[Samples]:
    """The blocks of all files, one below the other; what is shorter is filled up with silence."""
    streams = [blocks(file, read) for file, read in zip(files, reads, strict=True)]
    if len(streams) == 1:
        yield from streams[0]
        return
    while True:
        some = [next(stream, None) for stream in streams]
        if all(one is None for one in some):
            return
        length = next(one.shape[1] for one in some if one is not None)
        yield np.concatenate([np.zeros((1, length), np.float32) if one is None else one for one in some])


def _levels(block: Samples) -> Samples:
    """(channels, frames) levels in dB."""
    frames = block.reshape(len(block), -1, FRAME)
    power = np.einsum("cfs,cfs->cf", frames, frames) / FRAME
    found: Samples = (10 * np.log10(np.maximum(power, 10 ** (SILENT_DB / 10)))).astype(np.float32)
    return found


FRAMES_A_WINDOW = WINDOW // FRAME
