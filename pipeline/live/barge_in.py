"""Barge-in, live: which sound at the microphone may stop the agent, and when (timing model, section 5)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.streaming.gate import Gate
from stages.clock import Clock, Priority, Timer
from stages.settings import Settings


class LiveBargeIn:
    """Listens to one sound over the agent, and calls `detected` once, as there is enough voice or words."""

    def __init__(self, clock: Clock, settings: Settings, guard_until_ms: float, detected: Callable[[], object]) -> None:
        """The VAD hears the sound begin now; nothing stops the agent before `guard_until_ms`."""
        self._clock, self._rules, self._vad = clock, settings.barge_in, settings.vad
        self._guard_until_ms, self._detected = guard_until_ms, detected
        self._began_ms = clock.now
        words = ("words",) if self._rules.min_words else ()
        self._voice = Gate("voice", *words, opened=self._find)
        self._lasting: Timer | None = None
        self._found = False
        self.words = 0
        """How many were recognised so far."""
        if self._rules.on_voice:
            lasted_ms = max(clock.now, guard_until_ms) + self._rules.min_speech_ms
            self._lasting = clock.at(lasted_ms, Priority.ANSWER, lambda: self._voice.has("voice"))

    @property
    def need(self) -> int:
        """How many words make it more than a noise."""
        return max(1, self._rules.min_words)

    def quiet(self) -> None:
        """The sound is over: it lasts no longer, but for what the VAD's own silence adds."""
        if self._lasting is not None:
            hangover_ms = self._vad.silence_ms if self._rules.hangover else 0
            ends_ms = self._clock.now + (hangover_ms if self._clock.now > self._guard_until_ms else 0)
            self._clock.at(ends_ms, Priority.END, self._lasting.cancel)

    def transcript(self, text: str, final: bool) -> None:
        """Words of it."""
        self.words = max(self.words, len(text.split()))
        if 0 < self._rules.min_words <= self.words:
            self._voice.has("words")
        shown = final or self._rules.on_words == "interim"
        early = self._began_ms < self._guard_until_ms
        if self._rules.on_words != "off" and shown and self.words >= self.need and not early:
            self._find()

    def _find(self) -> None:
        if not self._found:
            self._found = True
            self._detected()
