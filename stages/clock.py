"""The clock that stages and pipeline live by: what is due when, and who goes first when two things are due at once."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Protocol


class Priority(IntEnum):
    """Who goes first at one and the same moment; the smaller number does.

    Every tie of the timing model is settled here: a user who is back keeps the turn open, a final transcript that comes
    at the commit is committed with it, an answer at the timeout counts, a reply that would sound as the user barges in
    does not.
    """

    USER = 0
    """The user has gone on for long enough: nothing is decided over their head."""
    TRANSCRIPT = 1
    VAD = 2
    SCORE = 3
    ENDPOINT = 4
    COMMIT = 5
    PREEMPTIVE = 6
    ANSWER = 7
    """A token, a piece of audio: what a stage was asked for."""
    TIMEOUT = 8
    END = 9
    """The reply has been played to its end: there is nothing left to stop."""
    BARGE_IN = 10
    """The agent is made to fall silent, before anything else may sound or restart."""
    LATE_FINAL = 11
    SOUND = 12
    FILLER = 13


class Timer(Protocol):
    """Something that is due."""

    def cancel(self) -> None:
        """It will not happen; nothing changes where it has happened already."""


class Clock(Protocol):
    """Time in ms, virtual or real."""

    @property
    def now(self) -> float:
        """The present moment."""

    def at(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> Timer:
        """`action` at that moment, or at once where it is past; ties go by priority, then by the order of asking."""
