"""The form of a store: its tables, and the version that its file carries."""

from __future__ import annotations

from pathlib import Path

from pipeline.recordings.regular_file import open_regular

HEADER = b"SQLite format 3\x00"
"""The first bytes of every SQLite file."""

APPLICATION_ID = 0x7475726E
"""`PRAGMA application_id` of a store: "turn" in ASCII."""

VERSION = 1
"""`PRAGMA user_version`; a store of a higher version was written by a later turntempo."""

TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS agents (
    agent TEXT PRIMARY KEY,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    status TEXT,
    status_ms INTEGER,
    settings INTEGER REFERENCES settings (id),
    version TEXT,
    settings_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changes (
    seq INTEGER PRIMARY KEY,
    received_ms INTEGER NOT NULL,
    agent TEXT NOT NULL,
    settings INTEGER NOT NULL REFERENCES settings (id),
    version TEXT,
    settings_id TEXT
);
CREATE INDEX IF NOT EXISTS changes_agent ON changes (agent, seq);
CREATE TABLE IF NOT EXISTS turns (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    agent TEXT NOT NULL,
    session TEXT NOT NULL,
    turn TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    at_ms INTEGER,
    settings INTEGER REFERENCES settings (id),
    version TEXT,
    response_ms REAL,
    body BLOB NOT NULL,
    outcome BLOB,
    UNIQUE (agent, session, turn)
);
CREATE INDEX IF NOT EXISTS turns_received ON turns (received_ms);
CREATE TABLE IF NOT EXISTS recommended (
    agent TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    valid_ms INTEGER NOT NULL,
    limits TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aside (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    received_ms INTEGER NOT NULL,
    agent TEXT NOT NULL,
    topic TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    payload BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS aside_counts (
    agent TEXT NOT NULL,
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    PRIMARY KEY (agent, reason)
) WITHOUT ROWID;
"""
"""Times are Unix milliseconds by the collector's clock, `at_ms` by the agent's. `settings` and `version` of a turn:
what its agent had reported as in force; NULL where it had reported nothing. `body` is the turn as it was sent,
`outcome` what the agent knows of it, as JSON. `recommended` has the limits, as JSON, that came with an agent's last
recommendation that named some. `aside` holds messages that could not be taken, with the reason."""


def is_store(path: str | Path) -> bool:
    """Whether a file is a store, by its first bytes."""
    try:
        with open_regular(path) as stream:
            start = stream.read(72)
    except OSError:
        return False
    return start.startswith(HEADER) and start[68:72] == APPLICATION_ID.to_bytes(4, "big")  # SQLite's file format, 1.3
