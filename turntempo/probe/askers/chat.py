"""Chat completions of an OpenAI-compatible server, streamed: first token, gaps, clause, sentence, tool calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from pipeline.importers.spoken_text import tokens_in
from stages.errors import StageError
from stages.live.chat_chunk import DONE, Call, Chunk, Usage, chunk_of
from stages.live.event_stream import EventStream
from turntempo.probe.askers.asking import Slot, recorded
from turntempo.probe.askers.scenario import Scenario, picked
from turntempo.probe.caller import Answer, Caller, Timing
from turntempo.probe.endpoint import Endpoint
from turntempo.probe.failure import Failed, safe_code
from turntempo.probe.records import Record

LARGEST = 4 << 20
"""Bytes of an answer that are read."""

STALL_MS = 500
"""A gap between tokens that is heard as a pause, whatever is buffered: two tokens sound for about as long."""

MOST_PIECES = 100_000

MOST_TOKENS = 1 << 24


@dataclass
class _Reply:
    """A reply as it comes in."""

    pieces: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    usage: Usage | None = None
    call_ms: float | None = None
    calls: dict[int, dict[str, str]] = field(default_factory=dict)
    ended: bool = False

    def take(self, chunk: Chunk, now: float) -> None:
        self.usage = chunk.usage or self.usage
        self.ended = self.ended or chunk.ends
        delta = chunk.delta
        if delta.content:
            self.pieces.append(delta.content)
            self.at.append(now)
        for call in (delta.tool_calls or ())[:1]:
            self._take_call(call, now)
        if len(self.pieces) > MOST_PIECES:
            raise Failed("endless")

    def _take_call(self, call: Call, now: float) -> None:
        self.call_ms = now
        known = self.calls.setdefault(0, {"id": "call_0", "name": "", "arguments": ""})
        known["id"] = call.id or known["id"]
        if call.function:
            known["name"] += call.function.name or ""
            known["arguments"] += call.function.arguments or ""


class Chat:
    """Asks an LLM what users say, after a history of some length."""

    connects_itself = False

    def __init__(self, to: Endpoint, scenario: Scenario, max_tokens: int, limit_name: str, seed: int) -> None:
        self._to, self._scenario, self._max_tokens, self._limit_name = to, scenario, max_tokens, limit_name
        self._seed = seed

    async def ask(self, caller: Caller, slot: Slot) -> Record:
        """One request; with tools two: the one that calls the tool, and the one with its result."""
        timing = Timing()
        tools = slot.cell.question == "tools"

        async def measure(found: dict[str, Any]) -> None:
            messages = self._messages(slot)
            reply = await self._reply(caller, timing, messages, tools, found)
            if not tools:
                if not reply.pieces:
                    raise Failed("empty")
                return
            if reply.call_ms is None:
                raise Failed("empty", code="no_tool_call")
            found["tool_call_ms"] = reply.call_ms
            after: dict[str, Any] = {}
            await self._reply(caller, Timing(), [*messages, *self._result(reply)], True, after)
            found["after_tool_ms"] = after.get("first_ms")

        return await recorded(slot, timing, measure)

    def _messages(self, slot: Slot) -> list[dict[str, Any]]:
        """A call of its own for each request, so that no answer of an earlier one is taken from a cache."""
        scenario = self._scenario
        began = f"Call {self._seed}-{slot.cell.name}-{slot.i}-{slot.twin or 0}. "
        question = scenario.tool.question if slot.cell.question == "tools" and scenario.tool else None
        return [
            {"role": "system", "content": began + scenario.system},
            *scenario.history(slot.cell.history or 0, slot.i),
            {"role": "user", "content": question or picked(scenario.questions, slot.i)},
        ]

    def _result(self, reply: _Reply) -> list[dict[str, Any]]:
        call = reply.calls[0]
        function = {"name": call["name"], "arguments": call["arguments"]}
        calls = [{"id": call["id"], "type": "function", "function": function}]
        result = self._scenario.tool.result if self._scenario.tool else ""
        return [
            {"role": "assistant", "content": None, "tool_calls": calls},
            {"role": "tool", "tool_call_id": call["id"], "content": result},
        ]

    async def _reply(
        self, caller: Caller, timing: Timing, messages: list[dict[str, Any]], tools: bool, found: dict[str, Any]
    ) -> _Reply:
        body: dict[str, Any] = {"model": self._to.model, "messages": messages, "stream": True}
        body |= {self._limit_name: self._max_tokens, "stream_options": {"include_usage": True}}
        if tools and self._scenario.tool:
            body["tools"] = [self._scenario.tool.definition()]
        reply = _Reply()
        try:
            async with caller.post(self._to.path("chat/completions"), timing, largest=LARGEST, json=body) as answer:
                async for chunk in self._chunks(answer):
                    reply.take(chunk, timing.now())
                    if reply.at:
                        found.setdefault("first_ms", reply.at[0])
        finally:
            found |= _measures(reply)
        found["done_ms"] = timing.now() if timing.ended_ms is None else timing.ended_ms
        return reply

    async def _chunks(self, answer: Answer) -> AsyncIterator[Chunk]:
        """The events of an answer until it says that it is done. Raises Failed."""
        events, ended, pieces = EventStream(), False, answer.pieces()
        async for piece in pieces:
            for data in _events(events, piece):
                if data.strip() == DONE:
                    answer.timing.ended_ms = answer.timing.now()
                    await answer.read_out(pieces)
                    return
                chunk = self._chunk(data)
                ended = ended or chunk.ends
                yield chunk
        if not ended:
            raise Failed("reset")

    def _chunk(self, data: bytes) -> Chunk:
        try:
            chunk = chunk_of(data)
        except StageError:
            raise Failed("malformed") from None
        if chunk.error is not None:
            error = chunk.error if isinstance(chunk.error, dict) else {}
            raise Failed("reported", code=safe_code(error.get("code") or error.get("type"), self._to.key))
        return chunk


def _events(stream: EventStream, piece: bytes) -> Iterator[bytes]:
    try:
        yield from stream.feed(piece)
    except StageError:
        raise Failed("too_large") from None


def _measures(reply: _Reply) -> dict[str, Any]:
    """The fields of a record that a reply gives."""
    found: dict[str, Any] = {}
    if usage := reply.usage:
        found |= {"prompt_tokens": _tokens(usage.prompt_tokens)}
        details = usage.prompt_tokens_details
        found |= {"cached_tokens": _tokens(details.cached_tokens)} if details else {}
    if not reply.at:
        return found
    gaps = np.diff(reply.at)
    counted = tokens_in(reply.pieces)
    total = _tokens(reply.usage.completion_tokens) if reply.usage else None
    if counted is not None and reply.ended:
        found |= _to_ends(reply, counted.clause, counted.sentence)
        counted = counted.of(total) if total else counted
        found |= {"clause_tokens": counted.clause, "sentence_tokens": counted.sentence, "reply_tokens": counted.reply}
    if len(gaps) >= 2:
        span, tokens = reply.at[-1] - reply.at[0], (total or len(reply.pieces)) - 1
        found |= {"token_ms": span / max(tokens, 1), "gap_max_ms": float(gaps.max())}
        found["gap_p95_ms"] = float(np.quantile(gaps, 0.95, method="inverted_cdf"))
        found["stalls"] = sum(after - before >= STALL_MS for before, after in pairwise(reply.at))
    return found


def _to_ends(reply: _Reply, clause: int | None, sentence: int | None) -> dict[str, float]:
    """When the pieces that end the first clause and the first sentence came."""
    places = {"clause_ms": clause, "sentence_ms": sentence}
    return {name: reply.at[min(max(place, 1), len(reply.at)) - 1] for name, place in places.items() if place}


def _tokens(count: int | None) -> int | None:
    """A count that can be one."""
    return count if count is not None and 0 < count <= MOST_TOKENS else None
