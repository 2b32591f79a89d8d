"""Readers of what endpoints are asked with and what they answer: records of a probe, scenarios, tools, streams."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from pipeline.connect import recording as connect_recording
from pipeline.connect.simulation import ConnectProfile, simulate
from stages.connect_settings import ConnectSettings
from stages.live.chat_chunk import chunk_of
from stages.live.event_stream import EventStream
from stages.live.openai_http import pieces_of
from stages.live.parts import Piece, ToolCall
from tests.fuzz.reader import Given, Reader, Seeds
from turntempo.calling.parts import tools_in
from turntempo.probe.askers.scenario import scenario
from turntempo.probe.journal import read_records
from turntempo.probe.records import SCHEMA, Head, Record
from turntempo.probe.summary import summary

SCENARIO = Path(__file__).parents[2] / "turntempo/probe/askers"


def records(_: Path) -> Seeds:
    head = Head(SCHEMA, "llm", "chat", "http://x/v1", "m", "support", "", "2026-11-30T00:00:00+00:00", 30.0, 1)
    lines = (Record("load/1/auto/-", i, "2026-11-30T00:00:00+00:00", 10.0 * i, first_ms=300.5) for i in range(3))
    return {"records.jsonl": b"".join(msgspec.json.encode(one) + b"\n" for one in (head, *lines))}


def read_and_sum_up(given: Given) -> object:
    """As `probe show` does."""
    held = read_records(given.file())
    return summary(held.head, held.records) if held.records else None


def scenarios(_: Path) -> Seeds:
    return {path.name: path.read_bytes() for path in sorted(SCENARIO.rglob("*.toml"))}


def calls(folder: Path) -> Seeds:
    path, now = folder / "calls.jsonl", ConnectSettings()
    connect_recording.write(path, simulate(ConnectProfile.load("tutor-app"), 3, 1, now), now, force=True)
    return {"calls.jsonl": path.read_bytes()}


def tools(_: Path) -> Seeds:
    tool = {"name": "weather", "description": "d", "parameters": {"type": "object"}, "result": "sunny"}
    return {"tools.json": json.dumps([tool]).encode()}


def streams(_: Path) -> Seeds:
    """An answer in words, and one that calls a tool."""
    said = [{"content": "At"}, {"content": " nine."}]
    function = {"name": "weather", "arguments": '{"city": "Ulm"}'}
    asked = [{"tool_calls": [{"index": 0, "id": "c1", "function": function}]}]
    return {name: b"".join(_event(one) for one in deltas) for name, deltas in (("said", said), ("asked", asked))}


def _event(delta: object) -> bytes:
    chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": None}], "usage": None}
    return b"data: " + json.dumps(chunk).encode() + b"\r\n\r\n"


def streamed(given: Given) -> list[Piece]:
    """As a live stage and a probe read it."""
    calls: dict[int, ToolCall] = {}
    events = EventStream().feed(given.content)
    return [piece for data in events for piece in pieces_of(chunk_of(data).delta, calls)]


ENDPOINTS = (
    Reader("records of a probe", ("turntempo/probe/journal.py",), records, read_and_sum_up),
    Reader("scenario of a probe", ("turntempo/probe/askers/",), scenarios, lambda given: scenario(str(given.file()))),
    Reader(
        "calls that connect or do not",
        ("pipeline/connect/recording.py",),
        calls,
        lambda given: connect_recording.read(given.file()),
    ),
    Reader("tools of a call", ("turntempo/calling/parts.py",), tools, lambda given: tools_in(given.file())),
    Reader("answer of an endpoint", ("stages/live/",), streams, streamed),
)
