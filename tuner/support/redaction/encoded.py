"""Secrets that are written in another way: base64, percent signs, character references, escapes."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote_plus

from tuner.support.redaction.span import Span

Find = Callable[[str], Iterable[Span]]

BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9+/_=-])")
WORD = re.compile(r"[^\s\"'<>`,]+")
_MARK = re.compile(r"%[0-9A-Fa-f]{2}|&#?\w{2,8};|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
DEPTH = 3
"""How often something may be wrapped."""


def encoded(text: str, find: Find, depth: int = DEPTH) -> Iterator[Span]:
    """Words that hold a secret once they are decoded: the whole word is one."""
    marked = any(sign in text for sign in "%&\\")
    for pattern, decode in ((BASE64, _from_base64), (WORD, _unmarked)) if marked else ((BASE64, _from_base64),):
        for found in pattern.finditer(text):
            meant = decode(found[0])
            if meant is None or meant == found[0]:
                continue
            inside = [*find(meant)] or (depth > 1 and [*encoded(meant, find, depth - 1)])
            if inside:
                yield Span(found.start(), found.end(), inside[0].kind)


def _from_base64(word: str) -> str | None:
    """What the word says, None where that is no text."""
    if word.islower() or word.isupper() or word.isdigit():
        return None
    plain = word.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        meant = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return meant if all(letter.isprintable() or letter in "\r\n\t" for letter in meant) else None


def _unmarked(word: str) -> str | None:
    """What a word says whose signs are written out, None where none is."""
    if _MARK.search(word) is None:
        return None
    escaped = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), word)
    return html.unescape(unquote_plus(escaped))
