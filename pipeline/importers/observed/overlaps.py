"""What the user said over a reply, and of which kind it was: a guess from what it did, its length and its words."""

from __future__ import annotations

from pipeline.importers.observed.grouping import STRAGGLER_MS, Exchange
from pipeline.importers.observed.timeline import Sound, Timeline, between
from stages.turn import MOST_WORDS, Kind, Overlap

BRIEF_MS, BRIEF_WORDS = 600.0, 1
"""Speech that is no longer, and has no more words, is taken for a backchannel even where it stopped the agent."""


def overlaps(timeline: Timeline, exchange: Exchange) -> tuple[Overlap, ...] | None:
    """The overlaps of a reply in order; None: the end of the reply is not logged, so they are not known."""
    reply = exchange.reply
    if reply is None or reply.end is None:
        return None
    found: list[Overlap] = []
    for sound, stops in exchange.over:
        end = reply.end if sound.end is None else sound.end
        at = max(sound.start - reply.start, 0.0)
        if end - sound.start >= 2 and (not found or at >= found[-1].at_ms + found[-1].ms):
            found.append(_overlap(timeline, sound, at, end, stops))
    return tuple(found)


def _overlap(timeline: Timeline, sound: Sound, at: float, end: float, stops: bool) -> Overlap:
    words = _words(timeline, sound.start, end)
    return Overlap(
        at_ms=round(at, 3),
        ms=round(end - sound.start, 3),
        kind=_kind(end - sound.start, words, stops),
        words=min(words or 0, MOST_WORDS),
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
