"""Spans from OTLP in protobuf, without a library: only the fields that are of use are decoded.

Source: opentelemetry-proto 1.x, trace.proto, common.proto (field numbers). A value that breaks off ends the reading.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from pipeline.importers.spans import Span

DEEPEST = 8
"""How deep values of attributes are nested."""

TRACE_ID, SPAN_ID = 16, 8
"""Bytes of the ids."""

NS = 1e-6
"""ms of a nanosecond."""

Field = tuple[int, int | bytes]


class BrokenOff(ValueError):
    """The bytes are no protobuf, or break off."""


def fields(held: bytes) -> Iterator[Field]:
    """Number and value of each field; what there is of the last one, and BrokenOff, where it breaks off."""
    at = 0
    while at < len(held):
        key, at = _varint(held, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(held, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(held, at)
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
        else:
            raise BrokenOff
        if number == 0:
            raise BrokenOff
        yield number, held[at : at + size]
        if at + size > len(held):
            raise BrokenOff
        at += size


def _varint(held: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(held) and shift < 70:
        byte = held[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise BrokenOff


def spans_of(content: bytes) -> Iterator[Span]:
    """The spans of an ExportTraceServiceRequest, or of TracesData. Raises BrokenOff after the last whole one."""
    for resource in _messages(content, 1):
        for scope in _messages(resource, 2):
            for held in _messages(scope, 2):
                if (one := _span(held)) is not None:
                    yield one


def _messages(held: bytes, wanted: int) -> Iterator[bytes]:
    for number, value in fields(held):
        if number == wanted and isinstance(value, bytes):
            yield value


def _span(held: bytes) -> Span | None:
    named: dict[int, Any] = {}
    attributes: dict[str, Any] = {}
    for number, value in fields(held):
        if number == 9 and isinstance(value, bytes):
            key, kept = _pair(value, 0)
            attributes[key] = kept
        elif number in (1, 2, 4, 5, 7, 8):
            named[number] = value
    start, end = (_nano(named.get(number)) for number in (7, 8))
    trace, own, called = (named.get(number) for number in (1, 2, 5))
    if not (isinstance(trace, bytes) and isinstance(own, bytes) and isinstance(called, bytes)):
        return None
    if len(trace) != TRACE_ID or len(own) != SPAN_ID or start is None or end is None:
        return None
    parent = named.get(4)
    above = parent.hex() if isinstance(parent, bytes) and any(parent) else None
    return Span(called.decode("utf-8", "replace"), trace.hex(), own.hex(), above, start, end, attributes)


def _nano(value: Any) -> float | None:
    if not isinstance(value, bytes) or len(value) != 8:
        return None
    nano = struct.unpack("<Q", value)[0]
    return nano * NS if 0 < nano < 1 << 62 else None


def _pair(held: bytes, depth: int) -> tuple[str, Any]:
    """Key and value of an attribute."""
    key, kept = "", None
    for number, value in fields(held):
        if number == 1 and isinstance(value, bytes):
            key = value.decode("utf-8", "replace")
        elif number == 2 and isinstance(value, bytes):
            kept = _value(value, depth)
    return key, kept


def _value(held: bytes, depth: int) -> Any:
    for number, value in fields(held):
        if isinstance(value, int):
            return bool(value) if number == 2 else value - (1 << 64) if value >= 1 << 63 else value
        if number == 1:
            return value.decode("utf-8", "replace")
        if number == 4 and len(value) == 8:
            return struct.unpack("<d", value)[0]
        if number == 5 and depth < DEEPEST:
            return [_value(one, depth + 1) for one in _messages(value, 1)]
        if number == 6 and depth < DEEPEST:
            return dict(_pair(one, depth + 1) for one in _messages(value, 1))
    return None
