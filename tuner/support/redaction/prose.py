"""Every secret in a text that has no form: by its shape, by the name before it, because it is known, or encoded."""

from __future__ import annotations

from collections.abc import Iterator

from tuner.support.redaction.assignments import assigned, spoken
from tuner.support.redaction.encoded import encoded
from tuner.support.redaction.known import PLACEHOLDER, Known
from tuner.support.redaction.phones import phones
from tuner.support.redaction.shapes import shaped
from tuner.support.redaction.span import Span, merged


def found_in(text: str, known: Known, transcripts: bool, lines: bool = False, named: str | None = None) -> list[Span]:
    """Where they stand, in order, none overlapping.

    Of what was said only where `transcripts` are to go; of a conversation written line by line where `lines` are, too.
    `named`: the same text as it is searched for values by their names.
    """

    def plain(part: str) -> Iterator[Span]:
        yield from shaped(part)
        yield from phones(part)
        yield from known.found(part)

    def all_of(part: str) -> Iterator[Span]:
        yield from plain(part)
        yield from assigned(part, transcripts)

    spans = [*plain(text), *assigned(text if named is None else named, transcripts), *encoded(text, all_of)]
    if lines:
        spans += spoken(text)
    placed = [found.span() for found in PLACEHOLDER.finditer(text)] if spans else []
    return merged(span for span in spans if not any(low < span.end and span.start < high for low, high in placed))
