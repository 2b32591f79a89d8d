"""The files of one call: audio of both sides, frames, LLM requests, latencies, all in ms of one clock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import PurePath
from statistics import median
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.importers.files import File
from pipeline.importers.report import Note
from stages.brief import brief
from stages.errors import RecordingError
from stages.model import first_problem

CALLER = ("elevenlabs_user", "simulated_user")
AGENT = ("framework_agent", "pipecat_agent", "assistant")

EVENTS = ("elevenlabs_events.jsonl", "user_simulator_events.jsonl")
FRAMES = ("pipecat_logs.jsonl", "framework_logs.jsonl")
REQUESTS, LATENCIES, RESULT = "audit_log.json", "response_latencies.json", "result.json"

SAME_MS = 10
"""Starts and stops of the user that are no farther apart are one."""

LONGEST_NAME = 150
LONGEST_MS = 86_400_000
"""No call is longer: a time farther than this from the call's first is wrong."""


class _Line(BaseModel):
    """What we read of a line; further keys are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class _AudioEvent(_Line):
    event_type: str
    user: str
    audio_timestamp: float


class _FrameData(_Line):
    frame: str = ""


class _FrameEvent(_Line):
    type: str
    timestamp: float
    data: _FrameData = _FrameData()
    conversation_id: str | None = None


class _Request(_Line):
    start_time: float
    end_time: float
    response: str | None = None
    response_message: dict[str, Any] | None = None
    status: str | None = None
    retry_attempt: int | None = None


class _Requests(_Line):
    llm_prompts: tuple[_Request, ...]


class _Latencies(_Line):
    latencies: tuple[float, ...]


class _Result(_Line):
    record_id: str | None = None


Shape = TypeVar("Shape", bound=_Line)


@dataclass(frozen=True)
class Audio:
    """A stretch of one side's audio; `end` None: its end was not logged."""

    start: float
    end: float | None


@dataclass(frozen=True)
class Frame:
    """A frame of the framework: a transcript, a word spoken, the user's start or stop."""

    at: float
    kind: str
    text: str


@dataclass(frozen=True)
class Request:
    """One answered LLM request; `tools`: it asked for a tool instead of answering."""

    start: float
    end: float
    text: str
    tools: bool


@dataclass
class Log:
    """One call. `latencies`: the response times that the framework reports, in ms, one a reply."""

    name: str
    caller: list[Audio] = field(default_factory=list)
    agent: list[Audio] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    local: bool = False
    notes: list[Note] = field(default_factory=list)

    def note_doubtful(self, message: str, field: str | None = None, turn: str | None = None) -> None:
        """Note that something may be wrong."""
        self.notes.append(Note(severity="doubtful", message=message, field=field, turn=turn))

    def note_lost(self, message: str, turn: str | None = None) -> None:
        """Note that something was left out."""
        self.notes.append(Note(severity="lost", message=message, turn=turn))

    def between(self, kind: str, start: float, end: float) -> list[Frame]:
        """The frames of a kind in this time, in order."""
        return [frame for frame in self.frames if frame.kind == kind and start <= frame.at < end]


def read_log(files: Sequence[File], name: str) -> Log:
    """The log of one call. Raises RecordingError where a file of it breaks its own form, or there is no audio."""
    named = {file.name: file for file in files}
    log = Log(PurePath(name).name or "call")
    events = next((named[known] for known in EVENTS if known in named), None)
    if events is None:
        rule = (
            f"is no call record: it lacks {EVENTS[0]}, the audio of both sides (there are: {', '.join(sorted(named))})"
        )
        raise RecordingError(rule, file=name)
    clock = _audio(events, log)
    if frames := next((named[known] for known in FRAMES if known in named), None):
        _frames(frames, log, clock)
    else:
        log.note_lost(f"there is no {FRAMES[0]}: no transcripts, no text of replies")
    if REQUESTS in named:
        _requests(named[REQUESTS], log, clock)
    else:
        log.note_lost(f"there is no {REQUESTS}: no LLM requests")
    if file := named.get(LATENCIES):
        log.latencies = [seconds * 1000 for seconds in _parsed(_whole(file), _Latencies, file.path).latencies]
    if (file := named.get(RESULT)) and (record := _parsed(_whole(file), _Result, file.path).record_id):
        log.name = record
    if not log.name.isprintable() or len(log.name) > LONGEST_NAME:
        log.note_doubtful(f"the call's name {brief(log.name)} is not plain text of up to {LONGEST_NAME} characters")
        log.name = "call"
    if unused := sorted(set(named) - {*EVENTS, *FRAMES, REQUESTS, LATENCIES, RESULT}):
        log.notes.append(Note(severity="info", message=f"not used: {', '.join(unused[:8])}"))
    return log


class Clock:
    """Times in ms since the call's first event."""

    def __init__(self, origin: float) -> None:
        self.origin = origin

    def ms(self, epoch_ms: float) -> float | None:
        """The time on this clock; None where it is too far from the call."""
        since = round(epoch_ms - self.origin, 3)
        return since if isfinite(since) and abs(since) < LONGEST_MS else None


