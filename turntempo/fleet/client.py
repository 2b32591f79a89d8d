"""A connection to a broker that acknowledges a message when it is told to, and says what became of each sent one.

aiomqtt acknowledges a message as soon as it has arrived, drops the reason that comes with a PUBACK, and makes a task
for each message. Its client is kept for the connection itself (sockets, keep-alive, reconnecting); paho's public
`manual_ack_set` and `ack` do the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

import aiomqtt
from aiomqtt.exceptions import MqttConnectError
from aiomqtt.types import PayloadType
from paho.mqtt.client import MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from turntempo.fleet.broker import Broker
from turntempo.fleet.intake import LARGEST_PACKED

NO_SUBSCRIBER = 0x10
"""The broker took a message, and nobody subscribes to its topic."""

TAKEN_OVER = 0x8E
"""The broker closes a connection because another client has come with the same id."""

UNSUPPORTED = 0x84
"""The broker does not speak MQTT 5."""

LOG = logging.getLogger("turntempo.fleet")
LOG.addHandler(logging.NullHandler())
LOG.propagate = False

Will = aiomqtt.Will
Lost = aiomqtt.MqttError
"""The connection broke, or could not be made."""


class Client(aiomqtt.Client):
    """One connection. Messages are in `inbox` until they are taken; none is acknowledged but by `acknowledge`."""

    def __init__(self, broker: Broker, *, most_waiting: int, in_flight: int = 1000, **options: Any) -> None:
        super().__init__(
            broker.host,
            broker.port,
            username=broker.user,
            password=broker.password,
            tls_context=broker.tls,
            logger=LOG,
            max_inflight_messages=in_flight,
            **options,
        )
        self.pending_calls_threshold = 1 << 30
        self.inbox: deque[MQTTMessage] = deque()
        self._most_waiting = most_waiting
        self._paused = False
        self._arrived = asyncio.Event()
        self._sent: dict[int, asyncio.Future[int]] = {}
        self._client.manual_ack_set(True)

    async def take(self, most: int) -> list[MQTTMessage]:
        """The next messages, at least one. Raises Lost where the connection breaks."""
        while not self.inbox:
            if self._disconnected.done():
                raise self._why_lost()
            self._arrived.clear()
            await self._arrived.wait()
        taken = [self.inbox.popleft() for _ in range(min(most, len(self.inbox)))]
        if self._paused and len(self.inbox) <= self._most_waiting // 2:
            self._resume()
        return taken

    def acknowledge(self, messages: Sequence[MQTTMessage]) -> None:
        """Tell the broker that it may forget these, in the order in which they came."""
        for message in messages:
            self._client.ack(message.mid, message.qos)

    async def send(self, topic: str, payload: PayloadType, *, qos: int = 1, retain: bool = False) -> int:
        """Publish, and wait until the broker has the message; the reason code of its answer, 0 or `NO_SUBSCRIBER`.

        Raises Lost where the connection breaks before, or the broker refuses the message: it may not have it.
        """
        return await self.begin(topic, payload, qos=qos, retain=retain)

    def begin(self, topic: str, payload: PayloadType, *, qos: int = 1, retain: bool = False) -> asyncio.Future[int]:
        """The same as a future, for many at once."""
        if self._disconnected.done():
            raise self._why_lost()
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        info = self._client.publish(topic, payload, qos, retain)
        if info.rc:
            raise aiomqtt.MqttCodeError(info.rc, "Could not publish message")
        if qos == 0:
            answer.set_result(0)
        else:
            self._sent[info.mid] = answer
        return answer

    def _why_lost(self) -> Exception:
        error = self._disconnected.exception()
        return error if isinstance(error, aiomqtt.MqttError) else aiomqtt.MqttError(str(error or "disconnected"))

    def _on_message(self, client: Any, userdata: Any, message: MQTTMessage) -> None:
        self.inbox.append(message)
        self._arrived.set()
        if len(self.inbox) >= self._most_waiting and not self._paused:
            self._pause()

    def _pause(self) -> None:
        """Read no more: TCP then makes the broker wait, whether or not it heeds `Receive Maximum`.

        mosquitto 2.0 does not after a reconnection, nor with `max_inflight_messages 0`.
        """
        sock = self._client.socket()
        if sock is not None:
            self._paused = True
            self._loop.remove_reader(sock.fileno())

    def _resume(self) -> None:
        sock = self._client.socket()
        self._paused = False
        if sock is not None:
            self._loop.add_reader(sock.fileno(), self._read)
            self._loop.call_soon(self._read)  # what TLS has decrypted already wakes no reader

    def _read(self) -> None:
        """Read what has arrived, as aiomqtt's own reader does."""
        try:
            while not self._paused and self._client.loop_read() == 0:
                pending = getattr(self._client.socket(), "pending", None)
                if pending is None or not pending():
                    return
        except OSError as error:
            if not self._disconnected.done():
                self._disconnected.set_exception(error)

    def _on_publish(
        self, client: Any, userdata: Any, mid: int, reason_code: ReasonCode, properties: Properties
    ) -> None:
        super()._on_publish(client, userdata, mid, reason_code, properties)
        answer = self._sent.pop(mid, None)
        if answer is None or answer.done():
            return
        if reason_code.value >= 0x80:
            answer.set_exception(aiomqtt.MqttCodeError(reason_code, "The broker refused a message"))
        else:
            answer.set_result(reason_code.value)

    def _fail_sent(self) -> None:
        """Say of all messages without an answer that they may be lost."""
        for answer in self._sent.values():
            if not answer.done():
                answer.set_exception(aiomqtt.MqttError("the connection broke before the broker answered"))
                answer.exception()  # whoever waits is told; nobody need wait
        self._sent.clear()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._disconnected.add_done_callback(self._on_lost)
        return self

    def _on_lost(self, _: asyncio.Future[None]) -> None:
        self._fail_sent()
        self._arrived.set()


@contextlib.asynccontextmanager
async def connected(
    broker: Broker, identifier: str, *, most_waiting: int, session_s: int = 0, will: Will | None = None
) -> AsyncIterator[Client]:
    """A connection by MQTT 5, else by 3.1.1; it ends with the block. Raises Lost.

    `session_s`: how long the broker keeps the session after the connection; 0: no longer. `most_waiting`: the most
    messages that are neither stored nor acknowledged; by MQTT 5 the broker sends no more.
    """
    try:
        client = Client(
            broker,
            most_waiting=most_waiting,
            identifier=identifier,
            will=will,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=session_s == 0,
            properties=_properties(session_s, most_waiting),
        )
        await client.__aenter__()
    except MqttConnectError as error:
        if not _no_version_5(error):
            raise
        older = aiomqtt.ProtocolVersion.V311
        clean = session_s == 0
        client = Client(
            broker, most_waiting=most_waiting, identifier=identifier, will=will, protocol=older, clean_session=clean
        )
        await client.__aenter__()
    try:
        yield client
    finally:
        with contextlib.suppress(Lost):
            await client.__aexit__(None, None, None)


def _properties(session_s: int, most_waiting: int) -> Properties:
    found = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    found.SessionExpiryInterval = session_s
    found.ReceiveMaximum = min(most_waiting, 65_535)
    found.MaximumPacketSize = LARGEST_PACKED + 1024
    return found


def _no_version_5(error: MqttConnectError) -> bool:
    return reason_of(error) in (UNSUPPORTED, 1)


def reason_of(error: BaseException) -> int | None:
    """The reason code that an error carries; None: none."""
    code = getattr(error, "rc", None)
    return code.value if isinstance(code, ReasonCode) else code if isinstance(code, int) else None
