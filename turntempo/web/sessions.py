"""Sessions: one process of the app for each open tab, at most a few, ended when they idle."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.app_service import AppService

LARGEST = 256 << 10
"""Bytes of one message of the browser: a key press has a few, what is pasted has more."""

STOP_S = 10.0
"""A process that was asked to stop is killed after so long."""

HEARTBEAT_S = 15.0
"""How often the browser is asked whether it is still there."""

COLUMNS, ROWS = (20, 1000), (5, 500)
"""The sizes of terminal that the app is drawn for, from the least to the most."""


@dataclass(frozen=True)
class Bounds:
    """How many sessions at once, and how long one may be without a key or a click."""

    sessions: int = 4
    idle_s: float = 3600.0


class Broken(Exception):
    """A message that no page of ours sends."""


class Session(AppService):
    """The process of one tab. The socket closes as it ends, however it ends."""

    async def run(self) -> None:
        """Pass on what the process writes until it ends."""
        await super().run()
        await self.remote_close()

    async def end(self) -> None:
        """Ask the process to stop, and wait for it; kill it if it does not."""
        process = self._process
        if process is None:
            return
        try:
            async with asyncio.timeout(STOP_S):
                await self.stop()
                await process.wait()
        except (TimeoutError, ConnectionError):
            process.kill()
            await process.wait()


async def relay(socket: web.WebSocketResponse, session: Session, idle_s: float) -> str:
    """Pass messages of the browser on until the socket closes, a message is broken, or no key comes for so long.

    Returns why it ended: "closed", "idle" or "broken".
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + idle_s
    while True:
        try:
            message = await socket.receive(timeout=max(until - loop.time(), 0.001))
        except TimeoutError:
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"idle")
            return "idle"
        if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
            return "closed"
        try:
            kind = await _pass_on(_envelope(message.type, message.data), socket, session)
        except Broken:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"a message that is not of this page")
            return "broken"
        if kind == "stdin":
            until = loop.time() + idle_s


async def _pass_on(envelope: list[Any], socket: web.WebSocketResponse, session: Session) -> str:
    match envelope:
        case ["stdin", str(data)]:
            await session.send_bytes(data.encode("utf-8", "replace"))
        case ["resize", {"width": int(width), "height": int(height)}]:
            await session.set_terminal_size(within(width, COLUMNS), within(height, ROWS))
        case ["ping", str(data)] if len(data) < 100:
            await socket.send_json(["pong", data])
        case ["blur"]:
            await session.blur()
        case ["focus"]:
            await session.focus()
        case _:
            raise Broken
    return str(envelope[0])


def _envelope(kind: WSMsgType, data: Any) -> list[Any]:
    """The list that a message holds. Raises Broken."""
    if kind is not WSMsgType.TEXT:
        raise Broken
    try:
        envelope = json.loads(data)
    except (ValueError, RecursionError):
        raise Broken from None
    if not isinstance(envelope, list):
        raise Broken
    return envelope


def within(value: int, span: tuple[int, int]) -> int:
    """The value, or the end of the span that is next to it."""
    return min(max(value, span[0]), span[1])
