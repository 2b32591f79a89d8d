"""Where in a text a secret stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """text[start:end] is a secret of this kind."""

    start: int
    end: int
    kind: str


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, none overlapping: those that did became one, of the longest one's kind, so that no tail is left."""
    whole: list[Span] = []
    longest = 0
    for span in sorted(spans):
        if not whole or span.start >= whole[-1].end:
            whole.append(span)
            longest = span.end - span.start
            continue
        last, length = whole[-1], span.end - span.start
        kind = span.kind if length > longest else last.kind
        longest = max(longest, length)
        whole[-1] = Span(last.start, max(last.end, span.end), kind)
    return whole
