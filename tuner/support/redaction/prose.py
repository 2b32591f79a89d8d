"""Every secret in a text that has no form: by its shape, by the name before it, because it is known, or encoded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from tuner.support.redaction.assignments import assigned
from tuner.support.redaction.encoded import encoded
from tuner.support.redaction.known import PLACEHOLDER, Known
from tuner.support.redaction.patterns.addresses import addresses
from tuner.support.redaction.patterns.identities import identities
from tuner.support.redaction.patterns.keys import blocks, keys
from tuner.support.redaction.patterns.networks import networks
from tuner.support.redaction.patterns.phones import has_number, phones
from tuner.support.redaction.patterns.sentences import sentences
from tuner.support.redaction.patterns.speech import logged, spoken
from tuner.support.redaction.span import Span, merged

Memo = dict[tuple[str, str, bool, bool], tuple[Span, ...]]
"""What was found in a line, but for what is known."""


def found_in(
    text: str, known: Known, transcripts: bool, lines: bool = False, named: str | None = None, memo: Memo | None = None
) -> list[Span]:
    """Where they stand, in order, none overlapping.

    Of what was said only where `transcripts` are to go; of a conversation written line by line where `lines` are, too.
    `named`: the same text as it is searched for values by their names.
    """
    spans = [*blocks(text), *known.found(text)]
    others = text.split("\n") if named is None else named.split("\n")
    at = 0
    for line, other in zip(text.split("\n"), others, strict=True):
        asked = (line, other, transcripts, lines)
        if memo is None or (inside := memo.get(asked)) is None:
            inside = tuple(_in_line(line, other, known, transcripts, lines))
            if memo is not None:
                memo[asked] = inside
        if inside:
            spans += (Span(at + one.start, at + one.end, one.kind) for one in inside)
        at += len(line) + 1
    return merged(_outside(spans, text))


def _in_line(line: str, named: str, known: Known, transcripts: bool, lines: bool) -> Iterator[Span]:
    if not line or line.isspace():
        return
    low = line.lower()

    def all_of(part: str) -> Iterator[Span]:
        yield from blocks(part)
        yield from _formed(part, part.lower())
        yield from assigned(part, transcripts)
        yield from known.found(part)

    yield from _formed(line, low)
    yield from sentences(named, named.lower() if named is not line else low)
    yield from assigned(named, transcripts)
    yield from encoded(line, all_of)
    if transcripts:
        yield from logged(line, low)
    if lines and transcripts:
        yield from spoken(line, low)


def _formed(line: str, low: str) -> Iterator[Span]:
    yield from keys(line, low)
    yield from addresses(line, low)
    yield from networks(line)
    numbered = has_number(line)
    if numbered or not line.isascii():
        yield from phones(line)
    yield from identities(line, low, numbered)


def _outside(spans: list[Span], text: str) -> list[Span]:
    """Those that touch no placeholder: what was taken out once stays as it is."""
    if not spans or "REDACTED-" not in text:
        return spans
    placed = [found.span() for found in PLACEHOLDER.finditer(text)]
    return [one for one in spans if not _touches(one, placed)]


def _touches(span: Span, placed: list[tuple[int, int]]) -> bool:
    after = bisect_right(placed, (span.end - 1, len(placed) and placed[-1][1]))
    return after > 0 and placed[after - 1][1] > span.start
