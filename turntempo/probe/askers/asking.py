"""What asks one request of a cell: a protocol, and what its implementations share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from turntempo import clock
from turntempo.probe.caller import Caller, Timing
from turntempo.probe.failure import Failed
from turntempo.probe.records import Cell, Record


@dataclass(frozen=True)
class Slot:
    """Which request this is: the i-th of its cell, one of two twins or none, so long after the run began."""

    cell: Cell
    i: int
    start_ms: float
    twin: int | None = None


class Asker(Protocol):
    """One stage behind one API."""

    connects_itself: bool
    """Whether it opens its own connections, and takes no Caller's."""

    async def ask(self, caller: Caller, slot: Slot) -> Record:
        """One request, to its end or its failure. Never raises Failed."""


async def recorded(slot: Slot, timing: Timing, measure: Callable[[dict[str, Any]], Awaitable[None]]) -> Record:
    """The record of a request: `measure` puts what it finds into the fields as it finds it."""
    found: dict[str, Any] = {}
    at = clock.now().isoformat(timespec="milliseconds")
    try:
        await measure(found)
    except Failed as failed:
        found |= {"failure": failed.kind, "status": failed.status, "code": failed.code}
        found |= {"retry_after_s": failed.retry_after_s, "where": failed.where}
    fields = {name: _plain(value) for name, value in (timing.fields() | found).items()}
    return Record(cell=slot.cell.name, i=slot.i, at=at, start_ms=round(slot.start_ms, 3), twin=slot.twin, **fields)


def _plain(value: Any) -> Any:
    """A time to a microsecond."""
    return round(value, 3) if isinstance(value, float) else value
