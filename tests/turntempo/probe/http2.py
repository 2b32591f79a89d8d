"""The same servers over HTTP/2, which a client asks for when TLS begins."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import h2.config
import h2.connection
import h2.events

from tests.turntempo.probe.servers import WORDS, Request, Server


@dataclass
class Stream:
    """One request on a connection; what is given to `send` goes out at once."""

    request: Request
    connection: h2.connection.H2Connection
    writer: asyncio.StreamWriter
    id: int

    def begin(self, status: str = "200") -> None:
        self.connection.send_headers(self.id, [(":status", status), ("content-type", "text/event-stream")])
        self.flush()

    def event(self, value: object) -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.connection.send_data(self.id, b"data: " + data + b"\n\n")
        self.flush()

    def end(self) -> None:
        self.connection.end_stream(self.id)
        self.flush()

    def flush(self) -> None:
        self.writer.write(self.connection.data_to_send())


Script = Callable[[Stream], Coroutine[Any, Any, None]]


async def chat(stream: Stream, first_s: float = 0.03, gap_s: float = 0.002) -> None:
    """A chat completion, as that of the server that speaks HTTP/1.1."""
    await asyncio.sleep(first_s)
    stream.begin()
    for place, word in enumerate(WORDS):
        await asyncio.sleep(gap_s if place else 0)
        stream.event({"choices": [{"delta": {"content": word}}]})
    stream.event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    stream.event({"choices": [], "usage": {"prompt_tokens": 50, "completion_tokens": len(WORDS)}})
    stream.event(b"[DONE]")
    stream.end()


async def spoken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: Server, script: Script) -> None:
    """Answer all requests of a connection, side by side, until the other side closes it."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    heads: dict[int, dict[str, str]] = {}
    bodies: dict[int, bytes] = {}
    async with asyncio.TaskGroup() as tasks:
        running: dict[int, asyncio.Task[None]] = {}
        while data := await reader.read(1 << 16):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    heads[event.stream_id] = {str(name): str(value) for name, value in event.headers}
                    bodies[event.stream_id] = b""
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    head = heads[event.stream_id]
                    one = Request(head[":path"], head, bodies[event.stream_id], len(server.requests), len(running))
                    server.requests.append(one)
                    stream = Stream(one, connection, writer, event.stream_id)
                    running[event.stream_id] = tasks.create_task(script(stream))
                elif isinstance(event, h2.events.StreamReset) and event.stream_id in running:
                    running[event.stream_id].cancel()
            writer.write(connection.data_to_send())
        for task in running.values():
            task.cancel()
