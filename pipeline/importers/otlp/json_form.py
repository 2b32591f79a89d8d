"""Spans from OTLP in JSON, as collectors and exporters write it: one request, or one a line.

Source: opentelemetry-proto, "JSON Protobuf Encoding": names in camelCase (older files: snake_case), ids as hex, times
as text of nanoseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.importers.json_values import Object, entries
from pipeline.importers.moments import ms_of
from pipeline.importers.spans import Span

DEEPEST = 8


def is_request(held: Object) -> bool:
    """Whether an object is a request of spans."""
    return any(isinstance(held.get(key), list) for key in ("resourceSpans", "resource_spans"))


def spans_of(held: Object) -> Iterator[Span | None]:
    """The spans of a request; None for one that is broken."""
    for resource in _objects(held, "resourceSpans", "resource_spans"):
        scopes = _objects(resource, "scopeSpans", "scope_spans", "instrumentationLibrarySpans")
        for scope in scopes:
            for one in _objects(scope, "spans"):
                yield _span(one)


def _objects(held: Object, *names: str) -> list[Object]:
    return [one for name in names for one in entries(held, name) if isinstance(one, dict)]


def _span(held: Object) -> Span | None:
    name, trace, own = (_first(held, *keys) for keys in (("name",), ("traceId", "trace_id"), ("spanId", "span_id")))
    start = _moment(_first(held, "startTimeUnixNano", "start_time_unix_nano"))
    end = _moment(_first(held, "endTimeUnixNano", "end_time_unix_nano"))
    if not (isinstance(name, str) and isinstance(trace, str) and isinstance(own, str)) or start is None or end is None:
        return None
    parent = _first(held, "parentSpanId", "parent_span_id")
    above = parent if isinstance(parent, str) and parent else None
    return Span(name, trace, own, above, start, end, attributes(held.get("attributes")))


def _first(held: Object, *names: str) -> Any:
    return next((held[name] for name in names if name in held), None)


def _moment(value: Any) -> float | None:
    """Nanoseconds as a number or as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 25:
        value = int(value)
    return ms_of(value) if isinstance(value, int | float) else None


def attributes(held: Any, depth: int = 0) -> Object:
    """Attributes as plain values."""
    if isinstance(held, dict):
        return held
    found: Object = {}
    for one in held if isinstance(held, list) else []:
        if isinstance(one, dict) and isinstance(one.get("key"), str):
            found[one["key"]] = _value(one.get("value"), depth)
    return found


def _value(held: Any, depth: int) -> Any:
    if not isinstance(held, dict) or depth > DEEPEST:
        return None
    for key, value in held.items():
        plain = key.replace("_", "").lower()
        if plain == "intvalue":
            return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() and len(value) < 25 else value
        if plain in ("stringvalue", "boolvalue", "doublevalue"):
            return value
        if plain == "arrayvalue":
            return [_value(one, depth + 1) for one in entries(value, "values")]
        if plain == "kvlistvalue":
            return attributes(entries(value, "values"), depth + 1)
    return None


def request_of(spans: Iterable[Span]) -> Object:
    """A request of these spans, with whole nanoseconds: what `spans_of` reads back."""
    held = [
        {
            "traceId": one.trace,
            "spanId": one.id,
            **({} if one.parent is None else {"parentSpanId": one.parent}),
            "name": one.name,
            "startTimeUnixNano": str(round(one.start * 1e6)),
            "endTimeUnixNano": str(round(one.end * 1e6)),
            "attributes": [{"key": key, "value": _written(value)} for key, value in one.attributes.items()],
        }
        for one in spans
    ]
    return {"resourceSpans": [{"scopeSpans": [{"spans": held}]}]}


def _written(value: Any) -> Object:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_written(one) for one in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": [{"key": str(key), "value": _written(one)} for key, one in value.items()]}}
    return {"stringValue": value} if isinstance(value, str) else {}
