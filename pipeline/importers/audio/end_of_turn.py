"""End-of-turn scores by Smart-Turn: how likely it is that a user who fell silent is done.

Source of what the model is given: pipecat-ai 1.14.0, `base_smart_turn.py`: the turn from half a second before its
first speech, its last 8 s at most, with the silence that the VAD waited for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipeline.importers.audio.excerpts import excerpts
from pipeline.importers.files import File
from stages.audio_models.mel import SECONDS
from stages.audio_models.smart_turn import probability

BEFORE_MS = 500.0
"""So much sound before the first speech is heard too."""

CORES = 2
"""Scores are worked out on so many threads."""

AHEAD = 16
"""The most windows of 8 s that wait for the model, half a megabyte each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A moment at which the model is asked, and when the turn began, in ms."""

    at: float
    since: float

    @property
    def span(self) -> tuple[float, float]:
        """What the model hears of the sound."""
        return max(self.since - BEFORE_MS, self.at - SECONDS * 1000, 0.0), self.at


def scores(files: tuple[File, ...], channel: int, asked: Sequence[Asked], model: Path) -> list[float]:
    """The probability at each of these moments, which are in order."""
    waiting: deque[Future[float]] = deque()
    done: list[float] = []
    with ThreadPoolExecutor(CORES) as pool:
        for samples in excerpts(files, [one.span for one in asked]):
            waiting.append(pool.submit(probability, model, samples[channel]))
            if len(waiting) > AHEAD:
                done.append(waiting.popleft().result())
        done += [one.result() for one in waiting]
    return done
