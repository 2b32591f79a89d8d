"""The end-of-turn model: a score for "the user is done"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from stages.clock import Clock, Priority
from stages.silence import Silence


class EndOfTurn(Protocol):
    """Scores how likely it is that the user is done."""

    def knows(self, silence: Silence) -> bool:
        """Whether it will have an answer."""

    def ask(self, silence: Silence, answer: Callable[[float], object]) -> None:
        """Calls `answer` with the score in 0..1, where it has one."""


class ModelledEndOfTurn:
    """A model that answers with the turn's own scores, a fixed delay after it is asked (timing model, section 1)."""

    def __init__(self, clock: Clock, delay_ms: float) -> None:
        self._clock, self._delay_ms = clock, delay_ms

    def knows(self, silence: Silence) -> bool:
        return silence.eot_score is not None

    def ask(self, silence: Silence, answer: Callable[[float], object]) -> None:
        score = silence.eot_score
        if score is not None:
            self._clock.at(self._clock.now + self._delay_ms, Priority.SCORE, lambda: answer(score))
