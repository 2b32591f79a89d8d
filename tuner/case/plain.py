"""Other people's text, made harmless: what is left shows itself and does nothing else."""

from __future__ import annotations

import unicodedata

KEPT = "\n\t"
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Characters that steer a terminal, or turn text around: escapes, direction marks, lone surrogates."""
JOINERS = frozenset("\u200c\u200d")
"""... but for the two that some scripts and emoji are written with."""


def plain(text: str) -> str:
    """The text without what cannot be seen, its line ends as newlines, no blanks around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(one for one in lines if _shown(one)).strip()


def one_line(text: str) -> str:
    """The same in one line."""
    return " ".join(plain(text).split())


def _shown(character: str) -> bool:
    return character in KEPT or character in JOINERS or unicodedata.category(character) not in UNSEEN
