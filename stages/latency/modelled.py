"""A modelled stage: it answers after the turn's draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stages.clock import Clock, Priority, Timer


class Never:
    """The timer of an answer that never comes."""

    def cancel(self) -> None:
        """Does nothing."""


class Modelled:
    """A stage whose attempts take `draws[number]` ms; an attempt after the last draw never answers (section 3)."""

    def __init__(self, clock: Clock, draws: Sequence[float], fallback_ms: float | None) -> None:
        self._clock, self._draws, self._fallback_ms = clock, draws, fallback_ms

    def attempt(self, number: int, answered: Callable[[], object], lost: Callable[[], object]) -> Timer:
        return self._after(self._draws[number], answered) if number < len(self._draws) else Never()

    def fallback(self, answered: Callable[[], object], lost: Callable[[], object]) -> Timer | None:
        return None if self._fallback_ms is None else self._after(self._fallback_ms, answered)

    def _after(self, ms: float, action: Callable[[], object]) -> Timer:
        return self._clock.at(self._clock.now + ms, Priority.ANSWER, action)
