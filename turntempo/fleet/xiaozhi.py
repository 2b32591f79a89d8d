"""xiaozhi devices on a broker: their own messages become turns, by the times at which they arrive.

Source: 78/xiaozhi-esp32, docs/mqtt-udp.md and main/protocols/mqtt_protocol.cc: the topic on which a device publishes
comes from its OTA configuration, and it subscribes to none itself. The gateways of xinnan-tech/xiaozhi-esp32-server
configure `device-server`, one topic for all devices, and answer on `devices/p2p/<MAC>`. What was said is never kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from pipeline.importers.json_values import parsed, text
from pipeline.importers.observed.building import FIELDS, turn
from pipeline.importers.observed.faults import cleaned
from pipeline.importers.observed.sessions import plain_name
from pipeline.importers.report import Findings
from pipeline.importers.xiaozhi.events import Event
from pipeline.importers.xiaozhi.exchanges import How, Waiting, observed, turns_in
from pipeline.importers.xiaozhi.messages import event_of, message_of
from pipeline.importers.xiaozhi.xiaozhi import SILENCE_MS
from stages.turn import Turn
from turntempo.fleet.intake import Aside, Item, Reason, Received, StoredTurn
from turntempo.fleet.store import Store, Taken
from turntempo.fleet.topics import AGENT

TOPICS = ("device-server", "devices/p2p/+")

LARGEST = 64 << 10
"""The most bytes of a message."""

MOST_SESSIONS = 20_000
"""So many sessions are followed at once; beyond, the one that has been quiet longest is ended."""

IDLE_MS = 120_000
"""A session that was quiet for so long is over."""

ONCE = frozenset({"sound"})
"""Of these events the first of a turn counts: a reply has one for each of its sentences."""


@dataclass
class Session:
    """A session that goes on. `base_ms` added to a steady time makes it Unix ms; so a clock that is set moves nothing.

    `last_ms`: when its last message arrived, by the steady clock.
    """

    base_ms: float
    agent: str | None = None
    last_ms: float = 0.0
    turns: int = 0
    events: list[tuple[Event, str]] = field(default_factory=list)


@dataclass
class XiaozhiInput:
    """An input of the collector. A turn is stored once its reply is over, or the next one begins.

    A topic's `+` or `#` stands for the device. On a topic without one the session says which device it is, as soon as
    a message of the session has come on a topic with one.
    """

    topics: Sequence[str] = TOPICS
    qos: int = 0
    """So that the broker keeps none for a collector that is away: their times of arrival would say nothing."""
    _sessions: dict[str, Session] = field(default_factory=dict)
    _latest: dict[str, str] = field(default_factory=dict)
    _seen: Sequence[Received] | None = None
    _due: list[Item] = field(default_factory=list)

    def take(self, store: Store, messages: Sequence[Received]) -> Taken:
        """Store the turns that these messages end. Raises StoreFailed."""
        if messages is not self._seen:  # after a disk that failed the same come again
            self._seen = messages
            for message in messages:
                self._due += self._items(message)
            self._due += self._idle(_steady_ms(messages[-1]) if messages else 0.0)
        taken = store.put(self._due)
        self._due, self._seen = [], None
        return taken

    def _items(self, message: Received) -> Iterator[Item]:
        agent = self._agent(message.topic)
        if agent is not None and AGENT.fullmatch(agent) is None:
            yield _aside("", message, "topic", "the topic's device has other signs than letters, digits and . _ : @ -")
            return
        if len(message.payload) > LARGEST:
            yield _aside(agent or "", message, "too_large", f"a message has at most {LARGEST} bytes")
            return
        held = parsed(message.payload)
        if not isinstance(held, dict):
            yield _aside(agent or "", message, "json", "the payload is no JSON object")
            return
        said = message_of(held) or held
        name = text(said, "session_id") or self._latest.get(agent or "", "")
        if not name:
            return  # the hello of a device: the answer to it names the session
        session = self._session(plain_name(name), agent, message)
        event = event_of(said, session.last_ms + session.base_ms)
        if event is not None:
            yield from self._turns(plain_name(name), session, event, message)
        if text(said, "type") == "goodbye":
            yield from self._over(plain_name(name))

    def _agent(self, topic: str) -> str | None:
        """What the + or # of a topic stands for; None: it has none. Of GID@@@MAC@@@UUID the MAC."""
        parts = topic.split("/")
        for pattern in self.topics:
            wanted = pattern.split("/")
            if len(parts) == len(wanted) and all(w in ("+", "#", p) for w, p in zip(wanted, parts, strict=True)):
                found = next((p for w, p in zip(wanted, parts, strict=True) if w in ("+", "#")), None)
                return found.split("@@@")[1] if found is not None and "@@@" in found else found
        return None

    def _session(self, name: str, agent: str | None, message: Received) -> Session:
        now_ms = _steady_ms(message)
        session = self._sessions.pop(name, None) or Session(message.received_ms - now_ms)
        self._sessions[name] = session  # the quietest stand first
        session.last_ms = now_ms
        if agent is not None:
            session.agent = session.agent or agent
            if self._latest.get(agent) != name:
                self._latest.pop(agent, None)
                self._latest[agent] = name
                if len(self._latest) > MOST_SESSIONS:
                    self._latest.pop(next(iter(self._latest)))
        return session

    def _turns(self, name: str, session: Session, event: Event, message: Received) -> Iterator[Item]:
        """The turns that an event ends."""
        if event.kind in ONCE and any(held.kind == event.kind for held, _ in session.events):
            return
        session.events.append((event, ""))
        found = list(turns_in(session.events))
        for one in found[:-1]:
            yield from _stored(name, session, one, message.received_ms)
        if len(found) > 1:
            session.events = [(event, "")]
        if event.kind == "end" and found[-1].closed:
            yield from _stored(name, session, found[-1], message.received_ms)
            session.events = []
        elif len(session.events) > 50:
            session.events = session.events[-25:]

    def _over(self, name: str) -> Iterator[Item]:
        session = self._sessions.pop(name)
        if session.agent is not None and self._latest.get(session.agent) == name:
            del self._latest[session.agent]
        for one in turns_in(session.events):
            yield from _stored(name, session, one, round(session.last_ms + session.base_ms))

    def _idle(self, now_ms: float) -> list[Item]:
        """The last turns of sessions that have been quiet for long, or are too many."""
        found: list[Item] = []
        while self._sessions:
            name, session = next(iter(self._sessions.items()))
            if now_ms - session.last_ms <= IDLE_MS and len(self._sessions) <= MOST_SESSIONS:
                break
            found += self._over(name)
        return found


