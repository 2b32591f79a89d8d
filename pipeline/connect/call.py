"""The readable engine: one call, event by event on a virtual clock (connect model, section 3)."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from pipeline.connect.session import Ended, Outcome, Session
from stages.connect_settings import Check, ConnectSettings, Signalling

ATTEMPT_ENDS, VERDICT, ATTEMPT_BEGINS = range(3)
"""The order of events at the same moment."""


@dataclass(frozen=True)
class Event:
    """What happened at a moment."""

    at_ms: float
    what: str


@dataclass
class Call:
    """A call under way: events wait in a queue, ordered by moment, kind and number."""

    session: Session
    settings: ConnectSettings
    log: list[Event] = field(default_factory=list)
    attempts: int = 0
    ended: Ended | None = None
    end_ms: float = 0.0
    _queue: list[tuple[float, int, int, Callable[[float], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def run(self) -> Ended:
        """Run the call to its end."""
        self._begin()
        while self.ended is None:
            at_ms, _, _, happen = heapq.heappop(self._queue)
            happen(at_ms)
        return self.ended

    def _begin(self) -> None:
        check = self.settings.check
        self._note(0.0, "the call starts")
        if check.threshold is not None:
            self._plan(self.session.check_ms, VERDICT, self._verdict)
        if check.threshold is None or not check.first:
            self._plan(0.0, ATTEMPT_BEGINS, self._attempt)

    def _plan(self, at_ms: float, kind: int, happen: Callable[[float], None]) -> None:
        heapq.heappush(self._queue, (at_ms, kind, next(self._numbers), happen))

    def _verdict(self, at_ms: float) -> None:
        check: Check = self.settings.check
        failed = check.threshold is not None and self.session.score < check.threshold
        self._note(at_ms, f"the check {'fails' if failed else 'passes'}")
        if failed and check.cancels:
            self._end(at_ms, "turned_away")
        elif check.first:
            self._plan(at_ms, ATTEMPT_BEGINS, self._attempt)

    def _attempt(self, at_ms: float) -> None:
        signalling: Signalling = self.settings.signalling
        attempt = self.session.attempts[self.attempts]
        self.attempts += 1
        self._note(at_ms, f"attempt {self.attempts} begins")
        if attempt.connects and attempt.ms <= signalling.timeout_ms:
            self._plan(at_ms + attempt.ms, ATTEMPT_ENDS, self._connected)
        else:
            self._plan(at_ms + min(attempt.ms, signalling.timeout_ms), ATTEMPT_ENDS, self._failed)

    def _connected(self, at_ms: float) -> None:
        self._end(at_ms, "connected")

    def _failed(self, at_ms: float) -> None:
        signalling: Signalling = self.settings.signalling
        self._note(at_ms, f"attempt {self.attempts} has failed")
        if self.attempts == signalling.attempts:
            self._end(at_ms, "gave_up")
            return
        self._plan(at_ms + backoff_ms(signalling, self.attempts), ATTEMPT_BEGINS, self._attempt)

    def _end(self, at_ms: float, ended: Ended) -> None:
        self.ended, self.end_ms = ended, at_ms
        self._note(at_ms, ended.replace("_", " "))

    def _note(self, at_ms: float, what: str) -> None:
        self.log.append(Event(at_ms, what))


def backoff_ms(signalling: Signalling, failed: int) -> float:
    """The wait after this many failed attempts (section 2)."""
    return min(signalling.backoff_ms * signalling.backoff_factor ** (failed - 1), signalling.backoff_max_ms)


def run(session: Session, settings: ConnectSettings) -> tuple[Outcome, list[Event]]:
    """What comes of a call under these settings, and its events in their order."""
    call = Call(session, settings)
    ended = call.run()
    would = ended == "connected" or (ended == "turned_away" and _without_cancelling(session, settings) == "connected")
    return Outcome(ended, call.end_ms, call.attempts, would), call.log


def _without_cancelling(session: Session, settings: ConnectSettings) -> Ended:
    check = settings.check.model_copy(update={"cancels": False})
    return Call(session, settings.model_copy(update={"check": check})).run()
