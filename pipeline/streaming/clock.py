"""The virtual clock: modelled time, which jumps from one due event to the next."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf

from stages.clock import Priority


class Due:
    """One entry of the clock's queue."""

    __slots__ = ("action",)

    def __init__(self, action: Callable[[], object]) -> None:
        self.action: Callable[[], object] | None = action

    def cancel(self) -> None:
        self.action = None


class VirtualClock:
    """A queue of what is due, ordered by time, then priority, then sequence number (as simpy's)."""

    def __init__(self) -> None:
        self.now = -inf
        self._queue: list[tuple[float, Priority, int, Due]] = []
        self._sequence = count()

    def at(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> Due:
        due = Due(action)
        heappush(self._queue, (max(when_ms, self.now), priority, next(self._sequence), due))
        return due

    def run(self) -> None:
        """Everything that is due happens, and what comes of it, until nothing is due any more.

        Between two runs no moment is the present one: the next run starts wherever its first event lies, be it earlier
        than the end of the last run.
        """
        while self._queue:
            self.now, _, _, due = heappop(self._queue)
            if due.action is not None:
                due.action()
        self.now = -inf
