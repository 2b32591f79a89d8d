"""Barge-in detection: which sound at the microphone may stop the agent, and when (timing model, section 5)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.streaming.ensemble import Ensemble
from pipeline.streaming.events import Kind
from pipeline.streaming.gate import Gate
from stages.clock import Priority
from stages.turn import Overlap


class BargeInDetector:
    """Listens to one overlap and calls `detected` once, as the server knows of enough voice or words.

    Its clock starts as the user first hears the reply.
    """

    def __init__(self, overlap: Overlap, play: Ensemble, detected: Callable[[Kind], object]) -> None:
        """`detected` is called with whether it was voice or words."""
        self._overlap, self._clock, self._world = overlap, play.clock, play.world
        self._rules, self._vad = play.settings.barge_in, play.settings.vad
        self._detected = detected
        words = ("words",) if self._rules.min_words else ()
        self._voice = Gate("voice", *words, opened=lambda: self._find(Kind.OVERLAP_VOICE))
        self._found = False

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
        lasting = self._clock.at(lasted_ms, Priority.ANSWER, lambda: self._voice.has("voice"))
        self._clock.at(ends_ms + speech.release_ms + hangover_ms, Priority.END, lasting.cancel)
        if 0 < self._rules.min_words <= overlap.words:
            spoken_ms = overlap.at_ms + overlap.ms * self._rules.min_words / overlap.words
            self._clock.at(spoken_ms, Priority.ANSWER, lambda: self._voice.has("words"))

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
