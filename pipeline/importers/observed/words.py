"""Stretches of speech, of a source that gives the times of words and not of speech."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pipeline.importers.json_values import Object, seconds
from pipeline.importers.observed.timeline import Sound

GAP_MS = 200.0
"""So long a gap between two words is a pause; a shorter one is a part of speech, or of how exact the times are."""

LATEST_MS = 1e9
"""A later word, of a call of eleven days, has no possible time."""


class Word(msgspec.Struct, frozen=True, gc=False):
    """A word with its times in ms of the audio."""

    start: float
    end: float


def words_of(held: Iterable[object]) -> list[Word]:
    """The words of a list that have possible times, in order; their `start` and `end` are seconds of the audio."""
    return sorted((word for one in held if isinstance(one, dict) and (word := _word(one))), key=lambda word: word.start)


def _word(held: Object) -> Word | None:
    start, end = seconds(held, "start"), seconds(held, "end")
    if start is None or end is None or not 0 <= start <= end < LATEST_MS:
        return None
    return Word(start, end)


def stretches(words: Iterable[Word], gap_ms: float = GAP_MS, reply: str | None = None) -> list[Sound]:
    """The words, in order of time, as stretches of speech."""
    found: list[Sound] = []
    start = end = None
    for word in words:
        if start is None or end is None:
            start, end = word.start, word.end
        elif word.start - end < gap_ms:
            end = max(end, word.end)
        else:
            found.append(Sound(start, end, reply))
            start, end = word.start, word.end
    if start is not None:
        found.append(Sound(start, end, reply))
    return found
