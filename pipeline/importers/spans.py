"""OpenTelemetry spans as the SDKs print them, and the tree they form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pipeline.importers.json_values import Object, group, text
from pipeline.importers.moments import ms_of

DEEPEST = 32
"""How far up the parents of a span are followed."""


class Span(msgspec.Struct, frozen=True):
    """One span; times in ms since 1970."""

    name: str
    trace: str
    id: str
    parent: str | None
    start: float
    end: float
    attributes: Object
    events: tuple[Any, ...] = ()


def span(held: Object) -> Span | None:
    """The span that an object is, as the console exporter of the Python SDK prints it; None: it is none.

    `start_time` and `end_time` may be ISO texts or numbers since 1970.
    """
    context = group(held, "context")
    name, trace, own = text(held, "name"), text(context, "trace_id"), text(context, "span_id")
    start, end = ms_of(held.get("start_time")), ms_of(held.get("end_time"))
    if name is None or trace is None or own is None or start is None or end is None:
        return None
    events = held.get("events")
    listed = tuple(events) if isinstance(events, list) else ()
    return Span(name, trace, own, text(held, "parent_id"), start, end, group(held, "attributes"), listed)


class Tree:
    """The spans of one trace."""

    def __init__(self, spans: list[Span]) -> None:
        self.spans = spans
        self.by_id = {one.id: one for one in spans}
        self.children: dict[str, list[Span]] = {}
        for one in spans:
            if one.parent is not None:
                self.children.setdefault(one.parent, []).append(one)

    def named(self, *names: str) -> list[Span]:
        """The spans of these names."""
        return [one for one in self.spans if one.name in names]

    def above(self, one: Span, name: str) -> Span | None:
        """The nearest span of this name above a span."""
        for _ in range(DEEPEST):
            parent = self.by_id.get(one.parent or "")
            if parent is None or parent.name == name:
                return parent
            one = parent
        return None

    def below(self, one: Span, name: str) -> Iterator[Span]:
        """Its own children of this name, in order of their start."""
        yield from sorted((c for c in self.children.get(one.id, ()) if c.name == name), key=lambda c: c.start)
