"""Spans as an OTLP exporter writes them, made of those that a console exporter prints: JSON and protobuf."""

from __future__ import annotations

import json
import struct
from datetime import datetime
from typing import Any


def _nano(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp() * 1e6) * 1000


def _hex(name: str, size: int) -> str:
    return name.removeprefix("0x").encode().hex().zfill(size)[-size:]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(one) for one in value]}}
    return {"stringValue": value if isinstance(value, str) else json.dumps(value)}


def span(held: dict[str, Any]) -> dict[str, Any]:
    context = held["context"]
    found = {
        "traceId": _hex(context["trace_id"], 32),
        "spanId": _hex(context["span_id"], 16),
        "name": held["name"],
        "startTimeUnixNano": str(_nano(held["start_time"])),
        "endTimeUnixNano": str(_nano(held["end_time"])),
        "attributes": [{"key": key, "value": _value(value)} for key, value in held["attributes"].items()],
    }
    if held.get("parent_id"):
        found["parentSpanId"] = _hex(held["parent_id"], 16)
    return found


def request(spans: list[dict[str, Any]]) -> dict[str, Any]:
    """A request of these spans."""
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"scope": {}, "spans": spans}]}]}


def plain(name: str, place: int, start_ms: float, end_ms: float, **attributes: Any) -> dict[str, Any]:
    """A span of one's own agent, in trace 1."""
    base = 1_795_000_000_000_000_000
    return {
        "traceId": _hex("t1", 32),
        "spanId": _hex(f"s{place}", 16),
        "name": name,
        "startTimeUnixNano": str(base + round(start_ms * 1e6)),
        "endTimeUnixNano": str(base + round(end_ms * 1e6)),
        "attributes": [{"key": key, "value": _value(value)} for key, value in attributes.items()],
    }


def _varint(value: int) -> bytes:
    found = b""
    while value >= 0x80:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])


def _part(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _any(value: dict[str, Any]) -> bytes:
    ((kind, held),) = value.items()
    if kind == "boolValue":
        return _varint(2 << 3) + _varint(int(held))
    if kind == "intValue":
        return _varint(3 << 3) + _varint(int(held) & (1 << 64) - 1)
    if kind == "doubleValue":
        return _varint(4 << 3 | 1) + struct.pack("<d", held)
    if kind == "arrayValue":
        return _part(5, b"".join(_part(1, _any(one)) for one in held["values"]))
    return _part(1, held.encode())


def _encoded(one: dict[str, Any]) -> bytes:
    found = _part(1, bytes.fromhex(one["traceId"])) + _part(2, bytes.fromhex(one["spanId"]))
    if "parentSpanId" in one:
        found += _part(4, bytes.fromhex(one["parentSpanId"]))
    found += _part(5, one["name"].encode())
    for number, key in ((7, "startTimeUnixNano"), (8, "endTimeUnixNano")):
        found += _varint(number << 3 | 1) + struct.pack("<Q", int(one[key]))
    for pair in one["attributes"]:
        found += _part(9, _part(1, pair["key"].encode()) + _part(2, _any(pair["value"])))
    return found


def protobuf(spans: list[dict[str, Any]]) -> bytes:
    """A request of these spans in protobuf."""
    scope = _part(1, b"") + b"".join(_part(2, _encoded(one)) for one in spans)
    return _part(1, _part(1, b"") + _part(2, scope))
