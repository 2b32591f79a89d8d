"""Servers on loopback that answer by a script, at times that are known, in a thread of their own."""

import asyncio
import contextlib
import json
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Script = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]
Http2 = Callable[[asyncio.StreamReader, asyncio.StreamWriter, "Server"], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes
    number: int
    """Of all requests to this server, from 0."""
    on_connection: int
    """Of those on its connection."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """Where it listens, and what it was asked."""

    url: str
    requests: list[Request] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0


@contextlib.contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None, http2: Http2 | None = None) -> Iterator[Server]:
    """A server while the block runs. `http2`: what answers where a client asks for that version."""
    loop = asyncio.new_event_loop()
    server = Server("")
    handlers: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        count = 0
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            if http2 is not None and writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2":
                await http2(reader, writer, server)
            while not reader.at_eof():
                request = await _read(reader, len(server.requests), count)
                server.requests.append(request)
                server.at_once += 1
                server.most_at_once = max(server.most_at_once, server.at_once)
                try:
                    await script(request, writer)
                    await writer.drain()
                finally:
                    server.at_once -= 1
                count += 1
                if writer.is_closing():
                    break
        writer.close()
        handlers.discard(task)

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)

    listener = loop.run_until_complete(listen())
    port = listener.sockets[0].getsockname()[1]
    server.url = f"http{'s' if tls else ''}://127.0.0.1:{port}/v1"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:

        async def end() -> None:
            listener.close()
            for task in list(handlers):
                task.cancel()
            await asyncio.gather(*handlers, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _read(reader: asyncio.StreamReader, number: int, on_connection: int) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(head[0].split(" ")[1], headers, body, number, on_connection)


def begin(writer: asyncio.StreamWriter, kind: str = "text/event-stream", status: str = "200 OK", **more: str) -> None:
    """The head of an answer whose body comes in chunks."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Transfer-Encoding: chunked"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())


def piece(writer: asyncio.StreamWriter, data: bytes) -> None:
    """A chunk of the body."""
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"0\r\n\r\n")


def event(writer: asyncio.StreamWriter, value: Any) -> None:
    piece(writer, b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n")


def refuse(writer: asyncio.StreamWriter, status: str, body: bytes = b"{}", **more: str) -> None:
    """A whole answer that is no 200."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)


WORDS = ("Hello", ",", " this", " is", " a", " test", ".", " Bye", ".")


async def chat(
    request: Request,
    writer: asyncio.StreamWriter,
    first_s: float = 0.03,
    gap_s: float = 0.002,
    words: tuple[str, ...] = WORDS,
    usage: bool = True,
) -> None:
    """A chat completion: a first token after so long, then one after each gap."""
    await asyncio.sleep(first_s)
    begin(writer)
    event(writer, {"choices": [{"delta": {"role": "assistant", "content": ""}}]})
    for place, word in enumerate(words):
        if place:
            await asyncio.sleep(gap_s)
        event(writer, {"choices": [{"delta": {"content": word}}]})
        await writer.drain()
    event(writer, {"choices": [{"delta": {}, "finish_reason": "stop"}]})
    if usage:
        prompt = sum(len(one["content"] or "") for one in request.json["messages"]) // 4
        event(writer, {"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": len(words)}})
    event(writer, b"[DONE]")
    end(writer)
