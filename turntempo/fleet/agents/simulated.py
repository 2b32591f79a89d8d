"""A simulated agent: it has turns under the settings it was given, publishes them, and obeys recommended settings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
from pydantic import ValidationError

from pipeline.figures.outcome import Outcome
from pipeline.kernel.batch import Batch
from pipeline.simulation import Profile, censor, simulate
from pipeline.turns.columns import Columns
from pipeline.turns.rows import rows
from stages.settings import Settings
from turntempo import clock
from turntempo.fleet import messages
from turntempo.fleet.agents.publisher import Publisher
from turntempo.fleet.broker import Broker
from turntempo.fleet.intake import unpacked

DRAWN = 64
"""Turns that are drawn at once."""

BETWEEN_SESSIONS_S = 30.0


@dataclass(frozen=True)
class Exchange:
    """One turn as it went: the turn as the log shows it, its outcome, and how long it took."""

    turn: dict[str, Any]
    outcome: Outcome
    took_s: float


@dataclass
class SimulatedAgent:
    """One agent. `speed`: how many times faster than a person it lives."""

    name: str
    profile: Profile
    settings: Settings
    seed: int
    speed: float
    run_name: str
    version: str | None = None
    turns: int = 0
    """How many turns it has had."""
    _next: messages.RecommendedMessage | None = None
    _changes: int = 0
    publisher: Publisher = field(init=False)

    def connect(self, broker: Broker) -> None:
        """Publish to this broker from now on."""
        self.publisher = Publisher(broker, self.name, self.recommended)
        self._report()

    def recommended(self, payload: bytes) -> None:
        """Take over settings at the start of the next session from their time on; what is no recommendation is left."""
        try:
            held = messages.RecommendedMessage.model_validate_json(unpacked(payload))
        except (ValidationError, ValueError):
            return
        self._next = held if held.version != self.version else None

    async def live(self, most: int | None) -> None:
        """Have turns, one session after the other; `most`: stop after so many."""
        for session in self._sessions():
            self._obey()
            for exchange in exchanges(session, self.settings):
                await asyncio.sleep(exchange.took_s / self.speed)
                self._publish(exchange)
                if most is not None and self.turns >= most:
                    return
            await asyncio.sleep(BETWEEN_SESSIONS_S / self.speed)

    def _obey(self) -> None:
        """Take over what was recommended, once it is valid."""
        new = self._next
        if new is None or new.valid_from > datetime.now(UTC):
            return
        self.settings, self.version, self._next = new.settings, new.version, None
        self._report()

    def _report(self) -> None:
        self._changes += 1
        stated = messages.SettingsMessage(settings=self.settings, settings_id=self._settings_id, version=self.version)
        self.publisher.publish("settings", msgspec.json.encode(messages.payload(stated)), retain=True)

    @property
    def _settings_id(self) -> str:
        return f"{self.run_name}-{self._changes}"

    def _publish(self, exchange: Exchange) -> None:
        self.turns += 1
        known = exchange.outcome.model_dump()
        seen = {name: known[name] for name in messages.Seen.model_fields if name in known}
        entry = {"turn": exchange.turn, "at_ms": clock.unix_ms(), "outcome": seen}
        message = {"schema": messages.TURNS, "settings_id": self._settings_id, "turns": [entry]}
        self.publisher.publish("turns", msgspec.json.encode(message))

    def _sessions(self) -> Iterator[Columns]:
        """Complete turns, a session at a time, for ever; never the same twice."""
        chunk = 0
        while True:
            drawn = simulate(self.profile, DRAWN, (self.seed << 20) + chunk)
            chunk += 1
            for session in range(len(drawn.session_names)):
                start, end = drawn.session_start[session], drawn.session_start[session + 1]
                taken = drawn.take(np.arange(start, end))
                yield _named(taken, f"{self.run_name}-{chunk:04}-{session:02}")


def exchanges(session: Columns, settings: Settings) -> Iterator[Exchange]:
    """How the turns of a session go under these settings."""
    logged = censor(session, settings)
    outcomes = Batch(session, 1).outcomes(settings)
    reply_ms = session.reply_tokens * session.ms_per_token
    for i, turn in enumerate(rows(logged, np.arange(len(logged)))):
        outcome = outcomes.outcome(i)
        waited = outcome.response_ms or 0.0
        yield Exchange(turn, outcome, float(session.end_ms[i] + waited + reply_ms[i]) / 1000)


def _named(session: Columns, name: str) -> Columns:
    """The turns of a session under a name that is used once."""
    ids = np.array([f"{name}-{i:02}".encode() for i in range(len(session))])
    return session.replace(ids=ids, session_names=np.array([name.encode()]))
