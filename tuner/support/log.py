"""What happened in a case: a file that only grows, a JSON line an event.

A kill in the midst of a write leaves a torn last line. It is told and left where it is; the next event begins on a
line of its own, so no event before or after is lost.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import AwareDatetime, Field, ValidationError, field_validator

from stages.errors import InputError, OutputError
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
    "note",
]
Line = Literal["first line", "expert line", "SDK engineering"]
LINES: tuple[Line, ...] = get_args(Line)
"""Who works on a case, in the order in which it goes up."""

Severity = Literal["P0", "P1", "P2", "P3"]
Kind = Literal["integration", "feature", "quality", "scenario"]
"""Getting it to run; how a feature is used; audio or latency; what only this scenario has (multi-turn and the like)."""

LARGEST = 16 << 20
"""The most bytes a log may have."""


FIRST_YEAR, LAST_YEAR = 1970, 2200
"""No case is older, and dates can be counted from all of these in any zone."""


class Event(Model):
    """One thing that happened: when, by whom, what. The fields that belong to one kind of event are None elsewhere."""

    at: AwareDatetime = Field(strict=False)
    who: str
    kind: Happening
    text: str = ""
    """In words: what was found, what was said, why."""
    files: tuple[str, ...] = Field((), strict=False)
    """Of an attachment: names in the case's folder."""
    severity: Severity | None = None
    case_kind: Kind | None = None
    to: Line | None = None
    """Of an escalation: who has it now."""
    asked: str | None = None
    """Of an escalation: what they are asked for."""
    satisfaction: int | None = Field(None, ge=1, le=5)
    """Of a verdict: 1 (not at all) to 5."""
    cause: str | None = None
    """Of a resolution: what it was."""
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
        """The event as it stands in the log: what is not said is left out."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps({**said, "at": self.at.isoformat(timespec="seconds")}, ensure_ascii=False)


@dataclass(frozen=True)
class Unreadable:
    """A line of the log that is no event: torn by a kill, or damaged."""

    line: int
    why: str


@dataclass(frozen=True)
class Log:
    """The events in the order in which they were written down, and the lines that could not be read."""

    events: tuple[Event, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    def of(self, *kinds: Happening) -> tuple[Event, ...]:
        """The events of these kinds."""
        return tuple(event for event in self.events if event.kind in kinds)

    def last(self, *kinds: Happening) -> Event | None:
        """The latest of these kinds to be written down."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)


def read_log(path: Path) -> Log:
    """The log at `path`; empty where there is none. Raises InputError where it cannot be read at all."""
    try:
        with open(path, "rb") as stream:
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return Log()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if len(content) > LARGEST:
        raise InputError(f"{path}: is larger than {LARGEST >> 20} MiB, so it is not a case's log")
    return _Reading().whole(content)


def append(path: Path, *events: Event) -> None:
    """Write events down: behind all that stands there, on the disk when this returns. Raises OutputError."""
    text = "".join(f"{event.line()}\n" for event in events).encode()
    try:
        with open(path, "a+b") as stream:
            if _torn(stream):
                text = b"\n" + text
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


def event(at: datetime, who: str, kind: Happening, text: str = "", **more: Any) -> Event:
    """A checked event; InputError names the field and the rule."""
    try:
        return Event(at=at, who=who, kind=kind, text=text, **more)
    except ValidationError as error:
        name, rule = first_problem(error)
        raise InputError(f"{kind}: {name}: {rule}") from None


def _torn(stream: Any) -> bool:
    """Whether the last line lacks its end."""
    if not stream.seek(0, os.SEEK_END):
        return False
    stream.seek(-1, os.SEEK_END)
    return bool(stream.read(1) != b"\n")


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
            self.unreadable.append(Unreadable(number, _why(error)))


def _why(error: ValidationError) -> str:
    """Without what came: that may be anything."""
    detail = error.errors(include_url=False, include_input=False)[0]
    if detail["type"] == "json_invalid":
        return "breaks off, as after a write that was cut short"
    return f"{first_problem(error)[0]}: {detail['msg']}"


def told(unreadable: Iterable[Unreadable]) -> list[str]:
    """A line each, for a person."""
    return [f"log.jsonl:{one.line}: {one.why}; left out" for one in unreadable]
