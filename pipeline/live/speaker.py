"""The loudspeaker: what the agent's sound is, when it sounds, and what is left of it when it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from stages.arrays import Samples
from stages.audio_models.vad import RATE
from stages.clock import Clock


class Speaker(Protocol):
    """Plays sound in real time."""

    @property
    def free_ms(self) -> float:
        """When all that it was given has been played, on the clock of the conversation."""

    def play(self, samples: Samples) -> None:
        """Play this after what it has, at once where it has nothing."""

    def stop(self) -> Samples:
        """Fall silent; what was not played."""


class Tape:
    """A loudspeaker that writes what sounds when. `listener` is given each stretch of sound as it is played."""

    def __init__(self, clock: Clock, listener: Callable[[Samples], object] | None = None) -> None:
        self._clock, self._listener = clock, listener
        self._stretches: list[tuple[int, Samples]] = []
        """Where each begins, in samples of the clock, and its sound."""

    @property
    def free_ms(self) -> float:
        """When all has been played."""
        if not self._stretches:
            return 0.0
        begin, samples = self._stretches[-1]
        return (begin + len(samples)) * 1000 / RATE

    def play(self, samples: Samples) -> None:
        """Play it after what there is."""
        now = round(self._clock.now * RATE / 1000)
        if self._stretches:
            begin, before = self._stretches[-1]
            now = max(now, begin + len(before))
        self._stretches.append((now, samples))
        if self._listener is not None:
            self._listener(samples)

    def stop(self) -> Samples:
        """Cut off what has not been played."""
        now = round(self._clock.now * RATE / 1000)
        rest: list[Samples] = []
        while self._stretches and self._stretches[-1][0] + len(self._stretches[-1][1]) > now:
            begin, samples = self._stretches.pop()
            played = max(now - begin, 0)
            rest.insert(0, samples[played:])
            if played:
                self._stretches.append((begin, samples[:played]))
                break
        return np.concatenate(rest) if rest else np.zeros(0, np.float32)

    def sound(self, ms: float) -> Samples:
        """All that sounded until then, from the clock's 0 on."""
        found = np.zeros(max(round(ms * RATE / 1000), 0), np.float32)
        for begin, samples in self._stretches:
            low = max(begin, 0)
            cut = samples[low - begin : len(found) - begin]
            found[low : low + len(cut)] = cut
        return found
