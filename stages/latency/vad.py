"""Voice activity detection: when silence and renewed speech are detected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from stages.clock import Clock, Priority
from stages.silence import Silence


class Vad(Protocol):
    """Detects speech and silence."""

    def notices(self, silence: Silence) -> bool:
        """Whether it reports the silence; False: speech is heard again before that."""

    def listen(
        self,
        silence: Silence,
        *,
        quiet: Callable[[], object],
        report: Callable[[], object],
        speech: Callable[[], object],
    ) -> None:
        """Calls `quiet` when silence begins and `report` once it has lasted (or neither), and `speech` when it ends."""


class ModelledVad:
    """A VAD that detects the end and begin of speech with the turn's lags (timing model, section 4)."""

    def __init__(self, clock: Clock, up_ms: float, silence_ms: float) -> None:
        self._clock, self._up_ms, self._silence_ms = clock, up_ms, silence_ms

    def notices(self, silence: Silence) -> bool:
        return silence.is_end or self._silence_ms < silence.ms + silence.onset_lag_ms - silence.release_ms

    def listen(
        self,
        silence: Silence,
        *,
        quiet: Callable[[], object],
        report: Callable[[], object],
        speech: Callable[[], object],
    ) -> None:
        if self.notices(silence):
            quiet_ms = silence.at_ms + self._up_ms + silence.release_ms
            self._clock.at(quiet_ms, Priority.VAD, quiet)
            self._clock.at(quiet_ms + self._silence_ms, Priority.VAD, report)
        if not silence.is_end:
            speech_ms = silence.until_ms + self._up_ms + silence.onset_lag_ms
            self._clock.at(speech_ms, Priority.USER, speech)
