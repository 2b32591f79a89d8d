"""From a message to what it holds: turns, settings, a status, or the reason why it is kept aside.

Everything here is bounded: a message has a largest size, unpacked too, and so many turns.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec
from pydantic import ValidationError

from pipeline.recordings.checks import problems
from pipeline.recordings.jsonl import Part
from pipeline.recordings.problem import Problem
from stages.errors import TurntempoError
from stages.escaping import plain
from stages.model import first_problem
from stages.schema_ids import former_id, schema_id
from stages.settings import Settings, parse
from turntempo.fleet import messages
from turntempo.fleet.topics import Topic, topic_of

LARGEST_PACKED = 1 << 20
"""The most bytes of a message."""

LARGEST_UNPACKED = 8 << 20
"""The most bytes of a message, unzipped."""

LARGEST_TURN = 64 << 10
"""The most bytes of one turn's JSON."""

LONGEST_DETAIL = 300

GZIP = b"\x1f\x8b"

Reason = Literal["topic", "too_large", "gzip", "json", "schema", "unknown_version", "form", "turn", "agents"]
"""Why a message is kept aside. topic: none of the contract, or an agent's id that is not allowed. schema: it carries no
schema of this topic. unknown_version: a later turntempo may read it. form: the payload breaks its schema. turn: one
turn of a batch does. agents: the store has as many agents as it takes."""


@dataclass(frozen=True)
class Received:
    """A message, with when it arrived, in Unix ms by the collector's clock.

    `steady_ms`: the same by a clock that nobody sets, for durations; None: only the time of the day is known.
    """

    topic: str
    payload: bytes
    received_ms: int
    steady_ms: float | None = None


@dataclass(frozen=True)
class Aside:
    """What could not be taken, and why. `agent` is "" where the topic names none."""

    agent: str
    topic: str
    reason: Reason
    detail: str
    payload: bytes
    received_ms: int


@dataclass(frozen=True)
class StoredTurn:
    """A checked turn; `body` and `outcome` as JSON. `settings_id` as its message says."""

    agent: str
    session: str
    turn: str
    received_ms: int
    at_ms: float | None
    response_ms: float | None
    body: bytes
    outcome: bytes | None
    settings_id: str | None = None


@dataclass(frozen=True)
class Reported:
    """Settings that an agent reports as in force."""

    agent: str
    received_ms: int
    settings: Settings
    version: str | None
    settings_id: str | None


@dataclass(frozen=True)
class Status:
    """Whether an agent is connected."""

    agent: str
    received_ms: int
    status: str


@dataclass(frozen=True)
class Recommended:
    """The limits that were recommended to an agent together with settings."""

    agent: str
    version: str
    valid_ms: int
    limits: Mapping[str, float]


M = TypeVar("M", messages.StatusMessage, messages.RecommendedMessage)

Item = StoredTurn | Reported | Status | Recommended | Aside