def _steady_ms(message: Received) -> float:
    """When a message arrived, by a clock that nobody sets where one was read."""
    return float(message.received_ms) if message.steady_ms is None else message.steady_ms


def _stored(name: str, session: Session, one: Waiting, received_ms: int) -> Iterator[Item]:
    """The turn as the store takes it; nothing for a wake word, a typed text, or where nothing was understood."""
    if one.woken or one.heard_at is None:
        return
    findings = Findings("xiaozhi", (), FIELDS)
    for clean in cleaned([observed(one, name, How(SILENCE_MS, True))], findings):
        made = turn(clean, session.turns, findings, fast=False)
        session.turns += 1
        if isinstance(made, Turn):
            yield _item(name, session.agent, made, one, received_ms)


def _item(name: str, agent: str | None, made: Turn, one: Waiting, received_ms: int) -> Item:
    number = f"{one.begun:.0f}"  # the same wherever the collector began to listen
    body = msgspec.json.encode(made.json_dict() | {"id": number})
    if agent is None:
        detail = "no message of this session came on a topic that names its device"
        return Aside("", name, "topic", detail, body, received_ms)
    return StoredTurn(agent, name, number, received_ms, one.begun, made.response_ms, body, None)


def _aside(agent: str, message: Received, reason: Reason, detail: str) -> Aside:
    """What could not be taken; without its payload, which may hold what was said."""
    named = agent if AGENT.fullmatch(agent) else ""
    return Aside(named, message.topic[:300], reason, detail, b"", message.received_ms)
