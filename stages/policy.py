"""The stage policy: timeouts, retries, hedges and the fallback, the same for LLM and TTS (timing model, section 3)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from stages.clock import Clock, Priority, Timer
from stages.settings import StagePolicy


class Step(StrEnum):
    """An event of a request."""

    ATTEMPT = "attempt"
    TIMEOUT = "timeout"
    CANCEL = "cancel"
    FALLBACK = "fallback"
    ANSWER = "answer"
    FAILED = "failed"


class Stage(Protocol):
    """A stage that answers requests after some time, or never."""

    def attempt(self, number: int, answered: Callable[[], object], lost: Callable[[], object]) -> Timer:
        """Start attempt 0, 1, ...; cancelling the timer cancels it. `lost`: it is sure that no answer will come."""

    def fallback(self, answered: Callable[[], object], lost: Callable[[], object]) -> Timer | None:
        """Start the stage's fallback; None where it has none."""


class Request:
    """One request to a stage: attempts one after the other or side by side, until one answers or all are given up."""

    def __init__(
        self,
        clock: Clock,
        stage: Stage,
        policy: StagePolicy,
        *,
        watch: Callable[[Step, int | None], object],
        answered: Callable[[], object],
        failed: Callable[[], object],
    ) -> None:
        self._clock, self._stage, self._policy = clock, stage, policy
        self._watch, self._answered, self._failed = watch, answered, failed
        self._running: dict[int | None, Timer] = {}
        self._next: Timer | None = None
        self._latest = 0

    def start(self) -> None:
        self._attempt(0)

    def cancel(self) -> None:
        """Cancel the request: open attempts are cancelled, no further one is started."""
        if self._next is not None:
            self._next.cancel()
        for number, attempt in self._running.items():
            attempt.cancel()
            self._watch(Step.CANCEL, number)
        self._running.clear()

    def _attempt(self, number: int) -> None:
        self._latest = number
        self._watch(Step.ATTEMPT, number)
        self._running[number] = self._stage.attempt(number, lambda: self._answer(number), lambda: self._lose(number))
        self._in(self._policy.timeout_ms, lambda: self._time_out(number))

    def _time_out(self, number: int) -> None:
        """Start the next attempt: at once beside a hedged one, or `retry_gap_ms` after a plain one is cancelled."""
        self._watch(Step.TIMEOUT, number)
        last = number + 1 == self._policy.attempts
        if last or not self._policy.hedge:
            self.cancel()
        if last:
            self._fall_back()
        elif self._policy.hedge:
            self._attempt(number + 1)
        else:
            self._in(self._policy.retry_gap_ms, lambda: self._attempt(number + 1))

    def _fall_back(self) -> None:
        fallback = None
        if self._policy.fallback:
            fallback = self._stage.fallback(lambda: self._answer(None), lambda: self._lose(None))
        if fallback is None:
            self._fail()
        else:
            self._watch(Step.FALLBACK, None)
            self._running[None] = fallback

    def _fail(self) -> None:
        self._watch(Step.FAILED, None)
        self._failed()

    def _lose(self, number: int | None) -> None:
        """No answer will come of this attempt: the last one does not wait for its timeout."""
        if self._running.pop(number, None) is None:
            return
        if number is None:
            self._fail()
        elif number == self._latest:
            if self._next is not None:
                self._next.cancel()
            self._time_out(number)

    def _answer(self, number: int | None) -> None:
        """The first answer wins: the other attempts are cancelled."""
        del self._running[number]
        self._watch(Step.ANSWER, number)
        self.cancel()
        self._answered()

    def _in(self, ms: float, action: Callable[[], object]) -> None:
        self._next = self._clock.at(self._clock.now + ms, Priority.TIMEOUT, action)
