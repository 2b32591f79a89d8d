"""Tokens of a reply, counted from its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

import msgspec

_TOKEN = re.compile(r"\w+|[^\w\s]")
_CLAUSE = re.compile(r"(?<![,;:.!?…—–])[,;:.!?…—–]++(?=\s|$)")
_SENTENCE = re.compile(r"(?<![.!?…])[.!?…]++(?=\s|$)")


class Tokens(msgspec.Struct, frozen=True, gc=False):
    """Tokens to the end of the first clause, the first sentence, the reply; None: not known."""

    clause: int | None
    sentence: int | None
    reply: int | None

    def of(self, total: int) -> Tokens:
        """The same shares of a reply of so many tokens, as the model itself counts them."""
        share = total / (self.reply or total)
        clause, sentence = (
            None if count is None else min(max(round(count * share), 1), total)
            for count in (self.clause, self.sentence)
        )
        return Tokens(clause, sentence, total)


NOMINAL_TOKENS = 10
"""Of a first sentence whose text no source has: with the time it took they give the pace."""

NOMINAL = Tokens(None, NOMINAL_TOKENS, None)


def tokens(text: str) -> Tokens | None:
    """The counts, each word and each mark of punctuation a token; None: there is no text.

    Models cut words otherwise; on English prose the sums differ by a few per cent.
    """
    reply = _count(text)
    if not reply:
        return None
    return Tokens(_to(_CLAUSE, text) or reply, _to(_SENTENCE, text) or reply, reply)


def tokens_in(pieces: Sequence[str]) -> Tokens | None:
    """The counts of a text that came in pieces, each taken for a token, as a model sends it; None: there is no text."""
    text = "".join(pieces)
    if not text.strip():
        return None
    ends = list(accumulate(len(piece) for piece in pieces))

    def to(mark: re.Pattern[str]) -> int:
        found = mark.search(text)
        return len(pieces) if found is None else 1 + sum(end < found.end() for end in ends)

    return Tokens(to(_CLAUSE), to(_SENTENCE), len(pieces))


def _to(mark: re.Pattern[str], text: str) -> int:
    """Tokens to the end of the first such mark; 0: there is none."""
    found = mark.search(text)
    return _count(text[: found.end()]) if found else 0


def _count(text: str) -> int:
    return len(_TOKEN.findall(text))
