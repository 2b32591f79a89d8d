"""The silences of a turn: its pauses and its end, as the pipeline hears them (timing model, section 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from stages.turn import Pause, Speech


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence, and the words before it. Times in ms on the user's clock."""

    place: int
    """0, 1, ...: the pauses in order, and last the end of the turn."""
    at_ms: float
    ms: float
    """Infinite at the end of the turn."""
    talk_ms: float
    """How long the speech after it lasts."""
    eot_score: float | None
    release_ms: float
    onset_lag_ms: float

    @property
    def until_ms(self) -> float:
        """When the user speaks again."""
        return self.at_ms + self.ms

    @property
    def is_end(self) -> bool:
        """Whether it is the end of the turn."""
        return self.ms == inf


def silences(speech: Speech) -> tuple[Silence, ...]:
    """Every pause in order, then the end of the turn as an infinite one."""
    return (
        *_pauses(speech),
        Silence(len(speech.pauses or ()), speech.end_ms, inf, 0, speech.eot_score, speech.release_ms, 0),
    )


def _pauses(speech: Speech) -> Iterator[Silence]:
    pauses = speech.pauses or ()
    for place, pause in enumerate(pauses):
        next_ms = pauses[place + 1].at_ms if place + 1 < len(pauses) else speech.end_ms
        release_ms, onset_lag_ms = _vad_lags(pause, speech)
        talk_ms = next_ms - (pause.at_ms + pause.ms)
        yield Silence(place, pause.at_ms, pause.ms, talk_ms, pause.eot_score, release_ms, onset_lag_ms)


def _vad_lags(pause: Pause, speech: Speech) -> tuple[float, float]:
    release_ms = speech.release_ms if pause.release_ms is None else pause.release_ms
    onset_lag_ms = speech.onset_lag_ms if pause.onset_lag_ms is None else pause.onset_lag_ms
    return release_ms, onset_lag_ms
