"""Parts of the sound of a call, cut out while its files are read once more."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.importers.audio.hearing import together
from pipeline.importers.audio.sound_file import Read
from pipeline.importers.files import File
from stages.arrays import Samples
from stages.audio_models.vad import RATE


def excerpts(files: tuple[File, ...], spans: Sequence[tuple[float, float]]) -> Iterator[Samples]:
    """(channels, n) samples at 16 kHz of each of these spans, in ms, which are in order of their ends.

    Of a span that begins before the sound or ends after it there is less. As much sound is held as the longest span.
    """
    longest = max((_sample(end - start) for start, end in spans), default=0) + RATE
    held: Samples | None = None
    begin = 0
    left = deque(spans)
    for block in together(files, tuple(Read() for _ in files)):
        held = block if held is None else np.concatenate([held, block], axis=1)
        while left and _sample(left[0][1]) <= begin + held.shape[1]:
            yield _cut(held, begin, left.popleft())
        if not left:
            return
        drop = max(held.shape[1] - longest, 0)
        held, begin = held[:, drop:], begin + drop
    while left and held is not None:
        yield _cut(held, begin, left.popleft())


def _cut(held: Samples, begin: int, span: tuple[float, float]) -> Samples:
    low, high = (max(_sample(ms) - begin, 0) for ms in span)
    return held[:, low : max(high, low)].copy()


def _sample(ms: float) -> int:
    return round(ms * RATE / 1000)
