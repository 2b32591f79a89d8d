"""Recorded turns to an MQTT broker, by the contract of a fleet (docs/guide/mqtt.md).

paho's client is driven on the thread that writes, without a thread or an event loop of its own: a process that ends can
start neither, and its last turns are written then.
"""

from __future__ import annotations

import gzip
import os
import random
import secrets
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from turntempo.fleet.broker import Broker, Trust, broker_at
from turntempo.fleet.topics import Kind, topic

if TYPE_CHECKING:
    from turntempo.recorders.mqtt_connection import Connection

ANSWER_S = 4.0
"""So long a write waits for the broker; the end of a process waits a second longer."""

FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 15.0
"""After a failure writes fail at once for so long, each time twice as long, shortened by up to a half at random."""

RESEND_S, MOST_RECENT = 120.0, 2_000
"""After a lost connection these are sent again: a broker that was killed may have lost what it acknowledged."""

MOST_BYTES, MOST_TURNS = 512 << 10, 500
"""The most of a message, unzipped."""

ZIPPED_FROM = 4 << 10
"""A message of so many bytes is zipped."""


class NotTaken(OSError):
    """The broker does not have the turns."""


@dataclass
class MqttSink:
    """Publishes turns as the agent `agent`, and the settings in force before them.

    `url`: mqtt://HOST[:PORT], or mqtts:// with TLS. `ca`, `certificate`, `key`: files for TLS. User and password come
    from `credentials`, a file of two lines, else from TURNTEMPO_MQTT_USER and TURNTEMPO_MQTT_PASSWORD. A write returns
    once the broker has acknowledged every message, and somebody subscribes to them. Raises InputError for a bad
    address or file, ValueError for an agent's id that is not allowed; nothing is connected before the first turn.
    """

    url: str
    agent: str
    ca: Path | str | None = None
    certificate: Path | str | None = None
    key: Path | str | None = None
    credentials: Path | str | None = None
    answer_s: float = ANSWER_S
    _broker: Broker = field(init=False, repr=False)
    _connection: Connection | None = field(default=None, init=False, repr=False)
    _pid: int = field(default=0, init=False, repr=False)
    _reported: bytes | None = field(default=None, init=False, repr=False)
    _recent: deque[tuple[float, bytes]] = field(default_factory=deque, init=False, repr=False)
    _delay_s: float = field(default=FIRST_DELAY_S, init=False, repr=False)
    _not_before: float = field(default=0.0, init=False, repr=False)

    def __post_init__(self) -> None:
        topic(self.agent, "turns")
        trust = Trust(_path(self.ca), _path(self.certificate), _path(self.key))
        self._broker = broker_at(self.url, trust, _path(self.credentials))

    def write(self, session: str, settings: bytes | None, lines: list[bytes]) -> None:
        """Publish turns of a call. Raises NotTaken where the broker does not have all of them in time."""
        if (wait_s := self._not_before - time.monotonic()) > 0:
            raise NotTaken(f"{self._broker.address}: the next attempt is in {wait_s:.1f} s")
        until = time.monotonic() + self.answer_s
        try:
            self._publish(settings, lines, until)
        except OSError as error:
            self.close()
            self._not_before = time.monotonic() + self._delay_s * (1 - random.random() / 2)
            self._delay_s = min(self._delay_s * 2, LONGEST_DELAY_S)
            raise NotTaken(f"{self._broker.address}: {error}") from error
        self._delay_s = FIRST_DELAY_S

    def close(self) -> None:
        """End the connection; a later write makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.end()

    def _publish(self, settings: bytes | None, lines: list[bytes], until: float) -> None:
        connection = self._connected(until)
        if settings is not None and settings != self._reported:
            self._send(connection, "settings", _settings_payload(settings), until)
            self._reported = settings
        payloads = list(_turns_payloads(settings, lines))
        now = time.monotonic()
        again = [payload for at, payload in self._recent if now - at < RESEND_S] if connection.new else []
        connection.send_all([(topic(self.agent, "turns"), one, False) for one in (*again, *payloads)], until)
        connection.new = False
        self._recent.extend((now, payload) for payload in payloads)
        while self._recent and (now - self._recent[0][0] > RESEND_S or len(self._recent) > MOST_RECENT):
            self._recent.popleft()

    def _send(self, connection: Connection, kind: Kind, payload: bytes, until: float) -> None:
        connection.send_all([(topic(self.agent, kind), payload, True)], until)

    def _connected(self, until: float) -> Connection:
        """The connection, made anew where it is lost or was made before a fork."""
        from turntempo.recorders.mqtt_connection import Connection

        if self._pid != os.getpid():  # the connection is the parent's
            self._connection, self._pid = None, os.getpid()
        if self._connection is not None and not self._connection.alive():
            self.close()
        if self._connection is None:
            self._reported = None  # the broker may have lost them
            self._connection = Connection.made(self._broker, f"recorder-{self.agent}-{secrets.token_hex(4)}", until)
        return self._connection


def _path(file: Path | str | None) -> Path | None:
    return None if file is None else Path(file)


def _settings_id(settings: bytes) -> str:
    return blake2b(settings, digest_size=8).hexdigest()


def _settings_payload(settings: bytes) -> bytes:
    head = f'{{"schema":"turntempo.fleet.settings/1","settings_id":"{_settings_id(settings)}","settings":'
    return head.encode() + settings + b"}"


def _turns_payloads(settings: bytes | None, lines: list[bytes]) -> Iterator[bytes]:
    """Messages with these turns, as few as fit."""
    under = "" if settings is None else f'"settings_id":"{_settings_id(settings)}",'
    head = f'{{"schema":"turntempo.fleet.turns/1",{under}"turns":['.encode()
    for part in _parts(lines):
        payload = head + b",".join(b'{"turn":' + line + b"}" for line in part) + b"]}"
        yield gzip.compress(payload, 6) if len(payload) >= ZIPPED_FROM else payload


def _parts(lines: list[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size = 0
    for line in lines:
        if part and (size + len(line) > MOST_BYTES or len(part) == MOST_TURNS):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line) + 16
    if part:
        yield part
