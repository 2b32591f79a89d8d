"""What an agent does with its messages: none is forgotten before the broker has it, and lost ones are sent again."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from turntempo import clock
from turntempo.fleet import messages
from turntempo.fleet.broker import Broker
from turntempo.fleet.client import NO_SUBSCRIBER, Client, Lost, Will, connected
from turntempo.fleet.collector import delays
from turntempo.fleet.topics import Kind, topic

AT_ONCE = 200
"""The most messages that wait for the broker's answer."""

MOST_KEPT = 20_000
"""The most messages that wait to be sent; beyond, the oldest is dropped and counted."""

RESEND_S = 120.0
"""What the broker took so shortly before a connection broke is sent again: a broker that was killed may have lost what
it had not yet written. Duplicates cost nothing, since the collector keeps a turn once."""

GOODBYE_S = 2.0
"""How long the end waits for the broker to take the last status."""

NOBODY_S = 5.0
"""After the broker said that nobody subscribes, the next attempt."""

MOST_RECOMMENDED = 16


@dataclass(frozen=True)
class Message:
    """A payload for one of the agent's topics."""

    kind: Kind
    payload: bytes
    retain: bool = False


@dataclass
class Publisher:
    """The messages of one agent. `on_recommended` gets what arrives on its `recommended` topic."""

    broker: Broker
    agent: str
    on_recommended: Callable[[bytes], None]
    resend_s: float = RESEND_S
    dropped: int = 0
    """Messages that were given up because too many waited: their agent knows that they are lost."""
    sent: int = 0
    _waiting: deque[Message] = field(default_factory=deque)
    _recent: deque[tuple[float, Message]] = field(default_factory=deque)
    _latest: dict[Kind, Message] = field(default_factory=dict)
    _some: asyncio.Event = field(default_factory=asyncio.Event)
    _empty: asyncio.Event = field(default_factory=asyncio.Event)

    def publish(self, kind: Kind, payload: bytes, retain: bool = False) -> None:
        """Send a message as soon as there is a connection."""
        message = Message(kind, payload, retain)
        if retain:
            self._latest[kind] = message
        if len(self._waiting) >= MOST_KEPT:
            self._waiting.popleft()
            self.dropped += 1
        self._waiting.append(message)
        self._empty.clear()
        self._some.set()

    @property
    def unsent(self) -> int:
        """Messages that wait to be sent."""
        return len(self._waiting)

    async def sent_all(self) -> None:
        """Returns once the broker has all that was published."""
        await self._empty.wait()

    async def run(self) -> None:
        """Send until cancelled, reconnecting for ever."""
        async for attempt in delays():
            try:
                offline = messages.payload(messages.StatusMessage(status="offline"))
                will = Will(topic(self.agent, "status"), _bytes(offline), qos=1, retain=True)
                async with connected(
                    self.broker, f"agent-{self.agent}", most_waiting=MOST_RECOMMENDED, will=will
                ) as on:
                    await self._greet(on)
                    attempt.succeeded()
                    await self._talk(on, will)
            except Lost:
                self._again()

    async def _greet(self, client: Client) -> None:
        await client.subscribe(topic(self.agent, "recommended"), 1)
        online = messages.payload(messages.StatusMessage(status="online", since_ms=clock.unix_ms()))
        await client.send(topic(self.agent, "status"), _bytes(online), retain=True)
        for message in self._latest.values():  # a broker that lost its memory has lost these too
            await client.send(topic(self.agent, message.kind), message.payload, retain=True)

    async def _talk(self, client: Client, will: Will) -> None:
        """Send and receive on one connection; at the end the agent says that it goes."""
        listening = asyncio.ensure_future(self._listen(client))
        try:
            await self._send(client)
        except asyncio.CancelledError:
            with contextlib.suppress(Lost, TimeoutError):  # the broker may be gone too; the end must not wait for it
                async with asyncio.timeout(GOODBYE_S):
                    await client.send(will.topic, will.payload, retain=True)
            raise
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, client: Client) -> None:
        while True:
            taken = await client.take(1)
            for message in taken:
                if message.topic == topic(self.agent, "recommended"):  # some brokers send what nobody subscribed to
                    self.on_recommended(bytes(message.payload))
            client.acknowledge(taken)

    async def _send(self, client: Client) -> None:
        while True:
            if not self._waiting:
                self._empty.set()
                self._some.clear()
                await self._some.wait()
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            left = await self._sent(client, batch)
            self._waiting.extendleft(reversed(left))
            if left:
                await asyncio.sleep(NOBODY_S)

    async def _sent(self, client: Client, batch: list[Message]) -> list[Message]:
        """Send some messages; those to send again because nobody subscribes. Raises Lost, with all put back."""
        try:
            begun = [client.begin(topic(self.agent, one.kind), one.payload, retain=one.retain) for one in batch]
            answers = await asyncio.gather(*begun)
        except BaseException:
            self._waiting.extendleft(reversed(batch))
            raise
        left = [one for one, answer in zip(batch, answers, strict=True) if answer == NO_SUBSCRIBER and not one.retain]
        now = clock.monotonic_ms()
        self._recent.extend((now, one) for one in batch if one not in left)
        self.sent += len(batch) - len(left)
        while self._recent and now - self._recent[0][0] > self.resend_s * 1000:
            self._recent.popleft()
        while len(self._recent) > MOST_KEPT:
            self._recent.popleft()
        return left

    def _again(self) -> None:
        """After a lost connection: send again what the broker may have lost, before what waits."""
        now = clock.monotonic_ms()
        again = [one for at, one in self._recent if now - at <= self.resend_s * 1000 and not one.retain]
        self._recent.clear()
        self._waiting.extendleft(reversed(again))
        if self._waiting:
            self._empty.clear()
            self._some.set()


def _bytes(payload: dict[str, object]) -> bytes:
    import msgspec

    return msgspec.json.encode(payload)
