"""The turns of the tests of the recorders, and what they look at in the same way for each framework."""

from __future__ import annotations

import asyncio
import stat
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np

from scripts.staged.script import Scripted, Silence


def turn(name: str, *pauses: tuple[float, float], end: float = 800, **more: Any) -> Scripted:
    """A turn of stages that are quick, and always as quick."""
    held = tuple(Silence(at, ms) for at, ms in pauses)
    base: dict[str, Any] = {"final_ms": 150, "ttft_ms": 260, "token_ms": 20, "sentence_words": 4, "reply_words": 8}
    return Scripted(name, "plain", held, end, **(base | {"ttfb_ms": 110, "word_ms": 110} | more))


def answered_ms(folder: Path) -> list[float]:
    """From the end of each sound of the user to the agent's next sound, ms, in the only file of this folder."""
    (path,) = folder.iterdir()
    with wave.open(str(path)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    user, agent = (np.flatnonzero(np.abs(side) > 500) / rate * 1000 for side in samples.reshape(-1, 2).T)
    begins = agent[np.diff(agent, prepend=-1e9) > 250]
    return [float(begin - user[user < begin][-1]) for begin in begins]


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
