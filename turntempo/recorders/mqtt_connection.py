"""A connection to a broker, driven by whoever calls it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from turntempo.fleet.broker import Broker

NO_SUBSCRIBER = 0x10
"""The broker took a message, and nobody subscribes to its topic."""

REFUSED = 0x80
"""Reason codes from here on are refusals."""

UNSUPPORTED = 0x84
"""The broker does not speak MQTT 5."""

LOOK_S = 0.05

KEEP_ALIVE_S = 60
"""paho also gives a TLS handshake so long. Where nothing is written for longer the broker ends the connection, and the
next write makes a new one."""


@dataclass
class Connection:
    """One connection; `new`: nothing was sent yet. Between two writes nothing runs."""

    client: paho.Client
    new: bool = True
    _answers: dict[int, int] = field(default_factory=dict)
    """By message: the broker's reason code."""
    _greeting: int | None = None

    @classmethod
    def made(cls, broker: Broker, identifier: str, until: float) -> Connection:
        """A connection by MQTT 5, else by 3.1.1. Raises OSError; TimeoutError where the broker is late."""
        found = cls._tried(broker, identifier, MQTTProtocolVersion.MQTTv5, until)
        if found._greeting in (UNSUPPORTED, 1):
            found.end()
            found = cls._tried(broker, identifier, MQTTProtocolVersion.MQTTv311, until)
        if found._greeting:
            found.end()
            raise ConnectionRefusedError(f"the broker refused the connection with code {found._greeting}")
        return found

    @classmethod
    def _tried(cls, broker: Broker, identifier: str, version: MQTTProtocolVersion, until: float) -> Connection:
        client = paho.Client(CallbackAPIVersion.VERSION2, identifier, protocol=version, reconnect_on_failure=False)
        client.connect_timeout = max(until - time.monotonic(), LOOK_S)
        client.max_inflight_messages_set(100)
        if broker.user is not None:
            client.username_pw_set(broker.user, broker.password)
        if broker.tls is not None:
            client.tls_set_context(broker.tls)
        made = cls(client)
        client.on_connect, client.on_publish = made._on_connect, made._on_publish
        client.connect(broker.host, broker.port, keepalive=KEEP_ALIVE_S)
        made._until(lambda: made._greeting is not None, until)
        return made

    def alive(self) -> bool:
        """Whether the broker has not closed the connection."""
        return self.client.is_connected() and self.client.loop(0.0) == MQTTErrorCode.MQTT_ERR_SUCCESS

    def send_all(self, messages: Sequence[tuple[str, bytes, bool]], until: float) -> None:
        """Publish (topic, payload, retained) at QoS 1, and wait for the answers. Raises OSError.

        A message that is not retained and has no subscriber counts as not taken: the broker drops it.
        """
        sent = [(self.client.publish(name, body, 1, retain).mid, retain) for name, body, retain in messages]
        self._until(lambda: all(mid in self._answers for mid, _ in sent), until)
        codes = [(self._answers.pop(mid), retain) for mid, retain in sent]
        if refused := next((code for code, _ in codes if code >= REFUSED), None):
            raise ConnectionError(f"the broker refused a message with code {refused}")
        if any(code == NO_SUBSCRIBER and not retain for code, retain in codes):
            raise ConnectionError("no collector subscribes yet (`turntempo listen`)")

    def end(self) -> None:
        """Disconnect, whatever the state."""
        with contextlib.suppress(OSError):
            self.client.disconnect()
            self.client.loop(0.0)

    def _until(self, done: Callable[[], bool], until: float) -> None:
        """Let the client work until then."""
        while not done():
            code = self.client.loop(LOOK_S)
            if done():
                return
            if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
                raise ConnectionError(f"the connection broke: {paho.error_string(code)}")
            if time.monotonic() > until:
                raise TimeoutError("the broker did not answer in time")

    def _on_connect(self, client: Any, userdata: Any, flags: Any, code: ReasonCode, properties: Any) -> None:
        self._greeting = code.value

    def _on_publish(self, client: Any, userdata: Any, mid: int, code: ReasonCode, properties: Any) -> None:
        self._answers[mid] = code.value
