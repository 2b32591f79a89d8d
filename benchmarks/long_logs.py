"""Long logs of every line format that is imported: small made sessions, over and over, under other names and later."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.importers import IMPORTERS
from pipeline.importers.files import File
from pipeline.importers.json_values import objects
from pipeline.importers.recognition import recognised
from tests.pipeline.importers import (
    agora_source,
    deepgram_source,
    elevenlabs_source,
    hosted_source,
    livekit_source,
    openai_realtime_source,
    otlp_source,
    pipecat_source,
    retell_source,
    vapi_source,
    xiaozhi_source,
)
from tests.pipeline.importers.sources import SOURCES

APART_S = 7_200
"""From the begin of one session to that of the next."""

Session = Callable[[int], bytes]
"""The lines of the session of this number."""

_SECONDS = re.compile(rb"\b1[67]\d{8}(?:\.\d+)?\b")
_MILLISECONDS = re.compile(rb"\b1[67]\d{11}\b")
_STAMP = re.compile(rb"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
_CONSOLE = re.compile(rb"(?m)^(\d{6} \d\d:\d\d:\d\d)")


def lines(*held: Any) -> bytes:
    """JSON Lines of these objects."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in held)


def repeated(content: bytes, *names: str) -> Session:
    """The same session at a later time, its names with its number."""
    ended = content if content.endswith(b"\n") else content + b"\n"
    named = re.compile(b"|".join(re.escape(name.encode()) for name in names)) if names else None

    def session(number: int) -> bytes:
        moved = _moved(ended, number * APART_S)
        return moved if named is None else named.sub(lambda found: b"%b%06d" % (found[0], number), moved)

    return session


def _moved(content: bytes, by: int) -> bytes:
    content = _SECONDS.sub(lambda found: repr(round(float(found[0]) + by, 6)).encode(), content)
    content = _MILLISECONDS.sub(lambda found: b"%d" % (int(found[0]) + by * 1000), content)
    content = _STAMP.sub(lambda found: _later(found[0], by, "%Y-%m-%dT%H:%M:%S"), content)
    return _CONSOLE.sub(lambda found: _later(found[1], by, "%y%m%d %H:%M:%S"), content)


def _later(stamp: bytes, by: int, form: str) -> bytes:
    text = stamp.decode()
    if "-" in text and "T" not in text:
        form = form.replace("T", " ")
    return (datetime.strptime(text, form) + timedelta(seconds=by)).strftime(form).encode()


def sources() -> dict[str, tuple[str, str, Session]]:
    """Name of a log -> format, ending of its name, and its sessions."""
    livekit, pipecat, agora = livekit_source, pipecat_source, agora_source
    spans = [otlp_source.span(one) for one in livekit.spans()]
    of_trace = spans[0]["traceId"]
    flux = lines(*deepgram_source.unconfigured(deepgram_source.flux()))
    return {
        "livekit spans": ("livekit", "jsonl", repeated(lines(*livekit.spans()), "0xabc")),
        "livekit metrics": ("livekit", "jsonl", repeated(lines(*livekit.metrics()), "speech_")),
        "livekit messages": ("livekit", "jsonl", repeated(lines(*livekit.messages()), "ispeech_", "jspeech_")),
        "livekit reports": ("livekit", "jsonl", repeated(lines(livekit.report()), "job_1", "RM_1")),
        "livekit text log": ("livekit", "log", repeated(livekit.text_log(), "speech_")),
        "pipecat spans": ("pipecat", "jsonl", repeated(lines(*pipecat.spans()), "0xdef", '"c1')),
        "pipecat breakdowns": ("pipecat", "jsonl", repeated(lines(*pipecat.breakdowns()))),
        "pipecat metrics": ("pipecat", "jsonl", repeated(lines(*pipecat.frames()))),
        "pipecat text log": ("pipecat", "log", repeated(pipecat.text_log())),
        "otlp": ("otlp", "jsonl", repeated(lines(otlp_source.request(spans)), of_trace[:-6])),
        "agora webhooks": ("agora", "jsonl", repeated(lines(*agora.events()), "B7")),
        "deepgram flux": ("deepgram", "jsonl", repeated(flux, "req-1")),
        "deepgram agent": ("deepgram", "jsonl", repeated(SOURCES["deepgram"]["agent.jsonl"], "agent-1")),
        "openai realtime": (
            "openai-realtime",
            "jsonl",
            repeated(openai_realtime_source.json_lines(openai_realtime_source.call()), "sess_1"),
        ),
        "vapi": ("vapi", "jsonl", repeated(lines(vapi_source.report()), "call-9c11")),
        "retell": ("retell", "jsonl", repeated(lines(retell_source.call()), "call_a1")),
        "elevenlabs": ("elevenlabs", "jsonl", repeated(lines(elevenlabs_source.conversation()), "conv_1")),
        "trtc": ("trtc", "jsonl", repeated(lines(*hosted_source.trtc_messages()), '"r1', '"r2')),
        "home assistant": ("home-assistant", "jsonl", repeated(lines(hosted_source.assist_run()))),
        "xiaozhi messages": ("xiaozhi", "jsonl", repeated(lines(*xiaozhi_source.messages()), '"s1')),
        "xiaozhi text log": ("xiaozhi", "log", repeated(xiaozhi_source.text_log())),
        "table, CSV": ("table", "csv", _table),
        "table, JSON Lines": ("table", "jsonl", _table_lines),
    }


_NAMES = re.compile(rb"speech_|0x(?=[0-9a-f]{32})|(?<=\"job_id\": \")")


def own(path: Path) -> tuple[str, str, Session]:
    """The same of a log of one session of LiveKit or Pipecat that somebody has."""
    file = File(str(path))
    held = [held for _, held in objects(file)] if file.head.lstrip()[:1] in (b"{", b"[") else None
    session = repeated(file.content if held is None else lines(*held))
    (known,) = recognised([file], IMPORTERS)
    ending = "log" if held is None else "jsonl"
    return (
        known.importer.name,
        ending,
        lambda number: _NAMES.sub(lambda one: b"%b%04x" % (one[0], number), session(number)),
    )


def _table(number: int) -> bytes:
    header, *rows = SOURCES["table"]["calls.csv"].splitlines(keepends=True)
    return (b"" if number else header) + b"".join(b"n%d-" % number + row for row in rows)


def _table_lines(number: int) -> bytes:
    header, *rows = SOURCES["table"]["calls.csv"].decode().splitlines()
    names = header.split(";")
    held = [dict(zip(names, [f"n{number}-{row[0]}", *map(float, row[1:])], strict=True)) for row in map(_cells, rows)]
    return lines(*held)


def _cells(row: str) -> list[str]:
    return row.split(";")


def written(path: Path, session: Session, size: int) -> int:
    """Writes a log of at least this many bytes; how many it has."""
    with path.open("wb") as file:
        for held in _sessions(session):
            file.write(held)
            if file.tell() >= size:
                return file.tell()
    return 0


def _sessions(session: Session) -> Iterator[bytes]:
    number = 0
    while True:
        yield session(number)
        number += 1
