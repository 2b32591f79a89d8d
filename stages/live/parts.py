"""The live stages, each a small protocol. All sound is mono at 16 kHz, in -1 .. 1."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from stages.arrays import Samples


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The LLM wants a tool to run; `arguments` is JSON."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolBegins:
    """The first token of a call, whose name and arguments are still to come."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was said in the conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str
    calls: tuple[ToolCall, ...] = ()
    """Of the assistant's: the tools that it called."""
    call_id: str = ""
    """Of a tool's: the call that this is the result of."""


Piece = str | ToolBegins | ToolCall
"""A piece of an answer, mostly a token."""


class SpeechDetector(Protocol):
    """A VAD."""

    window: int
    """Samples that it is given at a time."""

    def probability(self, samples: Samples) -> float:
        """That somebody speaks in this window, which follows the one before."""


class TurnScorer(Protocol):
    """An end-of-turn model."""

    async def score(self, samples: Samples) -> float:
        """How likely it is that what was said so far is a whole turn: 0..1."""


class Recogniser(Protocol):
    """Speech recognition."""

    def hear(self, samples: Samples) -> None:
        """Take sound that follows what it has heard."""

    def so_far(self) -> str:
        """The words since the last final transcript, as far as it has them."""

    async def final(self) -> str:
        """The words since the last final transcript; "" where there are none. What comes later is a new stretch."""


class LanguageModel(Protocol):
    """An LLM. Whoever stops reading closes its connection."""

    def answer(self, messages: Sequence[Message], attempt: int) -> AsyncIterator[Piece]:
        """Stream the answer; `attempt`: the so-manyth of one request, from 0."""


class Voice(Protocol):
    """Speech synthesis. Whoever stops reading closes its connection."""

    def speak(self, text: str, attempt: int) -> AsyncIterator[Samples]:
        """Stream the sound of a text."""


class Tools(Protocol):
    """The application around the LLM."""

    async def prepare(self) -> None:
        """Its own work between a commit and the LLM's request."""

    async def call(self, call: ToolCall) -> str:
        """Run a tool; what it gives."""
