"""The application around the LLM: its own work before the request, and the tools that the LLM calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from stages.clock import Clock, Priority, Timer


class Application(Protocol):
    """What runs between a commit and the LLM's spoken answer, besides the LLM."""

    def prepare(self, ready: Callable[[], object]) -> Timer:
        """Calls `ready` once the work before the LLM's request is done: memory, retrieval, a hook."""

    def call(self, number: int, result: Callable[[], object]) -> Timer:
        """Runs the tools of round 0, 1, ... and calls `result` once their results are there."""


class ModelledApplication:
    """An application that takes the turn's times (timing model, section 3)."""

    def __init__(self, clock: Clock, lead_ms: float, tool_ms: Sequence[float]) -> None:
        self._clock, self._lead_ms, self._tool_ms = clock, lead_ms, tool_ms

    def prepare(self, ready: Callable[[], object]) -> Timer:
        return self._clock.at(self._clock.now + self._lead_ms, Priority.COMMIT, ready)

    def call(self, number: int, result: Callable[[], object]) -> Timer:
        return self._clock.at(self._clock.now + self._tool_ms[number], Priority.ANSWER, result)
