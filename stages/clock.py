"""The clock of stages and pipeline: what is due when, and the order of events at one moment."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Protocol


class Priority(IntEnum):
    """The order of events at one moment; the smaller number comes first.

    It decides every tie of the timing model: renewed speech keeps the turn open, a final transcript at the commit is
    committed with it, an answer at the timeout counts, a reply that would sound as the user barges in does not.
    """

    USER = 0
    """The user has spoken again for long enough; first, so that no other event ends the turn."""
    TRANSCRIPT = 1
    VAD = 2
    SCORE = 3
    ENDPOINT = 4
    COMMIT = 5
    PREEMPTIVE = 6
    ANSWER = 7
    """A token or a piece of audio from a stage."""
    TIMEOUT = 8
    END = 9
    """The reply has been played to its end, so it can no longer be stopped."""
    BARGE_IN = 10
    """The agent is stopped, before anything else may sound or restart."""
    LATE_FINAL = 11
    SOUND = 12
    FILLER = 13


class Timer(Protocol):
    """A scheduled action."""

    def cancel(self) -> None:
        """Cancel the action; no effect once it has happened."""


class Clock(Protocol):
    """Time in ms, virtual or real."""

    @property
    def now(self) -> float:
        """The present time."""

    def at(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> Timer:
        """`action` at that moment, or at once where it is past; ties go by priority, then by the order of calls."""
