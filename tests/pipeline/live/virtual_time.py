"""An event loop whose time jumps from one due timer to the next: live code runs in it without waiting."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class _Selector:
    """Never waits: what would be waited for is added to the time."""

    def __init__(self) -> None:
        self.inner = selectors.DefaultSelector()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise AssertionError("nothing is due any more, and something still waits")
        self.passed += max(timeout, 0.0)
        return self.inner.select(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The loop."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)  # type: ignore[arg-type]

    def time(self) -> float:
        return self._virtual.passed


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of this, with no time waited."""
    loop = VirtualTimeLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
