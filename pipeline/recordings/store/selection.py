"""Which turns of a store are meant: its file, and a filter, in one name: `store.db?agent=toy-*&since=...`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, quote

from stages.errors import InputError, RecordingError

KEYS = ("agent", "since", "until", "under")


@dataclass(frozen=True)
class Selection:
    """Some turns of a store; None: all. `agent` is a pattern with * and ?, `under` the start of a settings' digest.

    `since` and `until` are compared with when the collector received a turn: from `since` on, before `until`.
    """

    file: str
    agent: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    under: str | None = None

    @property
    def name(self) -> str:
        """The selection as a recording's name; `selection_of` reads it."""
        held = {
            "agent": self.agent,
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "under": self.under,
        }
        asked = "&".join(f"{key}={quote(value, safe='*:@,')}" for key, value in held.items() if value is not None)
        return f"{self.file}?{asked}" if asked else self.file

    def condition(self) -> tuple[str, list[object]]:
        """The WHERE clause for `turns`, and its values."""
        parts: list[tuple[str, object]] = []
        if self.agent is not None:
            parts.append(("agent GLOB ?", self.agent.replace("[", "[[]")))
        if self.since is not None:
            parts.append(("received_ms >= ?", unix_ms(self.since)))
        if self.until is not None:
            parts.append(("received_ms < ?", unix_ms(self.until)))
        if self.under is not None:
            parts.append(("settings IN (SELECT id FROM settings WHERE substr(digest, 1, length(?1)) = ?1)", self.under))
        clauses = [clause.replace("?1", "?") for clause, _ in parts]
        values = [value for clause, value in parts for _ in range(2 if "?1" in clause else 1)]
        return " AND ".join(clauses) or "1", values


def unix_ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def selection_of(name: str | Path) -> Selection:
    """The selection that a name stands for; a file whose own name has a "?" is that file.

    Raises RecordingError where the part behind "?" cannot be read.
    """
    text = str(name)
    file, mark, asked = text.rpartition("?")
    if not mark or Path(text).exists() or not any(asked.startswith(f"{key}=") for key in KEYS):
        return Selection(text)
    held: dict[str, str] = {}
    for key, value in parse_qsl(asked, keep_blank_values=True):
        if key not in KEYS or key in held or not value:
            rule = f"behind the ? stand {', '.join(f'{one}=...' for one in KEYS)}, each at most once, got {asked!r}"
            raise RecordingError(rule, file=file)
        held[key] = value
    return Selection(file, held.get("agent"), _moment(held, "since"), _moment(held, "until"), held.get("under"))


def _moment(held: dict[str, str], key: str) -> datetime | None:
    if key not in held:
        return None
    return moment(held[key], key)


def moment(text: str, name: str) -> datetime:
    """A time with its zone; this machine's where none is said. Raises InputError."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError, OSError):
        raise InputError(f"{name}: write a time as 2026-11-22T14:30 or 2026-11-22T14:30+08:00, got {text!r}") from None
