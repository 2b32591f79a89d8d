"""The collector: what agents publish goes into the store, and is acknowledged once it is on disk."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from paho.mqtt.client import MQTTMessage

from stages.errors import InputError
from stages.i18n import Said, say
from turntempo import clock
from turntempo.fleet.broker import Broker
from turntempo.fleet.client import TAKEN_OVER, Client, Lost, connected, reason_of
from turntempo.fleet.intake import Received
from turntempo.fleet.keeping import Keeping
from turntempo.fleet.store import Store, StoreFailed, Taken
from turntempo.fleet.topics import LISTENED

MOST_WAITING = 1000
"""The most messages in memory; at so many the collector reads no more from the network."""

AT_ONCE = 500
"""The most messages of a transaction."""

SESSION_S = 7 * 24 * 3600
"""How long the broker keeps messages for a collector that is away."""

FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 60.0
"""Between attempts to connect, or to write to a disk that is full; each delay is twice the one before."""

BRIEF_S, MOST_CLOSED = 10.0, 5
"""So many connections in a row that were made, and broke so soon, are a sign of a second collector with the same
session: mosquitto 2.0 closes the older of two connections without a reason."""

KEEP_EVERY_S = 60.0
STEP_MS = 5_000
"""A wall clock that differs by so much from a monotonic one since the last look was set."""


class Input(Protocol):
    """What a collector subscribes to, and how its messages are read."""

    topics: Sequence[str]
    qos: int

    def take(self, store: Store, messages: Sequence[Received]) -> Taken:
        """Store messages; on disk when this returns. Raises StoreFailed; it is then called with the same again."""


class TurntempoInput:
    """The topics of the contract."""

    topics: Sequence[str] = LISTENED
    qos = 1

    def take(self, store: Store, messages: Sequence[Received]) -> Taken:
        """Store messages."""
        return store.take(messages)


@dataclass
class Totals:
    """What has been taken since the start."""

    stored: int = 0
    duplicates: int = 0
    messages: int = 0
    aside: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, taken: Taken, messages: int) -> None:
        """Count one transaction."""
        self.stored += taken.stored
        self.duplicates += taken.duplicates
        self.messages += messages
        self.aside += taken.aside


@dataclass
class Collector:
    """Runs until it is cancelled. `note` and `warn` get what a person should read."""

    store: Store
    broker: Broker
    note: Callable[[Said], None]
    warn: Callable[[Said], None]
    identifier: str
    source: Input = field(default_factory=TurntempoInput)
    keeping: Keeping = field(default_factory=Keeping)
    totals: Totals = field(default_factory=Totals)
    _clock: tuple[int, float] = field(default_factory=clock.both_ms)

    async def run(self) -> None:
        """Collect, reconnecting for ever. Raises InputError where another collector has taken the session."""
        async with asyncio.TaskGroup() as tasks:
            keeper = tasks.create_task(self._keep())
            try:
                await self._collect()
            finally:
                keeper.cancel()

    async def _collect(self) -> None:
        closed = 0
        async for attempt in delays():
            begun = clock.monotonic_ms()
            try:
                await self._connection(attempt)
            except Lost as error:
                brief = attempt.done and clock.monotonic_ms() - begun < BRIEF_S * 1000
                closed = closed + 1 if brief else 0
                if reason_of(error) == TAKEN_OVER or closed == MOST_CLOSED:
                    raise InputError(say("fleet.taken_over", broker=self.broker.address)) from None
                self.warn(say("fleet.lost", broker=self.broker.address, why=error, delay=attempt.delay_s))

    async def _connection(self, attempt: Attempt) -> None:
        """One connection, until it breaks."""
        async with connected(self.broker, self.identifier, most_waiting=MOST_WAITING, session_s=SESSION_S) as client:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._subscribe(client, attempt))
                    while True:  # at once: what waited for this session may come before the answer to the subscription
                        await self._take(client, await client.take(AT_ONCE))
            except ExceptionGroup as group:
                if lost := next((error for error in group.exceptions if isinstance(error, Lost)), None):
                    raise lost from None
                raise

    async def _subscribe(self, client: Client, attempt: Attempt) -> None:
        await client.subscribe([(topic, self.source.qos) for topic in self.source.topics])
        attempt.succeeded()
        self.note(say("fleet.connected", broker=self.broker.address, file=self.store.file))

    async def _take(self, client: Client, messages: list[MQTTMessage]) -> None:
        """Store messages, then acknowledge them; where the disk fails, try again until it does not."""
        now, steady = self._now()
        received = [  # the time at which each arrived: it may have waited for the disk since
            Received(
                one.topic,
                bytes(one.payload),
                now - round(max(steady - one.timestamp * 1000, 0)),
                one.timestamp * 1000,
            )
            for one in messages
        ]
        async for attempt in delays():
            writing = asyncio.ensure_future(asyncio.to_thread(self.source.take, self.store, received))
            try:
                taken = await asyncio.shield(writing)
            except StoreFailed as error:
                self.warn(say("fleet.disk", why=error, delay=attempt.delay_s))
                continue
            except asyncio.CancelledError:
                await self._finish(writing, client, messages)
                raise
            self._taken(taken, client, messages)
            return

    async def _finish(self, writing: asyncio.Future[Taken], client: Client, messages: list[MQTTMessage]) -> None:
        """At the end: what is being written is written and acknowledged, unless the disk fails."""
        try:
            taken = await writing
        except StoreFailed as error:
            self.warn(say("fleet.disk_at_end", why=error))
        else:
            self._taken(taken, client, messages)

    def _taken(self, taken: Taken, client: Client, messages: list[MQTTMessage]) -> None:
        client.acknowledge(messages)
        for agent, reason in taken.aside:
            if (agent, reason) not in self.totals.aside:
                self.warn(say("fleet.aside", agent=agent or "?", reason=reason, file=self.store.file))
        self.totals.add(taken, len(messages))

    async def _keep(self) -> None:
        """Roll off old turns now and then."""
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            self._now()
            try:
                removed = await asyncio.to_thread(self.keeping.roll_off, self.store, clock.unix_ms())
            except StoreFailed as error:
                self.warn(say("fleet.disk_at_end", why=error))
                continue
            if removed:
                self.note(say("fleet.rolled_off", n=removed, file=self.store.file))

    def _now(self) -> tuple[int, float]:
        """The time by both clocks. Where the wall clock was set, roll-off by age stops: ages cannot be trusted."""
        now, steady = clock.both_ms()
        step = (now - self._clock[0]) - (steady - self._clock[1])
        self._clock = now, steady
        if abs(step) > STEP_MS:
            self.keeping.distrust_ages()
            self.warn(say("fleet.clock_step", s=step / 1000))
        return now, steady


@dataclass
class Attempt:
    """One attempt, and the delay after it if it fails."""

    delay_s: float
    first_s: float
    done: bool = False

    def succeeded(self) -> None:
        """The next delay is the first again."""
        self.done, self.delay_s = True, self.first_s


async def delays(first_s: float = FIRST_DELAY_S, longest_s: float = LONGEST_DELAY_S) -> AsyncIterator[Attempt]:
    """Attempts for ever, with growing delays between them, each shortened by up to a half at random.

    Many collectors or agents that lost one broker so come back one after the other.
    """
    delay_s = first_s
    while True:
        attempt = Attempt(delay_s * (1 - random.random() / 2), first_s)
        yield attempt
        await asyncio.sleep(attempt.delay_s)
        delay_s = min((first_s if attempt.done else delay_s) * 2, longest_s)
