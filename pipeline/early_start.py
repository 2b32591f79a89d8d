"""The early start: begin the reply before the turn is committed (timing model, section 4)."""

from __future__ import annotations

from collections.abc import Callable

from stages.clock import Clock, Priority, Timer
from stages.settings import Eager


class EarlyStart:
    """Watches one silence and calls `start` once the reply may be begun on trial."""

    def __init__(self, clock: Clock, rules: Eager, *, allowed: bool, start: Callable[[], object]) -> None:
        self._clock, self._rules, self._start = clock, rules, start
        self._awaited = {"silence", "score", "words"} if rules.on == "score" else {"final"}
        self._closed = rules.on == "off" or not allowed
        self._timers: list[Timer] = []

    def quiet(self) -> None:
        """Silence begins, as the VAD hears it."""
        self._at(self._clock.now + self._rules.silence_ms, lambda: self._has("silence"))

    def score(self, score: float) -> None:
        """The end-of-turn model answers."""
        if score >= self._rules.threshold:
            self._has("score")

    def interim(self) -> None:
        """The last word shows in a transcript."""
        self._has("words")

    def final(self) -> None:
        """The final transcript of the last words is here."""
        self._has("final")

    def close(self) -> None:
        """The user has gone on, or the turn is committed: there is nothing to be early for."""
        self._closed = True
        for timer in self._timers:
            timer.cancel()

    def _has(self, what: str) -> None:
        """Once the last thing is there, start: unless this very moment brings the commit, or the user back."""
        if what in self._awaited:
            self._awaited.remove(what)
            if not self._awaited:
                self._at(self._clock.now, self._start)

    def _at(self, when_ms: float, action: Callable[[], object]) -> None:
        if not self._closed:
            self._timers.append(self._clock.at(when_ms, Priority.EARLY_START, action))
