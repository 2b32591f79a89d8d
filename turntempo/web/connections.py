"""Connections: one that does not send a request that is let in within some seconds is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp.web_protocol import RequestHandler

WAIT_S = 10.0
"""Time for the headers of the first request."""

MOST_WAITING = 64
"""Connections that have sent no request yet. One more closes the one that has waited longest."""


class Connections:
    """Makes the protocol of each connection, and closes those that only wait."""

    def __init__(self, make: Callable[[], RequestHandler], wait_s: float = WAIT_S) -> None:
        self._make, self._wait_s = make, wait_s
        self._waiting: dict[RequestHandler, asyncio.TimerHandle] = {}

    def __call__(self) -> RequestHandler:
        """The protocol of a new connection."""
        while len(self._waiting) >= MOST_WAITING:
            self._drop(next(iter(self._waiting)))
        protocol = self._make()
        self._waiting[protocol] = asyncio.get_running_loop().call_later(self._wait_s, self._drop, protocol)
        return protocol

    def let_in(self, protocol: object) -> None:
        """This connection may stay."""
        if isinstance(protocol, RequestHandler) and (timer := self._waiting.pop(protocol, None)) is not None:
            timer.cancel()

    def _drop(self, protocol: RequestHandler) -> None:
        self._waiting.pop(protocol).cancel()
        protocol.force_close()
