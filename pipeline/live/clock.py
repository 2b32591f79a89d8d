"""The real clock: time of the running event loop, in ms since the clock was made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from pipeline.streaming.clock import Due
from stages.clock import Clock, Priority, Timer

EARLY_MS = 0.001
"""An event loop may wake so much early."""


class RealClock:
    """What is due, done as its time comes: in order of time, then priority, then sequence number."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._origin = self._loop.time()
        self._queue: list[tuple[float, Priority, int, Due]] = []
        self._sequence = count()
        self._handle: asyncio.TimerHandle | None = None

    @property
    def now(self) -> float:
        """The present time."""
        return (self._loop.time() - self._origin) * 1000

    def at(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> Timer:
        """`action` at that moment, or soon where it is past."""
        due = Due(action)
        heappush(self._queue, (when_ms, priority, next(self._sequence), due))
        if self._queue[0][3] is due:
            self._wake()
        return due

    def _wake(self) -> None:
        """Have the loop come back as the first is due."""
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._loop.call_at(self._origin + self._queue[0][0] / 1000, self._run)

    def _run(self) -> None:
        self._handle = None
        try:
            while self._queue and self._queue[0][0] <= self.now + EARLY_MS:
                due = heappop(self._queue)[3]
                if due.action is not None:
                    due.action()
        finally:
            if self._queue and self._handle is None:
                self._wake()


class TurnClock:
    """The same clock, whose 0 is the first speech of a turn."""

    def __init__(self, clock: Clock, origin_ms: float) -> None:
        self._clock, self.origin_ms = clock, origin_ms

    @property
    def now(self) -> float:
        """The present time."""
        return self._clock.now - self.origin_ms

    def at(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> Timer:
        """`action` at that moment."""
        return self._clock.at(when_ms + self.origin_ms, priority, action)
