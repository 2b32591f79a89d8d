"""A run of a probe: the requests of all cells, so many at once, each record kept as it comes in."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from turntempo import clock
from turntempo.probe.askers.asking import Asker, Slot
from turntempo.probe.caller import Caller
from turntempo.probe.cells import requests_of
from turntempo.probe.endpoint import Endpoint
from turntempo.probe.failure import LASTING
from turntempo.probe.journal import Journal
from turntempo.probe.records import Cell, Record

ROUNDS = 4
"""Each cell is asked in so many parts, in turn, so that the hour of the day weighs on all of them alike."""

LASTING_AT_FIRST = 3
"""So many failures that last, with no answer before them, end a run."""

BACK_OFF_S = (1.0, 60.0)
"""Waits after a rate limit that names none: the first, doubled each time, and the longest."""


@dataclass(frozen=True)
class Progress:
    """How far a run is. `left_s` None: not known yet."""

    done: int
    total: int
    failed: int
    left_s: float | None
    waiting_s: float | None = None


@dataclass
class Run:
    """What a run came to. `stopped`: a failure that ended it before its end."""

    records: list[Record]
    interrupted: bool = False
    stopped: Record | None = None


@dataclass
class _Gate:
    """Closed for all while the server wants no requests."""

    patience_s: float
    until: float = 0.0
    back_off_s: float = BACK_OFF_S[0]
    closed: int = 0

    async def passed(self) -> None:
        while (left := self.until - clock.monotonic_ms()) > 0:
            await asyncio.sleep(min(left / 1000, 1.0))

    def close(self, asked_s: float | None) -> bool:
        """Close it for as long as the server asks; False: that is longer than the patience."""
        wait = self.back_off_s if asked_s is None else asked_s
        self.back_off_s = min(self.back_off_s * 2, BACK_OFF_S[1])
        self.closed += 1
        self.until = max(self.until, clock.monotonic_ms() + wait * 1000)
        return wait <= self.patience_s

    def open(self) -> None:
        self.back_off_s = BACK_OFF_S[0]


@dataclass
class Runner:
    """Asks all that is not yet in the journal."""

    to: Endpoint
    asker: Asker
    cells: Sequence[Cell]
    journal: Journal
    verify: ssl.SSLContext
    timeout_s: float
    patience_s: float
    watch: Callable[[Progress], None]
    _run: Run = field(init=False)
    _began: float = field(init=False)
    _total: int = field(init=False)
    _before: int = field(init=False)
    _done: int = field(init=False)
    _failed: int = field(init=False)
    _gate: _Gate = field(init=False)
    _stop: asyncio.Event = field(init=False)

    async def run(self) -> Run:
        """All rounds of all cells; with Ctrl-C, or where going on is of no use, what there is."""
        self._run = Run(list(self.journal.known))
        self._total = sum(requests_of(cell) if cell.question == "twins" else cell.n for cell in self.cells)
        known = _counted(self._run.records)
        self._before, self._done = len(known), len(known)
        self._failed = sum(one.failure is not None for one in known)
        await Caller.ready()
        self._began, self._gate, self._stop = clock.monotonic_ms(), _Gate(self.patience_s), asyncio.Event()
        try:
            async with AsyncExitStack() as held:
                callers: dict[str, Caller] = {}
                for turn in range(ROUNDS):
                    for cell in self.cells:
                        await self._part(cell, turn, callers, held)
        except asyncio.CancelledError:
            self._run.interrupted = True
        except ExceptionGroup as several:
            raise _first(several) from None
        return self._run

    async def _part(self, cell: Cell, turn: int, callers: dict[str, Caller], held: AsyncExitStack) -> None:
        """One part of a cell, by as many workers as it has requests at once."""
        left = _left(cell, turn, self._run.records)
        if not left or self._stop.is_set():
            return
        if cell.question != "cold" and cell.name not in callers:
            callers[cell.name] = await held.enter_async_context(self._caller(cell))
        workers = 1 if cell.question == "twins" else min(cell.concurrency, len(left))
        places = iter(left)
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(self._work(cell, places, callers.get(cell.name)))

    async def _work(self, cell: Cell, places: Iterator[int], caller: Caller | None) -> None:
        for i in places:
            if self._stop.is_set():
                return
            if cell.question == "twins":
                async with asyncio.TaskGroup() as group:
                    for twin in (0, 1):
                        group.create_task(self._one(cell, i, twin, caller))
            else:
                await self._one(cell, i, None, caller)

    async def _one(self, cell: Cell, i: int, twin: int | None, caller: Caller | None) -> None:
        """One request, again after each rate limit."""
        while not self._stop.is_set():
            await self._gate.passed()
            slot = Slot(cell, i, clock.monotonic_ms() - self._began, twin)
            if caller is None:
                async with self._caller(cell) as fresh:
                    record = await self.asker.ask(fresh, slot)
            else:
                record = await self.asker.ask(caller, slot)
            self._keep(record)
            if record.failure != "rate_limited":
                return

    def _keep(self, record: Record) -> None:
        self.journal.append(record)
        self._run.records.append(record)
        if record.failure != "rate_limited":
            self._done, self._failed = self._done + 1, self._failed + (record.failure is not None)
        if record.failure == "rate_limited":
            if not self._gate.close(record.retry_after_s):
                self._end(record)
        elif record.failure is None:
            self._gate.open()
        elif record.failure in LASTING and self._hopeless():
            self._end(record)
        self.watch(self._progress())

    def _hopeless(self) -> bool:
        """Whether nothing was ever answered, and the last failures are of a kind that lasts."""
        records = self._run.records
        last = [one.failure for one in records[-LASTING_AT_FIRST:]]
        lasts = len(last) == LASTING_AT_FIRST and all(one in LASTING for one in last)
        return lasts and all(one.failure is not None for one in records)

    def _end(self, record: Record) -> None:
        self._run.stopped = record
        self._stop.set()

    def _progress(self) -> Progress:
        done, spent_s = self._done, (clock.monotonic_ms() - self._began) / 1000
        fresh = done - self._before
        left = spent_s / fresh * (self._total - done) if fresh else None
        waiting = (self._gate.until - clock.monotonic_ms()) / 1000
        return Progress(done, self._total, self._failed, left, waiting if waiting > 0 else None)

    def _caller(self, cell: Cell) -> Caller:
        most = max(cell.concurrency, 2 if cell.question == "twins" else 1)
        return Caller(self.to, cell.http, self.timeout_s, most, self.verify)


def run(runner: Runner) -> Run:
    """The run, in an event loop of its own."""
    return asyncio.run(runner.run())


def _first(error: Exception) -> Exception:
    """The first of the errors of tasks that ran together."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _counted(records: Sequence[Record]) -> list[Record]:
    """Records of requests that are not asked again."""
    return [one for one in records if one.failure != "rate_limited"]


def _left(cell: Cell, turn: int, records: Sequence[Record]) -> list[int]:
    """The places of a part of a cell that no record fills; of twins both must be there."""
    per = 2 if cell.question == "twins" else 1
    filled = Counter(one.i for one in _counted(records) if one.cell == cell.name)
    return [i for i in range(turn * cell.n // ROUNDS, (turn + 1) * cell.n // ROUNDS) if filled[i] < per]
