"""The time from a key press on the Try screen to new figures, and until they are painted: 100,000 turns, 140 x 44."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any

import pytest
from textual.events import Key

from tui.app import TurntempoApp
from tui.screens.trying import TryScreen
from tui.state.memory import Memory
from tui.state.turn_source import TurnSource
from tui.widgets.sliders import Sliders

TURNS = 100_000
PRESSES = 25
PAUSE_S = 0.1
"""Between one press seen and the next."""


class Watch:
    """A clock that the timed code can stop: the app paints before it returns."""

    def __init__(self) -> None:
        self._stopped: float | None = None

    def stop(self) -> None:
        """Stop the clock now."""
        self._stopped = perf_counter()

    def __call__(self) -> float:
        """The time at which it was stopped since the last reading, else now."""
        stopped, self._stopped = self._stopped, None
        return perf_counter() if stopped is None else stopped


WATCH = Watch()


class Bench:
    """An app in its own thread, with the cursor on endpointing.silence_ms."""

    def __init__(self, folder: Path) -> None:
        source = TurnSource("profile", "ai-tutor", turns=TURNS)
        now = datetime(2026, 11, 28, tzinfo=UTC)
        self.app = TurntempoApp(source, memory=Memory(folder), now=lambda: now, who="bench")
        self._ready = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._live()))

    def begin(self) -> None:
        self._thread.start()
        self._ready.wait()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def press(self, painted: bool) -> None:
        """One step to the left, to settings that were not judged before."""
        asyncio.run_coroutine_threadsafe(self._press(painted), self._loop).result()

    def rest(self) -> None:
        """Wait until the results of earlier presses are painted."""
        asyncio.run_coroutine_threadsafe(asyncio.sleep(PAUSE_S), self._loop).result()

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with self.app.run_test(size=(140, 44)) as pilot:
            await self._settled(pilot)
            await pilot.press("3")
            await self._settled(pilot)
            self.screen.query_one(Sliders).select("endpointing.silence_ms")
            await pilot.press("end")
            await self._settled(pilot)
            self._ready.set()
            await self._over.wait()

    async def _press(self, painted: bool) -> None:
        screen, show, done = self.screen, self.screen._show, asyncio.Event()
        before = screen.gauge

        def over() -> None:
            WATCH.stop()
            done.set()

        def shown() -> None:
            new = screen.gauge is not before
            if new and not painted:
                over()
            show()
            if new and painted:
                screen.call_after_refresh(over)

        screen._show = shown  # type: ignore[method-assign]
        self.app.post_message(Key("left", None))
        await asyncio.wait_for(done.wait(), timeout=10)
        screen._show = show  # type: ignore[method-assign]

    @property
    def screen(self) -> TryScreen:
        screen = self.app.screen
        assert isinstance(screen, TryScreen)
        return screen

    async def _settled(self, pilot: Any) -> None:
        for _ in range(3):
            await pilot.pause()
            await self.app.workers.wait_for_complete()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    found = Bench(tmp_path_factory.mktemp("state"))
    gc.freeze()  # as `turntempo tui` does
    found.begin()
    yield found
    found.end()


@pytest.mark.benchmark(timer=WATCH)
@pytest.mark.parametrize("painted", [False, True], ids=["to new figures", "until painted"])
@pytest.mark.parametrize("rested", [True, False], ids=["one press", "presses without a pause"])
def test_a_key_press_on_100_000_turns(benchmark: Any, bench: Bench, rested: bool, painted: bool) -> None:
    def before() -> tuple[tuple[bool], dict[str, object]]:
        if rested:
            bench.rest()
        return (painted,), {}

    benchmark.pedantic(bench.press, setup=before, rounds=PRESSES, warmup_rounds=4)
