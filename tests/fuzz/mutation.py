"""Damage: bytes, lines and values of an input are cut, doubled, exchanged, and replaced by others."""

# ruff: noqa: E501 one row for each kind of value

from __future__ import annotations

import gzip
import random
import re

VALUES = (
    *(b"null", b"true", b"false", b"[]", b"{}", b'""', b'"x"', b"0", b"-1", b"1.5", b"1e999", b"-1e-999", b"NaN", b"Infinity"),
    *(b"9" * 25, b"9" * 400, b"-" + b"9" * 19, b"9223372036854775808", b"1e20", b"4e12", b"0x1", b"1_0", b"08", b"~"),
    *(b"[[[", b"{{{", b"[" * 300, b'{"a":' * 300, b"[" * 2000, b'{"a":' * 2000, b"9" * 5000, b"- " * 300, b"(" * 300, b"]", b"}", b'"', b"'", b"`", b"${", b"\\"),
    *(b'"\\ud800"', b'"\\u0000"', b"\xff", b"\x00", b"\xef\xbb\xbf", b"\xed\xa0\x80", "\u202e".encode(), b"\x1b[2J", "é密".encode()),
    *(b"? [a]\n: 1\n", b"&a [*a]", b"*a", b"<<: *a", b"!!binary x", b"!!timestamp 1", b"2026-13-45", b"2026-02-30T99:00:00Z"),
    *(b"..", b"/", b"../x", b"a" * 300, b"a." * 60, b"\n", b"\r", b"\t", b",", b":", b"=", b"#", b"//", b"/*", b"%"),
)  # fmt: skip
"""What stands in the place of a value."""

_PLACES = re.compile(rb'"[^"\n]{0,80}"|[\w.+-]+')
_KEYS = re.compile(rb'"[^"\n]{1,40}"(?=\s{0,3}:)|[A-Za-z_]\w*(?=\s{0,2}[:=])')

MOST = 1 << 16
"""Bytes of a damaged input: a longer one is cut."""


class Mutator:
    """Draws damaged inputs; the same seed gives the same ones."""

    def __init__(self, seed: str) -> None:
        self._draws = random.Random(seed)
        self._places: dict[bytes, list[tuple[int, int]]] = {}
        self._keys: dict[bytes, list[tuple[int, int]]] = {}

    def choice(self, names: list[str]) -> str:
        """One of these."""
        return self._draws.choice(names)

    def damaged(self, whole: bytes) -> bytes:
        """The input with one to four places changed; of a gzipped one every second time inside."""
        if whole.startswith(b"\x1f\x8b") and self._draws.random() < 0.5:
            return gzip.compress(self._changed(gzip.decompress(whole)), 1)
        return self._changed(whole)

    def _changed(self, whole: bytes) -> bytes:
        first, draws = whole, self._draws
        for turn in range(draws.choice((1, 1, 1, 2, 3, 4))):
            kind = draws.randrange(10)
            if kind < 4 and turn == 0:
                whole = self._valued(first)
            elif kind == 4:
                whole = self._renamed(first) if turn == 0 else self._cut(whole)
            elif kind < 7:
                whole = self._bytes(whole)
            elif kind == 7:
                whole = self._lines(whole)
            else:
                whole = self._cut(whole)
        return whole[:MOST]

    def _valued(self, whole: bytes) -> bytes:
        """A value is another one: of the list, or one that stands elsewhere."""
        places = self._places.setdefault(whole, [found.span() for found in _PLACES.finditer(whole)])
        if not places:
            return self._bytes(whole)
        start, end = self._draws.choice(places)
        if self._draws.random() < 0.25:
            other = self._draws.choice(places)
            return whole[:start] + whole[slice(*other)] + whole[end:]
        return whole[:start] + self._draws.choice(VALUES) + whole[end:]

    def _renamed(self, whole: bytes) -> bytes:
        """A name is another one's, so that one is missing and one is there twice."""
        keys = self._keys.setdefault(whole, [found.span() for found in _KEYS.finditer(whole)])
        if len(keys) < 2:
            return self._bytes(whole)
        (start, end), other = self._draws.sample(keys, 2)
        return whole[:start] + whole[slice(*other)] + whole[end:]

    def _bytes(self, whole: bytes) -> bytes:
        draws = self._draws
        at = draws.randrange(len(whole) + 1)
        end = min(len(whole), at + draws.choice((0, 1, 2, 4, 8, 40)))
        return whole[:at] + draws.randbytes(draws.randint(1, 6)) + whole[end:]

    def _lines(self, whole: bytes) -> bytes:
        """A line is left out, doubled, or in another place."""
        lines = whole.split(b"\n")
        one = lines.pop(self._draws.randrange(len(lines)))
        for _ in range(self._draws.randrange(3)):
            lines.insert(self._draws.randrange(len(lines) + 1), one)
        return b"\n".join(lines)

    def _cut(self, whole: bytes) -> bytes:
        draws = self._draws
        at = draws.randrange(len(whole) + 1)
        end = min(len(whole), at + draws.choice((1, 4, 40, 400)))
        kind = draws.randrange(3)
        return whole[:at] if kind == 0 else whole[:at] + whole[end:] if kind == 1 else whole[:end] + whole[at:]
