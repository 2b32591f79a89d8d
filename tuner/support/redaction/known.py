"""The secrets found so far: the same one has the same placeholder wherever it turns up again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tuner.support.redaction.span import Span

PLACEHOLDER = re.compile(r"REDACTED-[a-z]+(?:-[a-z]+)*(?:-\d+)?")
"""Plain words: they mean nothing in any format, and are taken for no secret again."""

DIGITS = 10
"""Of a telephone number's end, which tell it, however it is written."""

FEWEST = 8
"""Letters of a secret that is looked for where neither its shape nor its name tells it."""

MANY = 64
"""Secrets that are looked for one by one."""
_WORD_BEGINS = re.compile(r"(?<![A-Za-z0-9])(?=\S)|(?<=[A-Za-z0-9])(?=[^A-Za-z0-9\s])")

_NUMBER = re.compile(rf"(?<![\d.])\d{{{DIGITS},{DIGITS + 4}}}(?!\d)")
_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"), re.compile(r"[^A-Za-z\d]"))


class Known:
    """Placeholders by secret, numbered within a kind in the order in which they were found.

    There may be thousands, as where sessions are named by numbers: they are found by how they begin.
    """

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self._begun: dict[str, list[str]] = {}

    def placeholder(self, kind: str, secret: str) -> str:
        """What stands in the secret's place."""
        if kind == "transcript":
            return "REDACTED-transcript"
        if kind == "phone":
            secret = re.sub(r"\D", "", secret)[-DIGITS:]
        if secret not in self._placeholders:
            self._numbers[kind] += 1
            self._placeholders[secret] = f"REDACTED-{kind}-{self._numbers[kind]}"
            self._kinds[secret] = kind
            if kind != "phone" and _telling(secret):
                words = self._begun.setdefault(secret[:FEWEST], [])
                words.append(secret)
                words.sort(key=len, reverse=True)
        return self._placeholders[secret]

    def found(self, text: str) -> Iterator[Span]:
        """Where secrets that are known by now stand in a text; a word that anybody may write is not looked for."""
        for number in _NUMBER.finditer(text):
            if self._kinds.get(number[0][-DIGITS:]) == "phone":
                yield Span(number.start(), number.end(), "phone")
        if not self._begun:
            return
        for start in self._starts(text):
            for word in self._begun.get(text[start : start + FEWEST], ()):
                if text.startswith(word, start):
                    yield Span(start, start + len(word), self._kinds[word])
                    break

    def _starts(self, text: str) -> Iterator[int]:
        """Where a known secret may begin: of few secrets all places, of many those where a word begins."""
        if len(self._begun) > MANY:
            yield from (found.start() for found in _WORD_BEGINS.finditer(text))
            return
        for begin in self._begun:
            at = text.find(begin)
            while at >= 0:
                yield at
                at = text.find(begin, at + 1)


def _telling(secret: str) -> bool:
    return len(secret) >= FEWEST and sum(bool(kind.search(secret)) for kind in _CLASSES) >= 2
