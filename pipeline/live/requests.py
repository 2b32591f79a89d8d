"""Requests to live stages under the stage policy: an attempt is a task, and cancelling it closes its stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any, Generic, TypeVar

from stages.clock import Timer
from stages.errors import StageError
from stages.latency.llm import Tokens

Part = TypeVar("Part")
Action = Callable[[], object]


class Running:
    """A task that can be cancelled."""

    def __init__(self, task: asyncio.Task[None]) -> None:
        self._task = task

    def cancel(self) -> None:
        """Cancel it; no effect once it is over."""
        self._task.cancel()


class Stream(Generic[Part]):
    """A stage whose attempts stream; what the attempt that answered first gives is kept.

    It is a `Stage` of the stage policy, and for the LLM an `Llm`.
    """

    def __init__(
        self,
        opened: Callable[[int], AsyncIterator[Part]],
        fallback: Callable[[int], AsyncIterator[Part]] | None,
        *,
        more: Action,
        failed: Callable[[str], object],
    ) -> None:
        """`more` is called whenever a part came, but for the first, or the stream ended; `failed` with each error."""
        self._opened, self._fallback, self._more, self._failed = opened, fallback, more, failed
        self.parts: list[Part] = []
        self.done = False
        """Whether the answer is whole."""
        self.broke_off = False
        """Whether it ended with an error."""
        self._tasks: set[asyncio.Task[None]] = set()

    def attempt(self, number: int, answered: Action, lost: Action) -> Timer:
        """Start an attempt."""
        return self._start(self._opened(number), answered, lost)

    def fallback(self, answered: Action, lost: Action) -> Timer | None:
        """Start the fallback, where there is one."""
        return None if self._fallback is None else self._start(self._fallback(0), answered, lost)

    def cancel(self) -> None:
        """Close every stream that is open."""
        for task in self._tasks:
            task.cancel()

    def _start(self, stream: AsyncIterator[Part], answered: Action, lost: Action) -> Timer:
        task = asyncio.get_running_loop().create_task(self._read(stream, answered, lost))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Running(task)

    async def _read(self, stream: AsyncIterator[Part], answered: Action, lost: Action) -> None:
        """Read an attempt; the policy cancels those that did not answer first."""
        begun = False
        try:
            async with aclosing(_closable(stream)) as parts:
                async for part in parts:
                    self.parts.append(part)
                    if begun:
                        self._more()
                    else:
                        begun = True
                        answered()
        except StageError as error:
            self._failed(str(error))
            self.broke_off = begun
        if begun:
            self.done = True
            self._more()
        else:
            lost()

    # As an `Llm`.

    def calls_tools(self) -> bool:
        """Whether the answer, whose first token is here, calls tools."""
        return bool(self.parts) and not isinstance(self.parts[0], str)

    def stream(self) -> Tokens:
        """The tokens: they are in `parts`."""
        return _Parts(self.parts)


class _Parts:
    """Tokens that nobody waits for by number."""

    def __init__(self, parts: Sequence[Any]) -> None:
        self._parts = parts

    def when(self, tokens: int, action: Action) -> Timer:
        """A live reply looks at the text as it comes."""
        raise NotImplementedError


async def _closable(stream: AsyncIterator[Part]) -> Any:
    """A generator that closes the stream with it."""
    close = getattr(stream, "aclose", None)
    try:
        async for part in stream:
            yield part
    finally:
        if close is not None:
            await close()
