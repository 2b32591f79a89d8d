"""Speech synthesis: how soon the first audio of a piece of text comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from stages.clock import Clock, Timer
from stages.latency.modelled import Modelled
from stages.policy import Stage


class Tts(Stage, Protocol):
    """A synthesiser: an attempt is answered by the first audio of the first piece of text."""

    def next_chunk(self, answered: Callable[[], object]) -> Timer:
        """Start the request for a further piece of text."""


class ModelledTts(Modelled):
    """A synthesiser whose first audio takes the turn's draws."""

    def __init__(
        self, clock: Clock, ttfb_ms: Sequence[float], fallback_ttfb_ms: float | None, timeout_ms: float
    ) -> None:
        super().__init__(clock, ttfb_ms, fallback_ttfb_ms)
        self._next_ms = min(ttfb_ms[0], timeout_ms)

    def next_chunk(self, answered: Callable[[], object]) -> Timer:
        """It takes as long as the first attempt, at most the timeout (timing model, section 4: stutter)."""
        return self._after(self._next_ms, answered)
