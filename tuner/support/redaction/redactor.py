"""Takes secrets out of texts and documents, and remembers what it took out and where."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from tuner.formats.placed.edits import Edit, applied
from tuner.support.redaction.glance import doubtful, is_valid
from tuner.support.redaction.known import Known
from tuner.support.redaction.leaf import Leaf, speaker_of, title_of
from tuner.support.redaction.prose import Memo, found_in
from tuner.support.redaction.removed import Removed, sentences
from tuner.support.redaction.span import Span
from tuner.support.redaction.texts import edits_of, is_json, is_lines, is_plain, searched, stated

DEEPEST = 100
"""Levels of a document that are searched; what lies deeper is taken out whole."""


class Redactor:
    """One for each thing that leaves: the same secret has the same placeholder all through it."""

    def __init__(self, transcripts: bool = False) -> None:
        """`transcripts`: what was said was asked for, and stays."""
        self._hide_speech = not transcripts
        self._known = Known()
        self._taken: Counter[tuple[str, str]] = Counter()
        self._met: set[str] = set()
        self._clean: set[str] = set()
        self._memo: Memo = {}

    @property
    def removed(self) -> tuple[Removed, ...]:
        """What was taken out so far, in the order in which it was met."""
        return tuple(Removed(where, kind, count) for (where, kind), count in self._taken.items())

    def lines(self) -> list[str]:
        """The same for people."""
        return sentences(self.removed)

    def json_dict(self) -> list[dict[str, Any]]:
        """The same for programs."""
        return [one.json_dict() for one in self.removed]

    def text(self, text: str, name: str) -> str:
        """A file's text without its secrets; how it is read follows from the name's suffix.

        What is no secret stays as it is, byte for byte. A text that does not keep to its format is read as prose.
        """
        taken, met = self._taken.copy(), len(self._met)
        safe = self._rewritten(text, name)
        if len(self._met) > met:  # a secret found late may stand earlier in the text, where nothing marked it
            self._taken = taken
            self._clean.clear()
            safe = self._rewritten(text, name)
        self._memo.clear()
        return safe

    def learn(self, text: str, name: str) -> None:
        """Get to know the secrets of a text, to find them elsewhere; nothing counts as taken out."""
        taken = self._taken.copy()
        self._rewritten(text, name)
        self._taken = taken

    def apprentice(self) -> Redactor:
        """One that shares what is known, and whose finds count as taken out nowhere."""
        other = Redactor(transcripts=not self._hide_speech)
        other._known = self._known
        return other

    def document(self, value: Any, where: str) -> Any:
        """A copy of nested mappings, lists, texts and numbers without their secrets, keys included."""
        return self._nested(value, (), (None, None), where)

    def name(self, name: str) -> str:
        """A file's name, or an id, without its secrets."""
        return self._prose(name, "file names")

    def _rewritten(self, text: str, name: str) -> str:
        """The text without its secrets, of JSON only those lines searched that may hold one."""
        if is_json(name):
            return self._rewritten_json(text, name)
        return self._searched(text, name)

    def _rewritten_json(self, text: str, name: str) -> str:
        lines = text.split("\n")
        whole = not is_lines(name)
        found = doubtful([text] if whole else lines, lambda part: found_in(part, self._known, self._hide_speech))
        if whole:
            return self._searched(text, name) if found else text
        for place in found:
            lines[place] = self._searched(lines[place], name, place)
        return "\n".join(lines)

    def _searched(self, text: str, name: str, above: int = 0) -> str:
        """What a reader of the format finds first, then the rest as prose: comments, keys, what is no such format."""
        shown, lines_end = self._quiet(name), [found.end() for found in re.finditer("\n", text)]

        def place(at: int) -> str:
            return f"{shown}:{bisect_right(lines_end, at) + 1 + above}"

        edits = edits_of(text, name, lambda leaf, at: self._leaf(leaf, lambda: place(at)))
        structured, origin = applied(text, edits)
        prose = searched(structured, name)
        lines = self._hide_speech and is_plain(name)
        spans = found_in(prose, self._known, self._hide_speech, lines, stated(structured, name), self._memo)
        if spans and is_json(name) and _breaks(structured, spans):
            return structured
        rest = []
        for span in spans:
            secret = structured[span.start : span.end]
            rest.append(Edit(span.start, span.end, self._take(span.kind, secret, place(origin(span.start)))))
        return applied(structured, rest)[0]

    def _nested(
        self, value: Any, path: tuple[str, ...], beside: tuple[str | None, str | None], where: str, depth: int = 0
    ) -> Any:
        """`beside`: who speaks there, and the kind of secret that a name beside it tells."""
        if depth > DEEPEST:
            return self._take("secret", str(type(value)), _dotted(where, path[:3]))  # nothing of ours is so deep
        if isinstance(value, Mapping):
            role = next(filter(None, (speaker_of(str(name), inner) for name, inner in value.items())), beside[0])
            title = next(filter(None, (title_of(str(name), inner) for name, inner in value.items())), None)
            place = _dotted(where, path)
            whole: dict[Any, Any] = {}
            for key, inner in value.items():
                safe = self._key(key, place, whole)
                whole[safe] = self._nested(inner, (*path, str(key)), (role, title), where, depth + 1)
            return whole
        if isinstance(value, list | tuple):
            return [self._nested(inner, path, (beside[0], None), where, depth + 1) for inner in value]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return value
        new = self._leaf(Leaf(path, value, *beside), lambda: _dotted(where, tuple(self._quiet(name) for name in path)))
        return value if new is None else new

    def _key(self, key: Any, where: str, taken: Mapping[Any, Any]) -> Any:
        """A key without its secrets, which two spellings of one secret may not share."""
        if not isinstance(key, str):
            return key
        safe = self._prose(key, where)
        numbers = (f"{safe}-{number}" for number in count(2))
        return safe if safe not in taken else next(one for one in numbers if one not in taken)

    def _quiet(self, name: str) -> str:
        """A key with its secrets replaced, which are not counted a second time."""
        spans = found_in(name, self._known, transcripts=False)
        return applied(
            name,
            [Edit(one.start, one.end, self._known.placeholder(one.kind, name[one.start : one.end])) for one in spans],
        )[0]

    def _leaf(self, leaf: Leaf, where: Callable[[], str]) -> str | None:
        """What stands in a value's place, None: it stays."""
        value = str(leaf.value)
        kind = leaf.kind(self._hide_speech)
        if kind is not None:
            return self._take(kind, value, where())
        if isinstance(leaf.value, float):
            return None
        if isinstance(leaf.value, int) and not leaf.may_be_phone():
            known = next(self._known.found(value), None)
            return None if known is None else self._take(known.kind, value, where())
        looked_at = value in self._clean and next(self._known.found(value), None) is None
        spans = [] if looked_at else found_in(value, self._known, self._hide_speech)
        if not spans:
            self._clean.add(value)
            return None
        return self._without(value, spans, where())

    def _prose(self, text: str, where: str) -> str:
        return self._without(text, found_in(text, self._known, self._hide_speech), where)

    def _without(self, text: str, spans: list[Span], where: str) -> str:
        edits = [Edit(one.start, one.end, self._take(one.kind, text[one.start : one.end], where)) for one in spans]
        return applied(text, edits)[0]

    def _take(self, kind: str, secret: str, where: str) -> str:
        self._taken[where, kind] += 1
        if kind != "transcript":
            self._met.add(secret)
        return self._known.placeholder(kind, secret)


def _breaks(text: str, spans: list[Span]) -> bool:
    """Whether what was JSON would be none any more without these: quotes that are escaped ended a value too late."""
    return is_valid(text) and not is_valid(applied(text, [Edit(one.start, one.end, "REDACTED") for one in spans])[0])


def _dotted(where: str, path: tuple[str, ...]) -> str:
    return f"{where}: {'.'.join(path)}" if path else where
