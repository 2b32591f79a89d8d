"""The language model: how soon its first token comes, and how its tokens stream after that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from stages.clock import Clock, Priority, Timer
from stages.latency.modelled import Modelled
from stages.policy import Stage
from stages.turn import History


class Tokens(Protocol):
    """The stream of an answer's tokens."""

    def when(self, tokens: int, action: Callable[[], object]) -> Timer:
        """Calls `action` once this many tokens are there."""


class Llm(Stage, Protocol):
    """A language model: an attempt is answered by its first token."""

    def calls_tools(self) -> bool:
        """Whether the answer whose first token is here calls tools; else it is spoken."""

    def stream(self) -> Tokens:
        """The tokens of the answer whose first one is here."""


def with_bounded_history(
    ttft_ms: Sequence[float], history: History | None, max_history: int | None, prefill_ms_per_1k: float
) -> tuple[float, ...]:
    """The first-token times when only `max_history` past turns are sent (timing model, section 3)."""
    if history is None or max_history is None:
        return tuple(ttft_ms)
    dropped = max(0, history.turns - max_history)
    saved_ms = prefill_ms_per_1k / 1000 * history.tokens_per_turn * dropped
    return tuple(max(0.0, ttft - saved_ms) for ttft in ttft_ms)


def forgets(history: History | None, max_history: int | None) -> bool:
    """Whether the user refers to a turn before the context."""
    return history is not None and max_history is not None and history.needs > max_history


class ModelledLlm(Modelled):
    """A model whose first token takes the turn's draws, and each further one `token_ms`."""

    def __init__(
        self,
        clock: Clock,
        ttft_ms: Sequence[float],
        fallback_ttft_ms: float | None,
        token_ms: float,
        calls_tools: bool = False,
    ) -> None:
        super().__init__(clock, ttft_ms, fallback_ttft_ms)
        self._token_ms, self._calls_tools = token_ms, calls_tools

    def calls_tools(self) -> bool:
        return self._calls_tools

    def stream(self) -> ModelledTokens:
        return ModelledTokens(self._clock, self._token_ms)


class ModelledTokens:
    """Tokens at an even pace. Only those that are waited for are events on the clock."""

    def __init__(self, clock: Clock, token_ms: float) -> None:
        self._clock, self._token_ms = clock, token_ms
        self._first_ms = clock.now

    def when(self, tokens: int, action: Callable[[], object]) -> Timer:
        return self._clock.at(self._first_ms + (tokens - 1) * self._token_ms, Priority.ANSWER, action)
