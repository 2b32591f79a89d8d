"""The secrets found so far: the same one has the same placeholder wherever it turns up again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tuner.redaction.span import Span

PLACEHOLDER = re.compile(r"REDACTED-[a-z]+(?:-[a-z]+)*(?:-\d+)?")
"""Plain words: they mean nothing in any format, and are taken for no secret again."""

DIGITS = 10
"""Of a telephone number's end, which tell it, however it is written."""

FEWEST = 8
"""Letters of a secret that is looked for where neither its shape nor its name tells it."""

_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"), re.compile(r"[^A-Za-z\d]"))


class Known:
    """Placeholders by secret, numbered within a kind in the order in which they were found."""

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self._pattern: re.Pattern[str] | None = None

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
            self._pattern = None
        return self._placeholders[secret]

    def found(self, text: str) -> Iterator[Span]:
        """Where secrets that are known by now stand in a text; a word that anybody may write is not looked for."""
        if self._pattern is None:
            words = sorted(filter(_telling, self._placeholders), key=len, reverse=True)
            numbers = [word for word, kind in self._kinds.items() if kind == "phone" and len(word) == DIGITS]
            forms = [
                *map(re.escape, words),
                *(rf"(?<![\d.])\d{{0,4}}(?P<n{n}>{word})(?!\d)" for n, word in enumerate(numbers)),
            ]
            self._pattern = re.compile("|".join(forms) or r"(?!)")
        for match in self._pattern.finditer(text):
            yield Span(match.start(), match.end(), self._kinds[match[match.lastgroup or 0]])


def _telling(secret: str) -> bool:
    return len(secret) >= FEWEST and sum(bool(kind.search(secret)) for kind in _CLASSES) >= 2
