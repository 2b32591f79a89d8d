"""Endpointing: from silence, scores and transcripts to the decision that the user is done (timing model, section 4)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.streaming.ensemble import Listeners
from stages.clock import Priority, Timer
from stages.silence import Silence


class Endpointing:
    """Decides on one silence: first that it has lasted (`ended`), then that the transcript will do (`commit`)."""

    def __init__(
        self,
        play: Listeners,
        silence: Silence,
        *,
        scored: Callable[[float], object],
        ended: Callable[[float], object],
        commit: Callable[[], object],
    ) -> None:
        """`scored` is given the end-of-turn model's answer, `ended` the silence that it took, in ms."""
        self._clock, self._rules, self._asr = play.clock, play.settings.endpointing, play.settings.asr
        self._scored, self._ended, self._commit = scored, ended, commit
        self._model, self._silence = play.end_of_turn, silence
        self._waits_for_score = self._rules.eot_threshold is not None and self._model.knows(silence)
        self._asks = self._waits_for_score or play.settings.eager.on == "score"
        self._quiet_ms: float | None = None
        self._report_ms: float | None = None
        self._final_ms: float | None = None
        self._earlier_words = False
        self._score: float | None = None
        self._timed = self._past_endpoint = self._out_of_patience = self._closed = False
        self._timers: list[Timer] = []

    def quiet(self) -> None:
        """Silence begins, as the VAD hears it."""
        self._quiet_ms = self._clock.now
        self._ask_from("stream")

    def report(self) -> None:
        """The VAD reports the silence."""
        self._report_ms = self._clock.now
        self._ask_from("vad")
        self._words_are_here()
        self._time_the_endpoint()

    def final(self) -> None:
        """The final transcript of the last words is here."""
        self._final_ms = self._clock.now
        self._words_are_here()
        if self._past_endpoint:
            self._decide()
        else:
            self._time_the_endpoint()

    def earlier_final(self) -> None:
        """The final transcript of earlier words, not committed yet, is here."""
        self._earlier_words = True
        self._words_are_here()
        if self._out_of_patience:
            self._decide()

    def score(self, score: float) -> None:
        """The end-of-turn model answers."""
        self._score = score
        self._time_the_endpoint()

    def close(self) -> None:
        """The user has gone on, or the turn is committed: nothing is left to decide."""
        for timer in self._timers:
            timer.cancel()
        self._closed = True

    def _words_are_here(self) -> None:
        if self._report_ms is not None and (self._earlier_words or self._final_ms is not None):
            self._ask_from("final")

    def _ask_from(self, moment: str) -> None:
        if moment == self._rules.score_from and self._asks and not self._closed:
            self._asks = False
            self._model.ask(self._silence, self._scored)

    def _time_the_endpoint(self) -> None:
        """The endpoint's timer is set once all is known that it depends on."""
        if self._timed or self._report_ms is None or (self._waits_for_score and self._score is None):
            return
        counted_ms = self._counts_from()
        if counted_ms is not None:
            self._timed = True
            wait_ms = self._wait_ms()
            self._at(counted_ms + wait_ms, Priority.ENDPOINT, lambda: self._endpoint(wait_ms))

    def _counts_from(self) -> float | None:
        """When the silence began for the rules; None: not known before the final transcript comes."""
        if self._rules.counts_from == "speech":
            return self._quiet_ms
        if self._final_ms is None or self._report_ms is None:
            return None
        return self._final_ms if self._final_ms > self._report_ms else self._quiet_ms

    def _wait_ms(self) -> float:
        threshold = self._rules.eot_threshold
        unfinished = threshold is not None and self._score is not None and self._score < threshold
        return self._rules.max_silence_ms if unfinished else self._rules.silence_ms

    def _endpoint(self, wait_ms: float) -> None:
        """It has been silent for long enough: commit, or wait for the last words a little longer."""
        self._past_endpoint = True
        self._ended(wait_ms)
        if self._final_ms is not None:
            self._decide()
            return
        self._at(self._clock.now + self._asr.final_timeout_ms, Priority.ENDPOINT, self._lose_patience)
        if self._asr.empty_timeout_ms is not None:
            self._at(self._clock.now + self._asr.empty_timeout_ms, Priority.ENDPOINT, self._decide)

    def _lose_patience(self) -> None:
        """With earlier words at hand there is something to answer already."""
        self._out_of_patience = True
        if self._earlier_words:
            self._decide()

    def _decide(self) -> None:
        """Commit, with whatever else comes at this very moment; a user who is back at this moment is heard first."""
        self._at(self._clock.now, Priority.COMMIT, self._commit)

    def _at(self, when_ms: float, priority: Priority, action: Callable[[], object]) -> None:
        if not self._closed:
            self._timers.append(self._clock.at(when_ms, priority, action))
