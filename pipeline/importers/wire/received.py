"""The events in a log of a client, and when it received them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from pipeline.importers.files import File
from pipeline.importers.json_values import Object, first_objects, objects, parsed
from pipeline.importers.moments import ms_of, stamp_ms
from pipeline.importers.report import Findings
from pipeline.importers.wire.printed import printed_value

WITHIN = ("event", "data", "message", "payload", "msg", "body", "server_event", "client_event", "raw")
"""The keys under which a record of a log holds the event."""

TIMES = ("received_at", "receive_time", "received", "recv_ts", "timestamp", "time", "ts", "at", "t", "asctime")
"""The keys under which a client writes when it received an event."""

DEEPEST = 3
_MODEL = re.compile(r"\b[A-Z]\w*\((?=\w+=)")

IsEvent = Callable[[Object], bool]


class Received(msgspec.Struct, frozen=True):
    """An event; `at`: when the client received it, in ms since any moment (None: it did not write it)."""

    event: Object
    at: float | None
    line: int


def received(file: File, is_event: IsEvent, findings: Findings | None = None) -> Iterator[Received]:
    """The events of a file in its order; lines without one are the log's own, a broken event is counted as a fault.

    Raises RecordingError where the file cannot be read.
    """
    if _is_document(file):
        for line, held in objects(file, findings):
            if (found := _within(held, is_event, None)) is not None:
                yield Received(*found, line)
        return
    for number, content in file.lines():
        found = _of_line(content, is_event)
        if found is not None:
            yield Received(*found, number)
        elif findings is not None and _breaks_off(content):
            findings.fault("broken_line", f"{file.path}:{number}")


def has_event(file: File, is_event: IsEvent, lines_looked_at: int = 60) -> bool:
    """Whether the start of a file shows such an event."""
    if _is_document(file):
        return any(_within(held, is_event, None) is not None for held in first_objects(file))
    return any(_of_line(line, is_event) is not None for line in file.head.split(b"\n")[:lines_looked_at])


def _is_document(file: File) -> bool:
    """Whether a file is one JSON value, or values over many lines, and not a log by line."""
    text = file.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] not in (b"{", b"["):
        return False
    first = text.split(b"\n", 1)[0].strip()
    if (value := parsed(first)) is not None:
        return isinstance(value, list)
    return first in (b"[", b"{") or text[:2] in (b"[{", b"[ ")


def _of_line(line: bytes, is_event: IsEvent) -> tuple[Object, float | None] | None:
    """The event in a line: JSON, or what Python prints, with the log's own words before it."""
    if b"type" not in line:
        return None
    text = line.decode("utf-8", "replace").strip()
    begin = _begin(text)
    if begin is None:
        return None
    held = _object(text[begin:])
    return None if held is None else _within(held, is_event, stamp_ms(text[:begin]) if begin else None)


def _begin(text: str) -> int | None:
    """Where the event begins."""
    brace = text.find("{")
    model = _MODEL.search(text, 0, len(text) if brace < 0 else brace) if brace else None
    if model is not None:
        return model.start()
    return None if brace < 0 else brace


def _object(text: str) -> Object | None:
    end = max(text.rfind("}"), text.rfind(")")) + 1
    value = parsed(text) if text.startswith("{") else None
    if not isinstance(value, dict):
        value = parsed(text[: text.rfind("}") + 1]) if text.startswith("{") else None
    if not isinstance(value, dict):
        value = printed_value(text[:end])
    return value if isinstance(value, dict) else None


def _within(held: Object, is_event: IsEvent, at: float | None, depth: int = 0) -> tuple[Object, float | None] | None:
    """The event that an object is, or holds; its time is the outermost that is there."""
    if at is None:
        at = next((moment for key in TIMES if key in held and (moment := ms_of(held[key])) is not None), None)
    if is_event(held):
        return held, at
    for key in WITHIN if depth < DEEPEST else ():
        inner = held.get(key)
        if isinstance(inner, str) and "type" in inner and (begin := _begin(inner)) is not None:
            inner = _object(inner[begin:])
        if isinstance(inner, dict) and (found := _within(inner, is_event, at, depth + 1)) is not None:
            return found
    return None


def _breaks_off(line: bytes) -> bool:
    """Whether a line begins an event that is not whole."""
    return line[:1] in (b"{", b"[") and parsed(line) is None and (b'"type"' in line or b"'type'" in line)
