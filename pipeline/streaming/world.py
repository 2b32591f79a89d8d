"""What the world does in one complete turn, with nothing missing: what the modelled stages go by."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from stages.errors import IncompleteTurn
from stages.silence import Silence, silences
from stages.turn import Turn

NEEDED = {
    "up_ms": "network.up_ms",
    "down_ms": "network.down_ms",
    "final_ms": "asr.final_ms",
    "ttft_ms": "llm.ttft_ms",
    "token_ms": "llm.token_ms",
    "clause_tokens": "llm.clause_tokens",
    "sentence_tokens": "llm.sentence_tokens",
    "reply_tokens": "llm.reply_tokens",
    "prefill_ms_per_1k": "llm.prefill_ms_per_1k",
    "ttfb_ms": "tts.ttfb_ms",
    "ms_per_token": "tts.ms_per_token",
}
"""The fields that a turn cannot be lived through without; a missing fallback or score is one that does not exist."""

_read = attrgetter(*NEEDED.values())


@dataclass(frozen=True, slots=True)
class Tool:
    """One round of tool calls. Times in ms."""

    ms: float
    """From the first token of the call to the result."""
    ttft_ms: tuple[float, ...]
    """Of the request that follows, one an attempt."""


@dataclass(frozen=True, slots=True)
class World:
    """A turn with every value that the pipeline needs. Times in ms."""

    turn: Turn
    silences: tuple[Silence, ...]
    up_ms: float
    down_ms: float
    final_ms: float
    ttft_ms: tuple[float, ...]
    token_ms: float
    clause_tokens: int
    sentence_tokens: int
    reply_tokens: int
    prefill_ms_per_1k: float
    ttfb_ms: tuple[float, ...]
    ms_per_token: float
    tools: tuple[Tool, ...]
    other_ms: float

    @classmethod
    def of(cls, turn: Turn) -> World:
        """The world of a complete turn; IncompleteTurn names what is missing, or known only as a bound."""
        values = dict(zip(NEEDED, _read(turn), strict=True))
        missing = [NEEDED[name] for name, value in values.items() if value is None or _lacks_draws(value)]
        for number, tool in enumerate(turn.llm.tools):
            lacking = {"ms": tool.ms is None, "ttft_ms": tool.ttft_ms is None or _lacks_draws(tool.ttft_ms)}
            missing += [f"llm.tools[{number}].{name}" for name, lacks in lacking.items() if lacks]
        if missing:
            raise IncompleteTurn(f"turn {turn.id!r} lacks {', '.join(missing)}: complete the turn first")
        if turn.censored:
            bounds = ", ".join(turn.censored)
            raise IncompleteTurn(f"turn {turn.id!r} knows only a lower bound of {bounds}: complete the turn first")
        tools = tuple(Tool(tool.ms, tool.ttft_ms) for tool in turn.llm.tools)  # type: ignore[arg-type]
        return cls(turn, silences(turn.speech), **values, tools=tools, other_ms=turn.other_ms or 0.0)

    @property
    def end_ms(self) -> float:
        """The true end of the user's turn."""
        return self.silences[-1].at_ms

    @property
    def reply_ms(self) -> float:
        """How long the reply is when spoken."""
        return self.reply_tokens * self.ms_per_token


def _lacks_draws(value: object) -> bool:
    return isinstance(value, tuple) and None in value
