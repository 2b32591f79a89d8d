"""Preemptive generation: begin the reply before the turn is committed (timing model, section 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

from pipeline.streaming.ensemble import Listeners
from pipeline.streaming.events import Kind
from pipeline.streaming.gate import Gate
from pipeline.streaming.reply import AnyReply, Replies
from stages.clock import Priority, Timer
from stages.silence import Silence


class PreemptiveGeneration:
    """Watches one silence and calls `start` once the reply may be begun on trial."""

    def __init__(self, play: Listeners, *, allowed: bool, start: Callable[[], object]) -> None:
        self._clock, self._rules = play.clock, play.settings.eager
        awaited = ("silence", "score", "words") if self._rules.on == "score" else ("final",)
        self._gate = Gate(*awaited, opened=self._open)
        self._start, self._up_ms = start, play.up_ms
        self._closed = self._rules.on == "off" or not allowed
        self._timers: list[Timer] = []

    def quiet(self) -> None:
        """Silence begins, as the VAD hears it."""
        self._at(self._clock.now + self._rules.silence_ms, lambda: self._gate.has("silence"))

    def score(self, score: float) -> None:
        """The end-of-turn model answers."""
        if score >= self._rules.threshold:
            self._gate.has("score")

    def interim(self) -> None:
        """The last word shows in a transcript."""
        self._gate.has("words")

    def final(self) -> None:
        """The final transcript of the last words is here."""
        self._gate.has("final")

    def takes_earlier_words(self) -> bool:
        """May a reply to earlier words, transcribed at this moment, be begun on trial?"""
        return self._rules.on == "final" and not self._closed and self._in_time()

    def close(self) -> None:
        """The user has gone on, or the turn is committed: it is too late for a reply before the commit."""
        self._closed = True
        for timer in self._timers:
            timer.cancel()

    def _open(self) -> None:
        """All is there."""
        if self._in_time():
            self._at(self._clock.now, self._start)

    def _in_time(self) -> bool:
        """After too long a speech nothing is begun any more."""
        most_ms = self._rules.max_speech_ms
        return most_ms is None or self._clock.now <= self._up_ms + most_ms

    def _at(self, when_ms: float, action: Callable[[], object]) -> None:
        """Not before whatever else this moment brings: a commit or the user going on makes it needless."""
        if not self._closed:
            self._timers.append(self._clock.at(when_ms, Priority.PREEMPTIVE, action))


class Trial(Generic[AnyReply]):
    """A reply begun at the final transcript of earlier words, while later ones are still to come.

    It counts only if the turn is committed on these words; until then it is off the record.
    """

    def __init__(
        self, silence: Silence, number: int, floor_ms: float, play: Listeners, replies: Replies[AnyReply]
    ) -> None:
        """Begin the reply; `number` and `floor_ms` as for any."""
        self.begun_ms = play.clock.now
        self._main, self._aside, self._pause = play.record, play.record.aside(), silence.place
        self._reply = replies.new(number, silence, self._aside, floor_ms)
        self._aside(Kind.REPLY_PREEMPTIVE, self._pause, number)
        self._reply.start()

    def drop(self) -> None:
        """Its words are not the turn: its requests are cancelled."""
        self._aside(Kind.REPLY_DROPPED, self._pause, self._reply.number)
        self._reply.drop()

    def count(self) -> AnyReply:
        """The reply, on the record from its beginning."""
        self._main.take(self._aside)
        return self._reply
