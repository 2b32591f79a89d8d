"""What an agent takes over of what arrives: its own recommendation, and no other's."""

from __future__ import annotations

import asyncio
import contextlib
from types import SimpleNamespace
from typing import Any

from turntempo.fleet.agents.publisher import Publisher
from turntempo.fleet.broker import Broker


class Deliveries:
    """A connection on which these messages arrive, and then no more."""

    def __init__(self, *messages: tuple[str, bytes]) -> None:
        self.messages = [SimpleNamespace(topic=topic, payload=payload) for topic, payload in messages]
        self.acknowledged: list[Any] = []

    async def take(self, most: int) -> list[Any]:
        if not self.messages:
            raise asyncio.CancelledError
        return [self.messages.pop(0)]

    def acknowledge(self, messages: list[Any]) -> None:
        self.acknowledged += messages


async def test_a_recommendation_of_another_agent_is_acknowledged_and_not_taken_over() -> None:
    got: list[bytes] = []
    arriving: Any = Deliveries(("turntempo/toy-2/recommended", b"other"), ("turntempo/toy-1/recommended", b"own"))
    with contextlib.suppress(asyncio.CancelledError):
        await Publisher(Broker("127.0.0.1", 1), "toy-1", got.append)._listen(arriving)
    assert got == [b"own"]
    assert len(arriving.acknowledged) == 2
