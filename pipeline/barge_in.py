"""Barge-in detection: which sound at the microphone may stop the agent, and when (timing model, section 5)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.events import Kind
from pipeline.world import World
from stages.clock import Clock, Priority, Timer
from stages.settings import Settings
from stages.turn import Overlap


class BargeInDetector:
    """Listens to one overlap and calls `detected` once, as the server knows of enough voice or words.

    Its clock starts as the user first hears the reply.
    """

    def __init__(
        self, clock: Clock, overlap: Overlap, world: World, settings: Settings, detected: Callable[[Kind], object]
    ) -> None:
        self._clock, self._overlap, self._world = clock, overlap, world
        self._rules, self._vad = settings.barge_in, settings.vad
        self._detected = detected
        self._awaited = {"voice"} | ({"words"} if self._rules.min_words else set())
        self._found = False
        self._voice_timer: Timer | None = None

    def begin(self) -> None:
        """Listen; the rest comes as the clock runs."""
        if self._rules.on_voice:
            self._listen_for_voice()
        if self._rules.on_words != "off":
            self._listen_for_words()

    @property
    def _guard_ms(self) -> float:
        """Nothing stops the agent before this."""
        first_ms = self._rules.guard_first_ms if self._world.turn.index == 0 else 0
        return max(self._rules.guard_ms, first_ms)

    def _listen_for_voice(self) -> None:
        """Voice must last, and hold enough words as they are spoken; the VAD hears it begin and end late."""
        overlap, speech = self._overlap, self._world.turn.speech
        begins_ms, ends_ms = max(overlap.at_ms, self._guard_ms), overlap.at_ms + overlap.ms
        if ends_ms <= begins_ms:
            return
        hangover_ms = self._vad.silence_ms if self._rules.hangover else 0
        lasted_ms = begins_ms + speech.onset_lag_ms + self._rules.min_speech_ms
        self._voice_timer = self._clock.at(lasted_ms, Priority.ANSWER, lambda: self._has("voice"))
        self._clock.at(ends_ms + speech.release_ms + hangover_ms, Priority.END, self._voice_timer.cancel)
        if 0 < self._rules.min_words <= overlap.words:
            spoken_ms = overlap.at_ms + overlap.ms * self._rules.min_words / overlap.words
            self._clock.at(spoken_ms, Priority.ANSWER, lambda: self._has("words"))

    def _has(self, what: str) -> None:
        self._awaited.remove(what)
        if not self._awaited:
            self._find(Kind.OVERLAP_VOICE)

    def _listen_for_words(self) -> None:
        """Words count once a transcript shows them; those that began under the guard never do."""
        overlap, need = self._overlap, max(1, self._rules.min_words)
        if overlap.words < need or overlap.at_ms < self._guard_ms:
            return
        final_ms = overlap.ms + self._world.final_ms
        interim_ms = overlap.ms * need / overlap.words + self._world.turn.asr.interim_ms
        shown_ms = min(interim_ms, final_ms) if self._rules.on_words == "interim" else final_ms
        self._clock.at(overlap.at_ms + shown_ms, Priority.ANSWER, lambda: self._find(Kind.OVERLAP_WORDS))

    def _find(self, kind: Kind) -> None:
        """The server hears of it after the way up."""
        if not self._found:
            self._found = True
            self._clock.at(self._clock.now + self._world.up_ms, Priority.BARGE_IN, lambda: self._detected(kind))
