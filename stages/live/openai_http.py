"""Live stages behind HTTP interfaces in the form of OpenAI's: chat completions, speech, transcriptions.

Cancelling a request closes its stream, and with HTTP/1.1 its connection. The key is read from the environment.
"""

from __future__ import annotations

import io
import os
import wave
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from stages.arrays import Samples
from stages.audio_models.packages import library
from stages.audio_models.vad import RATE
from stages.errors import InputError, StageError
from stages.live.chat_chunk import DONE, Chunk, Delta, Function, chunk_of
from stages.live.event_stream import EventStream
from stages.live.parts import Message, Piece, ToolBegins, ToolCall
from stages.live.sphinx import pcm

SPEECH_RATE = 24_000
"""Of the PCM of OpenAI's speech interface, which names no rate."""

MOST_ERROR = 300
"""Bytes of what a server says of an error."""

MOST_TRANSCRIPT = 1 << 20
"""Bytes of an answer with the words of one stretch of speech."""

CONNECT_S, READ_S = 10.0, 120.0


class _Transcript(msgspec.Struct):
    text: str


_TRANSCRIPT = msgspec.json.Decoder(_Transcript)


@dataclass(frozen=True)
class Endpoint:
    """Where a stage is: the base of its address, such as https://host/v1, and the variable that holds its key."""

    url: str
    model: str
    key_env: str | None = None

    def headers(self) -> dict[str, str]:
        """Raises InputError where the variable is named and not set."""
        if self.key_env is None:
            return {}
        key = os.environ.get(self.key_env)
        if not key:
            raise InputError(f"the key of {self.url} is to be in the environment variable {self.key_env}: set it")
        return {"Authorization": f"Bearer {key}"}


class _Client:
    """One connection pool for an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        import httpx

        self.endpoint, self._errors = endpoint, httpx.HTTPError
        timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
        self._client = httpx.AsyncClient(headers=endpoint.headers(), timeout=timeout)

    @asynccontextmanager
    async def post(self, path: str, **given: Any) -> AsyncIterator[Any]:
        """The response to a POST, while it streams. Raises StageError."""
        try:
            async with self._client.stream("POST", f"{self.endpoint.url.rstrip('/')}{path}", **given) as response:
                if response.status_code >= 400:
                    said = (await _read(response, MOST_ERROR)).decode("utf-8", "replace")
                    raise StageError(f"{self.endpoint.url}{path} answered {response.status_code}: {said}")
                yield response
        except self._errors as error:
            raise StageError(f"{self.endpoint.url}{path}: {type(error).__name__} {error}".rstrip()) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


class HttpLlm:
    """Streams chat completions; `tools` as the interface takes them."""

    def __init__(self, endpoint: Endpoint, tools: Sequence[dict[str, Any]] = (), **more: Any) -> None:
        self._client, self._tools, self._more = _Client(endpoint), list(tools), more

    async def answer(self, messages: Sequence[Message], attempt: int) -> AsyncIterator[Piece]:
        """Stream the answer."""
        asked: dict[str, Any] = {"model": self._client.endpoint.model, "stream": True, **self._more}
        asked["messages"] = [_message(one) for one in messages]
        if self._tools:
            asked["tools"] = self._tools
        calls: dict[int, ToolCall] = {}
        async with self._client.post("/chat/completions", json=asked) as response:
            async for chunk in _chunks(response):
                for piece in pieces_of(chunk.delta, calls):
                    yield piece
        for held in calls.values():
            yield held if held.arguments else replace(held, arguments="{}")

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


class HttpVoice:
    """Streams speech."""

    def __init__(self, endpoint: Endpoint, voice: str) -> None:
        self._client, self._voice = _Client(endpoint), voice

    async def speak(self, text: str, attempt: int) -> AsyncIterator[Samples]:
        """Stream the sound of the text."""
        asked = {"model": self._client.endpoint.model, "voice": self._voice, "input": text, "response_format": "pcm"}
        async with self._client.post("/audio/speech", json=asked) as response:
            rest, resampler = b"", None
            async for some in response.aiter_bytes():
                rest += some
                if resampler is None:
                    if len(rest) < WAV_HEAD:
                        continue
                    rate, rest = _without_head(rest)
                    resampler = library("soxr").ResampleStream(rate, RATE, 1, dtype="float32")
                whole = len(rest) // 2 * 2
                sound = np.frombuffer(rest[:whole], "<i2").astype(np.float32) / 32768
                rest = rest[whole:]
                if len(found := resampler.resample_chunk(sound)):
                    yield found
            if resampler is not None:
                yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


class HttpRecogniser:
    """Sends each stretch of speech once it is over; there are no interim transcripts."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._client = _Client(endpoint)
        self._held: list[Samples] = []

    def hear(self, samples: Samples) -> None:
        """Take sound."""
        self._held.append(samples)

    def so_far(self) -> str:
        """Nothing is known before the end."""
        return ""

    async def final(self) -> str:
        """The words of the stretch."""
        held, self._held = self._held, []
        if not held:
            return ""
        file = ("speech.wav", _wav(np.concatenate(held)), "audio/wav")
        data = {"model": self._client.endpoint.model, "response_format": "json"}
        async with self._client.post("/audio/transcriptions", data=data, files={"file": file}) as response:
            answer = await _read(response, MOST_TRANSCRIPT)
        try:
            return _TRANSCRIPT.decode(answer).text.strip()
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise StageError(f"{self._client.endpoint.url}/audio/transcriptions gave no text") from None

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def _message(one: Message) -> dict[str, Any]:
    """A message as the interface takes it."""
    held: dict[str, Any] = {"role": one.role, "content": one.text}
    if one.calls:
        held["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in one.calls
        ]
    if one.call_id:
        held["tool_call_id"] = one.call_id
    return held


async def _chunks(response: Any) -> AsyncIterator[Chunk]:
    """The events of an answer until it says that it is done. Raises StageError."""
    events = EventStream()
    async for some in response.aiter_bytes():
        for data in events.feed(some):
            if data.strip() == DONE:
                return
            chunk = chunk_of(data)
            if chunk.error is not None:
                raise StageError(f"the stream reports an error: {str(chunk.error)[:MOST_ERROR]}")
            yield chunk


def pieces_of(delta: Delta, calls: dict[int, ToolCall]) -> Iterator[Piece]:
    """The text in an event; calls of tools are gathered in `calls`."""
    if delta.content:
        yield delta.content
    for one in delta.tool_calls or ():
        if not calls:
            yield ToolBegins()
        place, function = one.index or 0, one.function or Function()
        held = calls.get(place, ToolCall("", "", ""))
        arguments = held.arguments + (function.arguments or "")
        calls[place] = ToolCall(one.id or held.id, function.name or held.name, arguments)


async def _read(response: Any, most: int) -> bytes:
    """The first bytes of a response, so many at most."""
    held = b""
    async for some in response.aiter_bytes():
        held += some
        if len(held) >= most:
            break
    return held[:most]


WAV_HEAD = 44


def _without_head(data: bytes) -> tuple[int, bytes]:
    """The rate, and the sound without the header of a WAV file, where a server sends one."""
    if data[:4] != b"RIFF":
        return SPEECH_RATE, data
    begin = data.find(b"data")
    return int.from_bytes(data[24:28], "little"), data[begin + 8 if begin >= 0 else WAV_HEAD :]


def _wav(samples: Samples) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm(samples))
    return held.getvalue()
