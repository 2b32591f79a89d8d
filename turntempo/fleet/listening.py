"""A collector from its start to a signal that ends it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable

from stages.i18n import say
from turntempo import clock, stderr
from turntempo.fleet.broker import Broker
from turntempo.fleet.collector import Collector, Input, Totals, TurntempoInput
from turntempo.fleet.keeping import Keeping
from turntempo.fleet.store import Store

ENDING = (signal.SIGINT, signal.SIGTERM)


def collect(
    store: Store, broker: Broker, keeping: Keeping, identifier: str | None = None, source: Input | None = None
) -> Totals:
    """Collect until SIGINT or SIGTERM; what was taken. Raises InputError."""
    if (announced := keeping.announced(store, clock.unix_ms())) is not None:
        stderr.note(announced)
    if (retaken := store.retake()).stored:
        stderr.note(say("fleet.retaken", n=retaken.stored))
    collector = Collector(
        store,
        broker,
        stderr.note,
        stderr.warn,
        identifier or f"turntempo-{store.name}",
        source or TurntempoInput(),
        keeping,
    )
    asyncio.run(until_ended(collector.run()))
    return collector.totals


async def until_ended(work: Awaitable[None]) -> None:
    """The work, cancelled at the first SIGINT or SIGTERM; what it raises itself is raised."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, task.cancel)
    try:
        await asyncio.wait({task})
    finally:
        for number in ENDING:
            loop.remove_signal_handler(number)
    with contextlib.suppress(asyncio.CancelledError):
        await _unwrapped(task)


async def _unwrapped(task: asyncio.Future[None]) -> None:
    """The result of a task; of a group of errors with one in it, that one."""
    try:
        await task
    except ExceptionGroup as group:
        if len(group.exceptions) == 1:
            raise group.exceptions[0] from None
        raise