def _audio(file: File, log: Log) -> Clock:
    """The audio of both sides, and the clock that starts with the first of it."""
    events: list[tuple[int, _AudioEvent]] = []
    for number, line in _lines(file, log):
        if isinstance(line, dict) and "event_type" in line:
            events.append((number, _parsed(line, _AudioEvent, file.path, number)))
        elif any(host in _server(line) for host in ("//localhost", "//127.0.0.1", "//[::1]")):
            log.local = True
    if not events:
        raise RecordingError("holds no audio_start of either side", file=file.path)
    clock = Clock(_origin([event.audio_timestamp * 1000 for _, event in events]))
    for side, names in ((log.caller, CALLER), (log.agent, AGENT)):
        side += _stretches([(n, event) for n, event in events if event.user in names], clock, log)
    if unknown := sorted({event.user for _, event in events} - {*CALLER, *AGENT}):
        log.note_doubtful(f"audio of an unknown side is left out: {', '.join(unknown)}")
    return clock


def _origin(times: list[float]) -> float:
    """The first time of the call; one that is a day from most of the others is ignored."""
    middle = median(times)
    return min(time for time in times if abs(time - middle) < LONGEST_MS)


def _server(line: Any) -> str:
    """The address that the caller was connected to, where the line has it."""
    for key in ("data", "details", "server_url"):
        line = line.get(key) if isinstance(line, dict) else None
    return str(line)


def _stretches(events: list[tuple[int, _AudioEvent]], clock: Clock, log: Log) -> Iterator[Audio]:
    """Starts and ends of one side, paired in the order of the log."""
    start: float | None = None
    latest = float("-inf")
    for number, event in events:
        at = clock.ms(event.audio_timestamp * 1000)
        if at is None or at < latest:
            log.note_doubtful(
                f"{event.event_type} of {event.user} in line {number} has an impossible time; it is left out"
            )
            continue
        latest = at
        if event.event_type == "audio_start":
            if start is not None:
                log.note_doubtful(
                    f"audio_start of {event.user} in line {number}, and the end of the audio before it is not logged"
                )
                yield Audio(start, None)
            start = at
        elif event.event_type == "audio_end" and start is not None:
            yield Audio(start, at)
            start = None
        else:
            log.note_doubtful(f"{event.event_type} of {event.user} in line {number} without a start; it is left out")
    if start is not None:
        yield Audio(start, None)


def _frames(file: File, log: Log, clock: Clock) -> None:
    lost = 0
    for number, line in _lines(file, log):
        event = _parsed(line, _FrameEvent, file.path, number)
        if event.conversation_id:
            log.name = event.conversation_id
        at = clock.ms(event.timestamp)
        frame = None if at is None else Frame(at, event.type, event.data.frame)
        lost += frame is None
        if frame and not _repeats(log.frames, frame):
            log.frames.append(frame)
    log.frames.sort(key=lambda frame: frame.at)
    if lost:
        log.note_doubtful(f"{lost} frames have impossible times; they are left out")


def _repeats(frames: list[Frame], frame: Frame) -> bool:
    """Whether it is a start or stop that is there already, logged by another observer."""
    if not frame.kind.startswith("user_"):
        return False
    return any(other.kind == frame.kind and abs(other.at - frame.at) <= SAME_MS for other in frames[-3:])


def _requests(file: File, log: Log, clock: Clock) -> None:
    for number, request in enumerate(_parsed(_whole(file), _Requests, file.path).llm_prompts, start=1):
        start, end = clock.ms(request.start_time), clock.ms(request.end_time)
        if start is None or end is None or end < start:
            log.note_doubtful(f"LLM request {number} has impossible times; it is left out", "llm.ttft_ms")
        elif request.status not in (None, "success") or request.retry_attempt:
            log.note_doubtful(
                f"LLM request {number} failed or was a retry ({request.status}); it is left out", "llm.ttft_ms"
            )
        else:
            tools = bool((request.response_message or {}).get("tool_calls"))
            log.requests.append(Request(start, end, request.response or "", tools))
    log.requests.sort(key=lambda request: request.start)


def _lines(file: File, log: Log) -> Iterator[tuple[int, Any]]:
    """The objects of JSON Lines; a last line that breaks off is noted as lost."""
    text = file.text()
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            if number == len(lines):
                log.note_lost(f"{file.path}:{number}: the last line breaks off")
                return
            raise RecordingError(f"is not JSON: {error}", file=file.path, line=number) from None
        yield number, value


def _whole(file: File) -> Any:
    try:
        return json.loads(file.text())
    except json.JSONDecodeError as error:
        raise RecordingError(
            f"is not JSON: {error.msg} at column {error.colno}", file=file.path, line=error.lineno
        ) from None
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"is not JSON: {error}", file=file.path) from None


def _parsed(data: Any, shape: type[Shape], file: str, line: int | None = None) -> Shape:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        where, rule = first_problem(error)
        raise RecordingError(rule, file=file, line=line, field=where or None) from None
