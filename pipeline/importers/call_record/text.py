"""Tokens of a reply, counted from its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+|[^\w\s]")
_CLAUSE = re.compile(r"[,;:.!?…—–]+(?=\s|$)")
_SENTENCE = re.compile(r"[.!?…]+(?=\s|$)")


@dataclass(frozen=True)
class Tokens:
    """Tokens to the end of the first clause, the first sentence, the reply."""

    clause: int
    sentence: int
    reply: int


def tokens(text: str) -> Tokens | None:
    """The counts, each word and each mark of punctuation a token; None: there is no text.

    Models cut words otherwise; on English prose the sums differ by a few per cent.
    """
    reply = _count(text)
    if not reply:
        return None
    return Tokens(_to(_CLAUSE, text) or reply, _to(_SENTENCE, text) or reply, reply)


def _to(mark: re.Pattern[str], text: str) -> int:
    """Tokens to the end of the first such mark; 0: there is none."""
    found = mark.search(text)
    return _count(text[: found.end()]) if found else 0


def _count(text: str) -> int:
    return len(_TOKEN.findall(text))
