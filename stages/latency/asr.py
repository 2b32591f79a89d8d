"""Speech recognition: when the words before a silence are in a transcript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from stages.clock import Clock, Priority
from stages.silence import Silence


class Asr(Protocol):
    """Turns speech into words."""

    def interim(self, words: Silence, action: Callable[[], object]) -> None:
        """Calls `action` when the last word before this silence is in an interim transcript."""

    def final(self, words: Silence, action: Callable[[], object]) -> None:
        """Calls `action` when the final transcript of the words before this silence comes."""


class ModelledAsr:
    """A recogniser with the turn's delays: an interim transcript of the last word, then the final one (section 1)."""

    def __init__(self, clock: Clock, up_ms: float, interim_ms: float, final_ms: float) -> None:
        self._clock, self._up_ms = clock, up_ms
        self._interim_ms, self._final_ms = interim_ms, final_ms

    def interim(self, words: Silence, action: Callable[[], object]) -> None:
        self._clock.at(words.at_ms + self._up_ms + self._interim_ms, Priority.TRANSCRIPT, action)

    def final(self, words: Silence, action: Callable[[], object]) -> None:
        self._clock.at(words.at_ms + self._up_ms + self._final_ms, Priority.TRANSCRIPT, action)
