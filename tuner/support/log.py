"""The log of a case: an append-only file, one JSON line an event.

A kill during a write leaves an incomplete last line. It is reported and stays; the next event begins on a new line, so
no other event is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import AwareDatetime, Field, ValidationError, field_validator

from pipeline import writing
from pipeline.recordings.regular_file import open_regular
from stages.errors import InputError
from stages.escaping import plain
from stages.model import Model, first_problem

Happening = Literal[
    "received",
    "triaged",
    "overruled",
    "responded",
    "attached",
    "tuned",
    "found",
    "exported",
    "reported",
    "recommended",
    "escalated",
    "compared",
    "verdict",
    "resolved",
    "reopened",
    "bundled",
    "published",
    "promoted",
    "rolled_back",
    "note",
]
Line = Literal["first line", "expert line", "SDK engineering"]
LINES: tuple[Line, ...] = get_args(Line)
"""The support lines, in the order of escalation."""

Severity = Literal["P0", "P1", "P2", "P3"]
Kind = Literal["integration", "feature", "quality", "scenario"]
"""Integration; how to use a feature; audio or latency; what is special to a scenario (multi-turn and the like)."""

LARGEST = 16 << 20
"""The most bytes a log may have."""


FIRST_YEAR, LAST_YEAR = 1970, 2200
"""No case is earlier; from here on dates are valid in every time zone."""


class Event(Model):
    """An event: when, by whom, what. Fields of one kind of event are None in the others."""

    at: AwareDatetime = Field(strict=False)
    who: str
    kind: Happening
    text: str = ""
    """In words: what was found, said or decided."""
    files: tuple[str, ...] = Field((), strict=False)
    """Of an attachment: names in the case's folder."""
    severity: Severity | None = None
    case_kind: Kind | None = None
    to: Line | None = None
    """Of an escalation: the line that has the case now."""
    asked: str | None = None
    """Of an escalation: what that line is asked for."""
    satisfaction: int | None = Field(None, ge=1, le=5)
    """Of a verdict: 1 (not at all) to 5."""
    cause: str | None = None
    """Of a resolution: the cause."""
    sums: dict[str, str] = Field(default_factory=dict)
    """File -> SHA-256, of those in `files` and below them, as this event left them."""
    details: dict[str, Any] = Field(default_factory=dict)
    """Figures and digests, for programs."""

    @field_validator("at")
    @classmethod
    def _in_our_times(cls, at: datetime) -> datetime:
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise ValueError(f"must be a time of the years {FIRST_YEAR} to {LAST_YEAR}, got {at.isoformat()}")
        return at

    @field_validator("who", "cause")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        return None if text is None else " ".join(plain(text).split())

    @field_validator("text", "asked")
    @classmethod
    def _plain(cls, text: str | None) -> str | None:
        return None if text is None else plain(text)

    def line(self) -> str:
        """The event as in the log, without fields that are None."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps({**said, "at": self.at.isoformat(timespec="seconds")}, ensure_ascii=False)


@dataclass(frozen=True)
class Unreadable:
    """A line of the log that cannot be read: incomplete or damaged."""

    line: int
    why: str
    torn: bool = False
    """It breaks off, as after a write that was cut short."""


@dataclass(frozen=True)
class Log:
    """The events in the order of the file, and the lines that cannot be read."""

    events: tuple[Event, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    def of(self, *kinds: Happening) -> tuple[Event, ...]:
        """The events of these kinds."""
        return tuple(event for event in self.events if event.kind in kinds)

    def last(self, *kinds: Happening) -> Event | None:
        """The last event of these kinds in the file."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)


def read_log(path: Path) -> Log:
    """The log at `path`; empty where there is none. Raises InputError where it cannot be read at all."""
    try:
        with open_regular(path) as stream:
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return Log()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST:
        raise InputError(f"{path}: is larger than {LARGEST >> 20} MiB, so it is not a case's log")
    return parse_log(content)


def parse_log(content: bytes) -> Log:
    """The log that these bytes are, or a part of one that begins with a line."""
    return _Reading().whole(content)


def append(path: Path, *events: Event) -> None:
    """Append events; they are on the disk when this returns. Raises OutputError."""
    writing.append(path, "".join(f"{event.line()}\n" for event in events).encode())


def event(at: datetime, who: str, kind: Happening, text: str = "", **more: Any) -> Event:
    """A checked event; InputError names the field and the rule."""
    try:
        return Event(at=at, who=who, kind=kind, text=text, **more)
    except ValidationError as error:
        name, rule = first_problem(error)
        raise InputError(f"{kind}: {name}: {rule}") from None


@dataclass
class _Reading:
    events: list[Event] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def whole(self, content: bytes) -> Log:
        lines = content.split(b"\n")
        for number, line in enumerate(lines, start=1):
            if line.strip():
                self._take(number, line)
        return Log(tuple(self.events), tuple(self.unreadable))

    def _take(self, number: int, line: bytes) -> None:
        try:
            self.events.append(Event.model_validate_json(line))
        except ValidationError as error:
            self.unreadable.append(Unreadable(number, _why(error), _breaks_off(error)))


def _why(error: ValidationError) -> str:
    """The rule without the value, which may be anything."""
    if _breaks_off(error):
        return "breaks off, as after a write that was cut short"
    return f"{first_problem(error)[0]}: {error.errors(include_url=False, include_input=False)[0]['msg']}"


def _breaks_off(error: ValidationError) -> bool:
    return error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid"


def unreadable_lines(unreadable: Iterable[Unreadable]) -> list[str]:
    """A sentence for each line that cannot be read."""
    return [f"log.jsonl:{one.line}: {one.why}; left out" for one in unreadable]
