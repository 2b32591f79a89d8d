"""Stages behind HTTP: what streams in, what is refused, and that whoever stops reading closes the connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from stages.errors import InputError, StageError
from stages.live.event_stream import LONGEST
from stages.live.openai_http import Endpoint, HttpLlm, HttpRecogniser
from stages.live.parts import Message, Piece, ToolBegins, ToolCall

ASKED = (Message("user", "When do you open?"),)
Serve = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers every request with what it was given."""

    def __init__(self, body: Serve, status: str = "200 OK", kind: str = "text/event-stream") -> None:
        self.body, self.status, self.kind = body, status, kind
        self.asked: list[dict[str, Any]] = []
        self.closed = asyncio.Event()
        """The other side has closed its connection."""
        self.tasks: set[asyncio.Task[Any]] = set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task() or asyncio.create_task(asyncio.sleep(0)))
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line.split(":")[1]) for line in head.lower().split("\r\n") if "content-length" in line)
        body = await reader.readexactly(length)
        with suppress(ValueError):
            self.asked.append(json.loads(body))
        writer.write(f"HTTP/1.1 {self.status}\r\nContent-Type: {self.kind}\r\nConnection: close\r\n\r\n".encode())
        with suppress(ConnectionError):
            await self.body(writer)
        with suppress(ConnectionError):
            await reader.read(1)
        self.closed.set()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[Endpoint]:
    held = await asyncio.start_server(server.take, "127.0.0.1", 0)
    try:
        yield Endpoint(f"http://127.0.0.1:{held.sockets[0].getsockname()[1]}/v1", "m")
    finally:
        held.close()
        await asyncio.wait_for(asyncio.gather(*server.tasks), 30)


def event(**delta: Any) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": delta}]}).encode() + b"\n\n"


def once(*sent: bytes) -> Serve:
    async def body(writer: asyncio.StreamWriter) -> None:
        for some in sent:
            writer.write(some)
            await writer.drain()
        writer.write_eof()

    return body


async def answer(server: Server) -> list[Piece]:
    async with serving(server) as endpoint:
        llm = HttpLlm(endpoint)
        try:
            return [piece async for piece in llm.answer(ASKED, 0)]
        finally:
            await llm.close()


async def test_tokens_come_as_they_are_sent_and_the_end_is_known() -> None:
    server = Server(once(event(role="assistant"), event(content="At"), event(content=" nine."), b"data: [DONE]\n\n"))
    assert await answer(server) == ["At", " nine."]
    assert server.asked[0]["messages"] == [{"role": "user", "content": "When do you open?"}]


async def test_an_event_without_choices_adds_nothing() -> None:
    bare = b'data: {"choices": null, "usage": {"completion_tokens": 1}}\n\n'
    assert await answer(Server(once(event(content="At"), bare, b"data: {}\n\n"))) == ["At"]


async def test_a_call_of_a_tool_begins_with_its_first_token_and_is_whole_at_the_end() -> None:
    def call(**function: str) -> bytes:
        return event(tool_calls=[{"index": 0, "id": "c1", "function": function}])

    sent = (call(name="weather", arguments=""), call(arguments='{"city": '), call(arguments='"Ulm"}'))
    assert await answer(Server(once(*sent))) == [ToolBegins(), ToolCall("c1", "weather", '{"city": "Ulm"}')]


async def test_whoever_stops_reading_closes_the_connection() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(event(content="on"))
        await writer.drain()

    server = Server(endless)
    async with serving(server) as endpoint:
        llm = HttpLlm(endpoint)
        first = asyncio.Event()

        async def read() -> None:
            async for _ in llm.answer(ASKED, 0):
                first.set()

        task = asyncio.create_task(read())
        await asyncio.wait_for(first.wait(), 30)
        assert not server.closed.is_set()
        task.cancel()
        await asyncio.wait_for(server.closed.wait(), 30)
        await llm.close()
    assert server.closed.is_set()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"data: nonsense\n\n", "no event of a chat completion: nonsense"),
        (b"data: [1]\n\n", "no event of a chat completion"),
        (b'data: {"error": {"message": "overloaded"}}\n\n', "overloaded"),
        (b"data: " + b"x" * (LONGEST + 1), "longer than"),
        (b'data: {"choices": [{"delta": {"tool_calls": 7}}]}\n\n', "no event of a chat completion"),
        (b'data: {"choices": [{"delta": {"tool_calls": [{"index": "x"}]}}]}\n\n', "no event of a chat completion"),
        (b'data: {"choices": [{"delta": {"tool_calls": [{"function": []}]}}]}\n\n', "no event of a chat completion"),
    ],
)
async def test_what_is_no_event_is_an_error_of_the_stage(sent: bytes, said: str) -> None:
    with pytest.raises(StageError, match=said):
        await answer(Server(once(sent)))


async def test_a_refusal_is_told_with_what_the_server_says() -> None:
    with pytest.raises(StageError, match=r"429.*slow down"):
        await answer(Server(once(b"slow down"), status="429 Too Many Requests"))


async def test_nobody_at_the_address_is_an_error_of_the_stage() -> None:
    llm = HttpLlm(Endpoint("http://127.0.0.1:9/v1", "m"))
    with pytest.raises(StageError, match="ConnectError"):
        _ = [piece async for piece in llm.answer(ASKED, 0)]
    await llm.close()


def test_a_key_that_is_not_in_the_environment_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(InputError, match="MY_KEY"):
        Endpoint("http://127.0.0.1:9/v1", "m", "MY_KEY").headers()


async def test_a_stretch_of_speech_is_sent_once_it_is_over() -> None:
    import numpy as np

    async with serving(Server(once(b'{"text": " hello "}'), kind="application/json")) as endpoint:
        ears = HttpRecogniser(endpoint)
        assert await ears.final() == ""
        ears.hear(np.zeros(1600, np.float32))
        assert await ears.final() == "hello"
        await ears.close()


async def test_an_endless_error_is_read_as_far_as_it_is_shown() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"slow down " * 1000)
            await writer.drain()

    with pytest.raises(StageError, match=r"429: slow down (slow down )+"):
        await answer(Server(endless, status="429 Too Many Requests"))
