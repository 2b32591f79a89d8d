"""A server with a stand-in for the app, and clients that write every byte of their requests themselves."""

from __future__ import annotations

import asyncio
import base64
import os
import shlex
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from turntempo.web.server import Loopback
from turntempo.web.sessions import Bounds

APP = """
import sys

def say(data):
    sys.stdout.buffer.write(b"D" + len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()

sys.stdout.buffer.write(b"__GANGLION__\\n")
say(b"started")
while head := sys.stdin.buffer.read(5):
    payload = sys.stdin.buffer.read(int.from_bytes(head[1:], "big"))
    if payload == b"crash":
        sys.exit(1)
    if b'"quit"' in payload:
        break
    say(b"got " + payload)
"""
"""Speaks as Textual's web driver does, and repeats what it is sent."""


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: str


@asynccontextmanager
async def serving(work: Path, bounds: Bounds | None = None, wait_s: float = 10.0) -> AsyncIterator[Loopback]:
    """A server on a free port."""
    script = work / "app.py"
    script.write_text(APP)
    server = Loopback(shlex.join([sys.executable, str(script)]), free_port(), bounds=bounds, wait_s=wait_s)
    async with server.listening():
        yield server


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def ask(server: Loopback, path: str, *lines: str, host: str | None = None, method: str = "GET") -> Answer:
    """Send one request with these header lines; Host and nothing else is added."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        first = [f"{method} {path} HTTP/1.1", f"Host: {server.site.host if host is None else host}"]
        writer.write("\r\n".join([*first, *lines, "", ""]).encode())
        return await _answer(reader, has_body=method != "HEAD")
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, has_body: bool = True) -> Answer:
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)).decode().split("\r\n")
    pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line)]
    headers = dict(pairs)
    body = await reader.readexactly(int(headers.get("content-length", "0")) if has_body else 0)
    cookies = dict(value.split(";")[0].split("=", 1) for name, value in pairs if name == "set-cookie")
    return Answer(int(head[0].split()[1]), headers, cookies, body.decode("utf-8", "replace"))


async def enter(server: Loopback) -> str:
    """The Cookie line of a browser that was let in."""
    answer = await ask(server, path_of(server.address()))
    if answer.status != 303:
        raise AssertionError(answer)
    return cookie_line(answer)


def cookie_line(answer: Answer) -> str:
    return "Cookie: " + "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


def path_of(address: str) -> str:
    """The path of an address on this machine, with its query."""
    return "/" + address.split("/", 3)[3]


def origin(server: Loopback) -> str:
    return f"Origin: {server.site.origin}"


class Socket:
    """A WebSocket, frame by frame."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
        self._reader, self._writer, self.answer = reader, writer, answer

    def send(self, payload: bytes, opcode: int = 1, said: int | None = None) -> None:
        """One masked frame; `said`: the length that its header says, if not the true one."""
        length = len(payload) if said is None else said
        if length < 126:
            size = bytes([0x80 | length])
        elif length < 1 << 16:
            size = bytes([0x80 | 126]) + length.to_bytes(2, "big")
        else:
            size = bytes([0x80 | 127]) + length.to_bytes(8, "big")
        self._writer.write(bytes([0x80 | opcode]) + size + b"\0\0\0\0" + payload)

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: its opcode and payload. An opcode of -1: the connection was cut."""
        try:
            first, second = await asyncio.wait_for(self._reader.readexactly(2), 20)
            size = second & 0x7F
            if size >= 126:
                size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8), "big")
            return first & 0x0F, await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            return -1, b""

    async def until_closed(self) -> int:
        """The code with which the server closes; -1: it cut the connection."""
        while True:
            opcode, payload = await self.frame()
            if opcode == 8:
                self.send(payload, opcode=8)
                self.close()
                return int.from_bytes(payload[:2], "big")
            if opcode == -1:
                self.close()
                return -1

    async def until(self, text: bytes) -> bool:
        """Wait for a frame with this in it; False: the socket closed before."""
        while True:
            opcode, payload = await self.frame()
            if opcode in (8, -1):
                return False
            if text in payload:
                return True

    def close(self) -> None:
        self._writer.close()


async def open_socket(server: Loopback, *lines: str, path: str | None = None) -> Socket:
    """Ask for the app's socket with these header lines."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    key = base64.b64encode(os.urandom(16)).decode()
    first = [f"GET {path or server.site.socket}?width=80&height=24 HTTP/1.1", f"Host: {server.site.host}"]
    upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
    writer.write("\r\n".join([*first, *upgrade, *lines, "", ""]).encode())
    answer = await _answer(reader)
    if answer.status != 101:
        writer.close()
    return Socket(reader, writer, answer)
