"""What the world did in one call, and what came of it under some settings (connect model, sections 1 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ended = Literal["connected", "turned_away", "gave_up"]
ENDS: tuple[Ended, ...] = ("connected", "turned_away", "gave_up")
"""In the order of their codes in the fast engine."""


@dataclass(frozen=True)
class Attempt:
    """One attempt to connect: how long it takes by itself, and whether it connects then or fails."""

    ms: float
    """inf: it never ends by itself."""
    connects: bool


@dataclass(frozen=True)
class Session:
    """A call, the same under any settings."""

    score: float
    """Of the network check, from 0 to 1."""
    check_ms: float
    attempts: tuple[Attempt, ...]
    usable: bool
    """Whether the call can be used once it is connected."""


@dataclass(frozen=True)
class Outcome:
    """What came of a call."""

    ended: Ended
    end_ms: float
    """From the start of the call to its connection, or to its end without one."""
    attempts: int
    """How many were begun."""
    would_connect: bool
    """Whether it connects, or would have without the check's verdict."""

    @property
    def wasted(self) -> int:
        """The attempts that did not become the call."""
        return self.attempts - (self.ended == "connected")
