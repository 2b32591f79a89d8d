"""Scripted stages: an LLM, a voice and tools that take exactly as long as a script says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from stages.arrays import Samples
from stages.audio_models.vad import RATE
from stages.errors import StageError
from stages.live.parts import Message, Piece, ToolBegins, ToolCall

TONE_HZ = 220.0


@dataclass(frozen=True)
class Answer:
    """What LLM, tools and voice do for one reply; times in ms. An attempt without a time never answers."""

    tokens: tuple[str, ...]
    ttft_ms: tuple[float, ...]
    token_ms: float
    ttfb_ms: tuple[float, ...]
    ms_per_token: float
    tools: tuple[tuple[float, tuple[float, ...]], ...] = ()
    """Rounds of tool calls: how long the tool takes, and the first token of the request after it."""
    lead_ms: float = 0.0
    breaks: bool = False
    """Whether an attempt without a time fails at once, and does not hang."""


Plan = Callable[[], Answer]
"""The answer that is next."""


@dataclass
class ScriptedLlm:
    """Answers by the plan; `open`: how many streams are open, `cancelled`: how many were closed before their end."""

    plan: Plan
    fallback_ms: float | None = None
    """As a fallback model: the first token of each answer, in place of the plan's."""
    requests: list[float] = field(default_factory=list)
    open: int = 0
    cancelled: int = 0

    async def answer(self, messages: Sequence[Message], attempt: int) -> AsyncIterator[Piece]:
        """Wait, then stream."""
        loop = asyncio.get_running_loop()
        self.requests.append(loop.time())
        answer, done = self.plan(), sum(one.role == "tool" for one in messages[_last_user(messages) :])
        ttft_ms = answer.tools[done - 1][1] if done else answer.ttft_ms
        self.open += 1
        whole = False
        try:
            await _first(ttft_ms if self.fallback_ms is None else (self.fallback_ms,), attempt, answer)
            begun = loop.time()
            if done < len(answer.tools):
                yield ToolBegins()
                yield ToolCall(f"call-{done}", "look_up", "{}")
            else:
                for place, token in enumerate(answer.tokens):
                    await asyncio.sleep(max(begun + place * answer.token_ms / 1000 - loop.time(), 0))
                    yield token
            whole = True
        finally:
            self.open -= 1
            self.cancelled += not whole


@dataclass
class ScriptedVoice:
    """Speaks a hum as long as the plan says, all of it at once."""

    plan: Plan
    fallback_ms: float | None = None
    requests: int = 0
    open: int = 0
    cancelled: int = 0

    async def speak(self, text: str, attempt: int) -> AsyncIterator[Samples]:
        """Wait, then give the sound of the text."""
        answer = self.plan()
        self.requests += 1
        self.open += 1
        whole = False
        try:
            await _first(answer.ttfb_ms if self.fallback_ms is None else (self.fallback_ms,), attempt, answer)
            yield hum(len(text.split()) * answer.ms_per_token)
            whole = True
        finally:
            self.open -= 1
            self.cancelled += not whole


@dataclass
class ScriptedTools:
    """Tools that take as long as the plan says."""

    plan: Plan

    async def prepare(self) -> None:
        """The application's own work."""
        if self.plan().lead_ms:
            await asyncio.sleep(self.plan().lead_ms / 1000)

    async def call(self, call: ToolCall) -> str:
        """Run."""
        await asyncio.sleep(self.plan().tools[int(call.id.rpartition("-")[2])][0] / 1000)
        return "done"


def hum(ms: float) -> Samples:
    """A quiet tone of this length."""
    count = round(ms * RATE / 1000)
    found: Samples = (0.1 * np.sin(2 * np.pi * TONE_HZ * np.arange(count) / RATE)).astype(np.float32)
    return found


def _last_user(messages: Sequence[Message]) -> int:
    return max(place for place, one in enumerate(messages) if one.role == "user")


async def _first(times_ms: Sequence[float], attempt: int, answer: Answer) -> None:
    """Wait for the first part of this attempt."""
    if attempt >= len(times_ms):
        if answer.breaks:
            await asyncio.sleep(0.01)
            raise StageError("the script has no such attempt")
        await asyncio.Event().wait()
    await asyncio.sleep(times_ms[attempt] / 1000)
