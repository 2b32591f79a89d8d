"""The turns of the tests of the recorders, and what they look at in the same way for each framework."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from scripts.staged.script import Scripted, Silence


def turn(name: str, *pauses: tuple[float, float], end: float = 800, **more: Any) -> Scripted:
    """A turn of stages that are quick, and always as quick."""
    held = tuple(Silence(at, ms) for at, ms in pauses)
    base: dict[str, Any] = {"final_ms": 150, "ttft_ms": 260, "token_ms": 20, "sentence_words": 4, "reply_words": 8}
    return Scripted(name, "plain", held, end, **(base | {"ttfb_ms": 110, "word_ms": 110} | more))


class Lag:
    """How late an event loop is, in ms."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.01)
            self.late.append((time.perf_counter() - begun - 0.01) * 1000)
