"""What became of stored turns, in the order in which they arrived: for watching a fleet, not for replaying it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pipeline.recordings.store.reader import DamagedRow, rows
from pipeline.recordings.store.selection import Selection


@dataclass(frozen=True, slots=True)
class ObservedTurn:
    """A turn that an agent lived through; `outcome` holds only what the agent said. Times are Unix ms."""

    seq: int
    agent: str
    session: str
    received_ms: int
    version: str | None
    """The recommendation that the agent followed; None: none."""
    response_ms: float | None
    first: bool
    """Whether the agent had not spoken before in the session."""
    tags: Mapping[str, str] = field(default_factory=dict)
    outcome: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AgentState:
    """What is known of an agent: when it was heard of, whether it is connected, and the settings that it reported."""

    agent: str
    last_ms: int
    status: str | None
    settings: str | None
    """Their digest."""
    version: str | None
    settings_ms: int | None


class _Brief(msgspec.Struct):
    index: int = 0
    tags: dict[str, str] = {}


_OUTCOME = msgspec.json.Decoder(dict[str, Any])
_TURN = tuple[int, str, str, int, str | None, float | None, bytes, bytes | None]
_AGENT = tuple[str, int, str | None, str | None, str | None, int | None]
_BRIEF = msgspec.json.Decoder(_Brief)


def observed(store: sqlite3.Connection, selection: Selection, after: int = 0) -> Iterator[ObservedTurn]:
    """The selected turns that were stored after the one with this `seq`."""
    where, values = selection.condition()
    asked = (
        "SELECT seq, agent, session, received_ms, version, response_ms, body, outcome FROM turns "
        f"WHERE seq > ? AND {where} ORDER BY seq"
    )
    found = rows(store.execute(asked, (after, *values)), _TURN)
    for seq, agent, session, received_ms, version, response_ms, body, outcome in found:
        try:
            brief = _BRIEF.decode(body)
            held = {} if outcome is None else _OUTCOME.decode(outcome)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise DamagedRow from None
        yield ObservedTurn(seq, agent, session, received_ms, version, response_ms, brief.index == 0, brief.tags, held)


def agents(store: sqlite3.Connection, pattern: str = "*") -> list[AgentState]:
    """The agents whose ids match a pattern with * and ?, by id."""
    asked = (
        "SELECT agent, last_ms, status, digest, version, settings_ms FROM agents "
        "LEFT JOIN settings ON settings.id = agents.settings WHERE agent GLOB ? ORDER BY agent"
    )
    found = store.execute(asked, (pattern.replace("[", "[[]"),))
    return [AgentState(*row) for row in rows(found, _AGENT)]


def asides(store: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """(agent, reason) -> how many messages could not be taken."""
    found = rows(store.execute("SELECT agent, reason, count FROM aside_counts"), tuple[str, str, int])
    return {(agent, reason): count for agent, reason, count in found}


@dataclass(frozen=True)
class PublishedLimits:
    """The limits that were last recommended with settings. `others`: whether some of the agents have other limits."""

    version: str
    limits: Mapping[str, float]
    others: bool


def published_limits(store: sqlite3.Connection, pattern: str = "*") -> PublishedLimits | None:
    """The newest limits of the agents that match; None: there are none, or the store is older than such limits."""
    asked = "SELECT version, limits, MAX(valid_ms) FROM recommended WHERE agent GLOB ? GROUP BY limits ORDER BY 3 DESC"
    if not store.execute("SELECT 1 FROM sqlite_master WHERE name = 'recommended'").fetchone():
        return None
    found = store.execute(asked, (pattern.replace("[", "[[]"),)).fetchall()
    if not found:
        return None
    return PublishedLimits(found[0][0], msgspec.json.decode(found[0][1]), len(found) > 1)


@dataclass(frozen=True)
class Change:
    """Settings that an agent reported, after others."""

    received_ms: int
    agent: str
    digest: str
    body: str
    version: str | None


def changes(store: sqlite3.Connection, since_ms: int = 0, pattern: str = "*") -> list[Change]:
    """The settings that agents reported from then on, in order."""
    asked = (
        "SELECT received_ms, agent, digest, body, version FROM changes JOIN settings ON settings.id = settings "
        "WHERE received_ms >= ? AND agent GLOB ? ORDER BY seq"
    )
    found = store.execute(asked, (since_ms, pattern.replace("[", "[[]")))
    return [Change(*row) for row in rows(found, tuple[int, str, str, str, str | None])]
