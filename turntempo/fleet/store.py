"""The store of a fleet, written: one SQLite file that keeps every turn once, and what could not be taken aside."""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import IO

from pipeline.recordings.store.form import APPLICATION_ID, TABLES, VERSION
from stages.errors import InputError, OutputError
from stages.i18n import say
from stages.settings import Settings
from turntempo.fleet.intake import Aside, Intake, Item, Received, Recommended, Reported, Status, StoredTurn

BUSY_S = 10.0

MOST_AGENTS = 200_000
"""The most agents of a store: names of more are not taken in."""

MOST_ASIDE, MOST_ASIDE_BYTES = 1_000, 256 << 20
"""The most messages of an agent, and the most bytes of all, that are kept aside; beyond they are only counted."""

ROLL_AT_ONCE = 5_000


class StoreFailed(OutputError):
    """The disk did not take a transaction: nothing of it is stored."""


@dataclass
class Taken:
    """What became of some messages."""

    stored: int = 0
    duplicates: int = 0
    settings: int = 0
    aside: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(agent, reason) -> how many."""


@dataclass(frozen=True)
class _Known:
    """What an agent has reported last: the row of its settings, their version and id."""

    settings: int | None = None
    version: str | None = None
    settings_id: str | None = None


class Store:
    """The store, open for one writer; others may read it meanwhile."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = _locked(file)
        try:
            self._db = _opened(file)
        except BaseException:
            self._lock.close()
            raise
        self._known: dict[str, _Known] = {}
        self._noted: set[str] = set()
        self._aside_bytes: int = self._one("SELECT COALESCE(SUM(LENGTH(payload)), 0) FROM aside")
        self._agents: int = self._one("SELECT COUNT(*) FROM agents")

    def close(self) -> None:
        """Close the file; what was taken is on disk already."""
        self._db.close()
        self._lock.close()

    @property
    def name(self) -> str:
        """A random name that the store keeps, so that its collector has a session of its own at the broker."""
        return str(self._one("SELECT value FROM about WHERE name = 'name'"))

    def __len__(self) -> int:
        return int(self._one("SELECT COUNT(*) FROM turns"))

    def take(self, messages: Sequence[Received]) -> Taken:
        """Store what the messages hold, on disk when this returns. Raises StoreFailed, and stores nothing then."""
        intake = Intake()
        for message in messages:
            intake.take(message)
        return self.put(intake.finish())

    def put(self, items: Iterable[Item]) -> Taken:
        """The same for items that were read before."""
        taken = Taken()
        self._noted.clear()
        try:
            with self._transaction():
                for item in items:
                    self._put(item, taken)
        except BaseException:
            self._known.clear()
            self._agents = self._one("SELECT COUNT(*) FROM agents")
            self._aside_bytes = self._one("SELECT COALESCE(SUM(LENGTH(payload)), 0) FROM aside")
            raise
        return taken

    def retake(self) -> Taken:
        """Try messages again that were kept aside for a version that was unknown then."""
        asked = "SELECT seq, topic, payload, received_ms FROM aside WHERE reason = 'unknown_version' ORDER BY seq"
        known = []
        for seq, topic, payload, received_ms in self._db.execute(asked).fetchall():
            intake = Intake()
            intake.take(Received(topic, bytes(payload), received_ms))
            items = intake.finish()
            if not any(isinstance(item, Aside) for item in items):
                known.append((seq, items))
        taken = Taken()
        with self._transaction():
            for seq, items in known:
                for item in items:
                    self._put(item, taken)
                self._db.execute("DELETE FROM aside WHERE seq = ?", (seq,))
        return taken

    def asides(self) -> dict[tuple[str, str], int]:
        """(agent, reason) -> how many messages or turns were not taken so far."""
        found = self._db.execute("SELECT agent, reason, count FROM aside_counts").fetchall()
        return {(agent, reason): count for agent, reason, count in found}

    def older_than(self, before_ms: int) -> int:
        """How many turns were received before this."""
        return int(self._one("SELECT COUNT(*) FROM turns WHERE received_ms < ?", before_ms))

    def bytes(self) -> int:
        """The size of the data in the store."""
        pages, free = self._one("PRAGMA page_count"), self._one("PRAGMA freelist_count")
        return int((pages - free) * self._one("PRAGMA page_size"))

    def roll_off(self, before_ms: int | None, most_bytes: int | None) -> int:
        """Remove turns received before this, and the oldest while there are more bytes; how many were removed."""
        removed = 0
        while before_ms is not None and (gone := self._remove("WHERE received_ms < ?", before_ms)):
            removed += gone
        while most_bytes is not None and self.bytes() > most_bytes and (gone := self._remove("")):
            removed += gone
        if removed:
            self._db.execute("PRAGMA incremental_vacuum").fetchall()
        return removed

    def _remove(self, where: str, *values: int) -> int:
        asked = f"DELETE FROM turns WHERE seq IN (SELECT seq FROM turns {where} ORDER BY seq LIMIT {ROLL_AT_ONCE})"
        with self._transaction():
            return self._db.execute(asked, values).rowcount

    def _put(self, item: Item, taken: Taken) -> None:
        match item:
            case Aside():
                named = item.agent and self._admitted(item.agent, item.received_ms)
                self._put_aside(item if named else replace(item, agent=""), taken)
            case Recommended():
                self._put_recommended(item)
            case _ if not self._admitted(item.agent, item.received_ms):
                self._put_aside(_unadmitted(item), taken)
            case StoredTurn():
                self._put_turn(item, taken)
            case Reported():
                self._put_settings(item)
                taken.settings += 1
            case Status():
                asked = "UPDATE agents SET status = ?, status_ms = ? WHERE agent = ?"
                self._db.execute(asked, (item.status, item.received_ms, item.agent))

    def _put_turn(self, turn: StoredTurn, taken: Taken) -> None:
        known = self._under(turn)
        asked = (
            "INSERT OR IGNORE INTO turns (agent, session, turn, received_ms, at_ms, settings, version, response_ms, "
            "body, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        at_ms = None if turn.at_ms is None else round(turn.at_ms)
        row = (turn.agent, turn.session, turn.turn, turn.received_ms, at_ms, known.settings, known.version)
        done = self._db.execute(asked, (*row, turn.response_ms, turn.body, turn.outcome))
        if done.rowcount:
            taken.stored += 1
        else:
            taken.duplicates += 1

    def _under(self, turn: StoredTurn) -> _Known:
        """The settings that a turn was under: those its message names, else what its agent reported last."""
        last = self._last(turn.agent)
        if turn.settings_id is None or turn.settings_id == last.settings_id:
            return last
        asked = "SELECT settings, version, settings_id FROM changes WHERE agent = ? AND settings_id = ? ORDER BY seq"
        found = self._db.execute(asked + " DESC LIMIT 1", (turn.agent, turn.settings_id)).fetchone()
        return _Known() if found is None else _Known(*found)

    def _last(self, agent: str) -> _Known:
        if agent not in self._known:
            asked = "SELECT settings, version, settings_id FROM changes WHERE agent = ? ORDER BY seq DESC LIMIT 1"
            found = self._db.execute(asked, (agent,)).fetchone()
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[agent] = _Known() if found is None else _Known(*found)
        return self._known[agent]

    def _put_settings(self, reported: Reported) -> None:
        row = self._settings_row(reported.settings)
        now = _Known(row, reported.version, reported.settings_id)
        if self._last(reported.agent) == now:
            return
        self._known[reported.agent] = now
        asked = "INSERT INTO changes (received_ms, agent, settings, version, settings_id) VALUES (?, ?, ?, ?, ?)"
        self._db.execute(asked, (reported.received_ms, reported.agent, row, reported.version, reported.settings_id))
        asked = "UPDATE agents SET settings = ?, version = ?, settings_ms = ? WHERE agent = ?"
        self._db.execute(asked, (row, reported.version, reported.received_ms, reported.agent))

    def _put_recommended(self, published: Recommended) -> None:
        asked = (
            "INSERT INTO recommended (agent, version, valid_ms, limits) SELECT ?, ?, ?, ? "
            "WHERE EXISTS (SELECT 1 FROM recommended WHERE agent = ?) OR (SELECT COUNT(*) FROM recommended) < ? "
            "ON CONFLICT (agent) DO UPDATE SET version = excluded.version, valid_ms = excluded.valid_ms, "
            "limits = excluded.limits WHERE excluded.valid_ms >= valid_ms"
        )
        row = (published.agent, published.version, published.valid_ms, json.dumps(dict(published.limits)))
        self._db.execute(asked, (*row, published.agent, MOST_AGENTS))

    def _settings_row(self, settings: Settings) -> int:
        digest, body = settings_digest(settings), json.dumps(settings.json_dict())
        self._db.execute("INSERT OR IGNORE INTO settings (digest, body) VALUES (?, ?)", (digest, body))
        return int(self._one("SELECT id FROM settings WHERE digest = ?", digest))

    def _admitted(self, agent: str, received_ms: int) -> bool:
        """Note, once a transaction, that an agent was heard of; False: there are too many."""
        if agent in self._noted:
            return True
        done = self._db.execute("UPDATE agents SET last_ms = MAX(last_ms, ?) WHERE agent = ?", (received_ms, agent))
        if done.rowcount:
            self._noted.add(agent)
            return True
        if self._agents >= MOST_AGENTS:
            return False
        asked = "INSERT INTO agents (agent, first_ms, last_ms) VALUES (?, ?, ?)"
        self._db.execute(asked, (agent, received_ms, received_ms))
        self._agents += 1
        self._noted.add(agent)
        return True

    def _put_aside(self, item: Aside, taken: Taken) -> None:
        taken.aside[(item.agent, item.reason)] += 1
        asked = (
            "INSERT INTO aside_counts (agent, reason, count, last_ms) VALUES (?, ?, 1, ?) "
            "ON CONFLICT (agent, reason) DO UPDATE SET count = count + 1, last_ms = excluded.last_ms"
        )
        self._db.execute(asked, (item.agent, item.reason, item.received_ms))
        kept = self._one("SELECT SUM(count) FROM aside_counts WHERE agent = ?", item.agent)
        if kept > MOST_ASIDE or self._aside_bytes + len(item.payload) > MOST_ASIDE_BYTES:
            return
        self._aside_bytes += len(item.payload)
        asked = "INSERT INTO aside (received_ms, agent, topic, reason, detail, payload) VALUES (?, ?, ?, ?, ?, ?)"
        row = (item.received_ms, item.agent, item.topic, item.reason, item.detail, item.payload)
        self._db.execute(asked, row)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """A transaction that is on disk at the end, or as if it had never begun."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise StoreFailed(say("fleet.store_failed", file=self.file, why=error)) from None

    def _one(self, asked: str, *values: object) -> int:
        found: int = self._db.execute(asked, values).fetchone()[0]
        return found


def settings_digest(settings: Settings) -> str:
    """A digest of settings: the same for the same values."""
    return blake2b(json.dumps(settings.flat(), sort_keys=True).encode(), digest_size=16).hexdigest()


def _unadmitted(item: StoredTurn | Reported | Status) -> Aside:
    body = item.body if isinstance(item, StoredTurn) else b""
    return Aside("", item.agent, "agents", f"the store takes {MOST_AGENTS:,} agents", body, item.received_ms)


def _opened(file: Path) -> sqlite3.Connection:
    """The store's file, made where it is missing. Raises OutputError, InputError."""
    if not file.parent.is_dir():
        raise OutputError(say("fleet.no_folder", file=file, folder=file.parent))
    try:
        new = not file.exists() or file.stat().st_size == 0
        db = sqlite3.connect(file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        if new:
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        elif db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            db.close()
            raise InputError(say("fleet.not_a_store", file=file))
        if (version := db.execute("PRAGMA user_version").fetchone()[0]) > VERSION:
            db.close()
            raise InputError(say("fleet.later_store", file=file, version=version, known=VERSION))
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # a commit is on disk, not only in the cache of the system
        db.executescript(TABLES)
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("INSERT OR IGNORE INTO about (name, value) VALUES ('name', ?)", (secrets.token_hex(8),))
    except (sqlite3.Error, OSError) as error:
        raise OutputError(say("fleet.store_failed", file=file, why=error)) from None
    return db


def _locked(file: Path) -> IO[bytes]:
    """A lock beside the store, held until it is closed, so that one collector writes it. Raises InputError."""
    lock = file.with_name(f"{file.name}.lock")
    if not file.parent.is_dir():
        raise OutputError(say("fleet.no_folder", file=file, folder=file.parent))
    try:
        stream = open(lock, "ab")  # noqa: SIM115 - held as long as the store is open
    except OSError as error:
        raise OutputError(say("fleet.store_failed", file=lock, why=error.strerror or error)) from None
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.close()
            raise InputError(say("fleet.store_taken", file=file)) from None
    return stream
