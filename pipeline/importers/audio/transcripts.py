"""When words were said, out of a transcript: JSON of a recogniser, or CSV with start, end, word and speaker.

Words are counted and dropped. JSON may have any shape: every list of objects with a start, an end and a word counts,
as Whisper, Deepgram, AssemblyAI and ElevenLabs give them; what is there several times counts once. Their times are
seconds, or ms where they are too large for that.
"""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.importers.audio.roles import Role, role_of
from pipeline.importers.audio.stretches import Stretch
from pipeline.importers.files import File
from pipeline.importers.json_values import Object, number, text
from stages.errors import RecordingError

WORD = ("word", "punctuated_word", "text", "transcript", "value")
SPEAKER = ("speaker", "role", "channel", "speaker_id", "channel_id")
"""The names that a word, and who says it, have; the first there is."""

NO_WORDS = ("spacing", "audio_event")
"""Types of ElevenLabs' entries between words."""

DEEPEST = 40
"""Lists and objects inside each other."""

BEYOND = 1.5
"""Times that go beyond so many times the length of the sound are in ms."""

MARGIN_MS = 150.0
"""A recogniser's times are as exact as that."""


@dataclass(frozen=True, slots=True)
class Word:
    """One or more words from `start` to `end`, in ms of the sound; `role` None: it is not said whose."""

    start: float
    end: float
    words: int
    role: Role | None


def words_of(file: File, user_label: str | None, length_ms: float) -> list[Word]:
    """The words of a transcript in order of time. Raises RecordingError where it has none."""
    content = file.text()
    is_json = content.lstrip()[:1] in ("{", "[")
    found = _once(_of_json(content, file) if is_json else _of_table(content, file))
    if not found:
        rule = "has no words with times; give JSON with start, end and word, or CSV with start, end, word and speaker"
        raise RecordingError(rule, file=file.path)
    scale = 1.0 if max(one.end for one in found) * 1000 > BEYOND * max(length_ms, 1000.0) else 1000.0
    named = [
        Word(one.start * scale, one.end * scale, one.words, None if one.who is None else role_of(one.who, user_label))
        for one in found
    ]
    return sorted(named, key=lambda one: one.start)


def of_user(found: Sequence[Word], user: Sequence[Stretch]) -> list[Word]:
    """The user's words: by their speaker, else those that were said while the user spoke."""
    return [one for one in found if one.role == "user" or (one.role is None and _within(one, user))]


def _within(one: Word, stretches: Sequence[Stretch]) -> bool:
    middle = (one.start + one.end) / 2
    return any(held.start - MARGIN_MS <= middle <= held.end + MARGIN_MS for held in stretches)


@dataclass(frozen=True, slots=True)
class _Found:
    """A word in the unit of its source."""

    start: float
    end: float
    words: int
    who: str | None


def _once(found: Iterable[_Found]) -> list[_Found]:
    """Each word once, with its speaker where it has one; phrases only where no word of them is there by itself."""
    held: dict[tuple[float, float, int], _Found] = {}
    for one in found:
        key = (one.start, one.end, one.words)
        if key not in held or held[key].who is None:
            held[key] = one
    starts = sorted(one.start for one in held.values() if one.words == 1)
    return [one for one in held.values() if one.words == 1 or not _has_one(starts, one)]


def _has_one(starts: Sequence[float], phrase: _Found) -> bool:
    return bisect_left(starts, phrase.start) < bisect_right(starts, phrase.end)


def _of_json(content: str, file: File) -> Iterator[_Found]:
    try:
        held = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"is no JSON that can be read: {error}", file=file.path) from None
    return _words(held, None, 0)


def _words(held: Any, who: str | None, depth: int) -> Iterator[_Found]:
    """The words of the innermost lists: of a phrase that lists its words, the words."""
    if depth > DEEPEST:
        return
    if isinstance(held, list):
        for one in held:
            yield from _words(one, who, depth + 1)
    elif isinstance(held, dict):
        who = _speaker(held) or who
        inner = [
            found
            for value in held.values()
            if isinstance(value, list | dict)
            for found in _words(value, who, depth + 1)
        ]
        own = None if inner else _word(held, who)
        yield from inner if own is None else [own]


def _word(held: Object, who: str | None) -> _Found | None:
    start, end = number(held, "start"), number(held, "end")
    said = next((found for name in WORD if (found := text(held, name))), None)
    if (
        start is None
        or end is None
        or not 0 <= start <= end
        or not said
        or text(held, "type") in ("spacing", "audio_event")
    ):
        return None
    return _Found(start, end, len(said.split()), who)


def _speaker(held: Object) -> str | None:
    found = next((held[name] for name in SPEAKER if isinstance(held.get(name), str | int)), None)
    return None if found is None else str(found)


def _of_table(content: str, file: File) -> Iterator[_Found]:
    try:
        yield from _rows(content, file)
    except csv.Error as error:
        raise RecordingError(f"is not CSV: {error}", file=file.path) from None


def _rows(content: str, file: File) -> Iterator[_Found]:
    header, _, _ = content.partition("\n")
    rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=max(",;\t", key=header.count))
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    if not {"start", "end"} <= set(names) or not set(WORD) & set(names):
        rule = "is no transcript: neither JSON nor a table with the columns start, end, word (and speaker)"
        raise RecordingError(rule, file=file.path, line=1)
    rows.fieldnames = names
    for line, row in enumerate(rows, 2):
        held: Object = {name: row[name] for name in names if row.get(name) is not None}
        try:
            held |= {name: float(held.get(name) or "") for name in ("start", "end")}
        except ValueError:
            raise RecordingError("has no number in start or end", file=file.path, line=line) from None
        if (found := _word(held, _speaker(held))) is None:
            rule = "is no word: start and end, the end not before the start, and what was said"
            raise RecordingError(rule, file=file.path, line=line)
        yield found