class Refused(Exception):
    """A payload that is kept aside."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason


class _Head(msgspec.Struct):
    schema: str | None = None


_NULL = msgspec.Raw(b"null")


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    turn: msgspec.Raw
    at_ms: float | None = None
    outcome: msgspec.Raw = _NULL


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    turns: list[_Entry]
    settings_id: str | None = None


_HEAD = msgspec.json.Decoder(_Head)
_BATCH = msgspec.json.Decoder(_Batch)
_VERSIONED = re.compile(r"turntempo\.(?:turn|fleet\.(?:turns|settings|recommended|status))/\d{1,4}")
_BARE = (schema_id("turn"), former_id("turn"))


@dataclass
class Intake:
    """Messages of one transaction; `items` in the order in which they arrived, a batch's turns one after the other."""

    items: list[Item] = field(default_factory=list)
    _part: Part = field(default_factory=Part)
    _turns: list[tuple[Topic, Received, bytes, _Entry | None, str | None]] = field(default_factory=list)

    def take(self, message: Received) -> None:
        """Add a message."""
        topic = topic_of(message.topic)
        if topic is None:
            self._aside("", message, "topic", "expected turntempo/<agent>/turns, settings, status or recommended")
            return
        try:
            self._take(topic, message)
        except Refused as refused:
            self._aside(topic.agent, message, refused.reason, str(refused))

    def finish(self) -> list[Item]:
        """All that was taken; turns are checked together, which is fast."""
        block = self._part.block()
        broken: dict[int, Problem] = dict(block.problems)
        for place, problem in problems(block.arrays).items():  # as a reader of the recording would find them
            broken.setdefault(int(block.places[place]), problem)
        held = {number: turn for (number, _), turn in zip(self._part.lines, self._part.turns, strict=True)}
        for number, (topic, message, body, entry, settings_id) in enumerate(self._turns):
            if (why := broken.get(number)) is not None:
                detail = ": ".join(part for part in (why.field, why.message) if part)
                self._aside(topic.agent, message, "turn", detail, body)
                continue
            turn = held[number]
            at_ms = None if entry is None else entry.at_ms
            outcome = None if entry is None or _is_null(entry.outcome) else bytes(entry.outcome)
            self.items.append(
                StoredTurn(
                    topic.agent,
                    turn.session,
                    turn.id,
                    message.received_ms,
                    at_ms,
                    turn.response_ms,
                    body,
                    outcome,
                    settings_id,
                )
            )
        return self.items

    def _take(self, topic: Topic, message: Received) -> None:
        payload = unpacked(message.payload)
        if topic.kind != "turns" and not payload:
            return  # a retained message that was cleared
        schema = _schema(payload)
        if topic.kind == "turns":
            self._take_turns(topic, message, payload, schema)
        elif topic.kind == "settings":
            _require(schema, messages.SETTINGS)
            self.items.append(_reported(topic.agent, message, payload))
        elif topic.kind == "recommended":
            _require(schema, messages.RECOMMENDED)
            held = _checked(messages.RecommendedMessage, payload)
            valid_ms = round(held.valid_from.timestamp() * 1000)
            if held.limits:  # a roll-back gives settings back, and names none
                self.items.append(Recommended(topic.agent, held.version, valid_ms, held.limits))
        else:
            _require(schema, messages.STATUS)
            status = _checked(messages.StatusMessage, payload)
            self.items.append(Status(topic.agent, message.received_ms, status.status))

    def _take_turns(self, topic: Topic, message: Received, payload: bytes, schema: str) -> None:
        if schema in _BARE:
            self._add(topic, message, payload, None, None)
            return
        _require(schema, messages.TURNS)
        try:
            batch = _BATCH.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Refused("form", _short(error)) from None
        if not 1 <= len(batch.turns) <= messages.MOST_TURNS:
            raise Refused("form", f"a message has 1 to {messages.MOST_TURNS} turns, got {len(batch.turns)}")
        if batch.settings_id is not None and not 1 <= len(batch.settings_id) <= 200:
            raise Refused("form", "settings_id: has 1 to 200 characters")
        for entry in batch.turns:
            self._take_entry(topic, message, entry, batch.settings_id)

    def _take_entry(self, topic: Topic, message: Received, entry: _Entry, settings_id: str | None) -> None:
        body = bytes(entry.turn)
        if entry.at_ms is not None and not 0 <= entry.at_ms <= 4e12:
            self._aside(topic.agent, message, "turn", "at_ms: is Unix time in ms, 0 to 4e12", body)
            return
        if not _is_null(entry.outcome):
            try:
                messages.Seen.model_validate_json(bytes(entry.outcome))
            except ValidationError as error:
                name, rule = first_problem(error)
                self._aside(topic.agent, message, "turn", f"outcome.{name}: {rule}", body)
                return
        self._add(topic, message, body, entry, settings_id)

    def _add(self, topic: Topic, message: Received, body: bytes, entry: _Entry | None, settings_id: str | None) -> None:
        if len(body) > LARGEST_TURN:
            self._aside(topic.agent, message, "too_large", f"a turn has at most {LARGEST_TURN} bytes", body)
            return
        number = len(self._turns)
        self._turns.append((topic, message, body, entry, settings_id))
        self._part.take(number, body)

    def _aside(self, agent: str, message: Received, reason: Reason, detail: str, body: bytes | None = None) -> None:
        payload = message.payload if body is None else body
        detail = plain(detail)[:LONGEST_DETAIL]
        self.items.append(Aside(agent, message.topic[:300], reason, detail, payload, message.received_ms))


def _is_null(value: msgspec.Raw) -> bool:
    return bytes(value) == b"null"


def unpacked(payload: bytes) -> bytes:
    """The payload without gzip. Raises Refused where it is damaged or too large."""
    if len(payload) > LARGEST_PACKED:
        raise Refused("too_large", f"a message has at most {LARGEST_PACKED} bytes, got {len(payload)}")
    if not payload.startswith(GZIP):
        return payload
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(payload, LARGEST_UNPACKED)
    except zlib.error:
        raise Refused("gzip", "the gzip data are damaged") from None
    if stream.unconsumed_tail:
        raise Refused("too_large", f"unzipped, a message has at most {LARGEST_UNPACKED} bytes")
    if not stream.eof:
        raise Refused("gzip", "the gzip data break off")
    return content


def _schema(payload: bytes) -> str:
    """The schema that a payload carries. Raises Refused."""
    try:
        head = _HEAD.decode(payload)
    except msgspec.ValidationError:
        raise Refused("schema", "the payload is a JSON object with a schema") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("json", _short(error)) from None
    if head.schema is None:
        raise Refused("schema", "the payload carries no schema")
    return head.schema


def _require(schema: str, wanted: str) -> None:
    if schema == wanted:
        return
    if _VERSIONED.fullmatch(schema) and schema.rpartition("/")[0] in (wanted.rpartition("/")[0], "turntempo.turn"):
        raise Refused("unknown_version", f"{schema}: this turntempo reads {wanted}")
    raise Refused("schema", f"expected {wanted}, got {schema[:60]!r}")


def _reported(agent: str, message: Received, payload: bytes) -> Reported:
    """The settings in a message; they may be partial, as in a settings file."""
    try:
        held: Any = msgspec.json.decode(payload)
        given = held.get("settings") if isinstance(held, dict) else None
        settings = parse(given, "settings")
        checked = messages.SettingsMessage.model_validate(held | {"settings": settings})
    except (TurntempoError, RecursionError, msgspec.MsgspecError) as error:
        raise Refused("form", _short(error)) from None
    except ValidationError as error:
        raise Refused("form", ": ".join(first_problem(error))) from None
    return Reported(agent, message.received_ms, settings, checked.version, checked.settings_id)


def _checked(model: type[M], payload: bytes) -> M:
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        raise Refused("form", ": ".join(first_problem(error))) from None


def _short(error: Exception) -> str:
    return str(error)[:LONGEST_DETAIL]
