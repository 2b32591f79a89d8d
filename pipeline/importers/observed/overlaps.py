"""What the user said over a reply, and of which kind it was: a guess from what it did, its length and its words."""

from __future__ import annotations

from bisect import insort

from pipeline.importers.observed.grouping import STRAGGLER_MS, Exchange
from pipeline.importers.observed.timeline import Sound, Timeline, between, started_between
from stages.turn import MOST_WORDS, Kind, Overlap

SHORTEST_MS = 2.0
"""A shorter sound is none."""

BRIEF_MS, BRIEF_WORDS = 600.0, 1
"""Speech that is no longer, and has no more words, is taken for a backchannel even where it stopped the agent."""


def overlaps(timeline: Timeline, exchange: Exchange) -> tuple[Overlap, ...] | None:
    """The overlaps of a reply in order; None: the end of the reply is not logged, so they are not known."""
    reply = exchange.reply
    if reply is None or reply.end is None:
        return None
    found: list[Overlap] = []
    for sound, stops in exchange.over:
        _add(found, _overlap(timeline, sound, reply, stops))
    for sound in started_between(timeline.echoes, reply.start, reply.end):
        _add(found, _echo(sound, reply))
    return tuple(found)


def _add(found: list[Overlap], one: Overlap | None) -> None:
    """Add an overlap in its place, where it overlaps none that is there already."""
    if one is not None and all(
        one.at_ms >= other.at_ms + other.ms or other.at_ms >= one.at_ms + one.ms for other in found
    ):
        insort(found, one, key=lambda other: other.at_ms)


def _span(sound: Sound, reply: Sound) -> tuple[float, float] | None:
    """From the reply's first sound, and how long; None: shorter than anything that is heard."""
    end = sound.end if sound.end is not None else reply.end
    if end is None or end - sound.start < SHORTEST_MS:
        return None
    return round(max(sound.start - reply.start, 0.0), 3), round(end - sound.start, 3)


def _echo(sound: Sound, reply: Sound) -> Overlap | None:
    span = _span(sound, reply)
    return None if span is None else Overlap(at_ms=span[0], ms=span[1], kind="echo")


def _overlap(timeline: Timeline, sound: Sound, reply: Sound, stops: bool) -> Overlap | None:
    span = _span(sound, reply)
    if span is None:
        return None
    at_ms, length = span
    words = _words(timeline, sound.start, sound.start + length)
    judged = between(timeline.beliefs, sound.start, sound.start + length + STRAGGLER_MS)
    return Overlap(
        at_ms=at_ms,
        ms=length,
        kind=_kind(length, words, stops),
        words=min(words or 0, MOST_WORDS),
        score=judged[-1].score if judged else None,
    )


def _words(timeline: Timeline, start: float, end: float) -> int | None:
    """How many words were recognised in it; None: the source has no transcripts."""
    if not timeline.finals and not timeline.heard:
        return None
    found = between(timeline.finals, start, end + STRAGGLER_MS) or between(timeline.heard, start, end + 1.0)
    heard = [final.words for final in found]
    return None if any(words is None for words in heard) else sum(words or 0 for words in heard)


def _kind(length: float, words: int | None, stops: bool) -> Kind:
    if words == 0:
        return "noise"
    if stops and not (length <= BRIEF_MS and (words or 0) <= BRIEF_WORDS):
        return "interrupt"
    return "backchannel"
