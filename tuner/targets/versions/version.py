"""Version numbers of packages, Python's and npm's, and spans of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering

from stages.errors import InputError

_VERSION = re.compile(r"v?(\d+(?:\.\d+){0,3})(?:[-.]?(a|alpha|b|beta|rc|dev|next|pre)[-.]?(\d*))?", re.IGNORECASE)
_ORDER = {"dev": 0, "a": 1, "b": 2, "n": 2, "p": 2, "r": 3}


@total_ordering
@dataclass(frozen=True)
class Version:
    """1.2.7, or 2.0.0b1 before 2.0.0."""

    text: str

    @property
    def key(self) -> tuple[tuple[int, ...], int, int]:
        match = _VERSION.fullmatch(self.text)
        if match is None:
            raise InputError(f"{self.text!r} is no version: write it as in 1.2.7")
        numbers = [int(part) for part in match[1].split(".")]
        early = (match[2] or "").lower()
        rank = _ORDER.get(early[:3], _ORDER.get(early[:1], 4))
        return (*numbers, *(0,) * (4 - len(numbers))), rank, int(match[3] or 0)

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key

    def __str__(self) -> str:
        return self.text

    def bumped(self, place: int) -> Version:
        """The first version after all that share the numbers up to this place."""
        numbers = list(self.key[0][: place + 1])
        numbers[-1] += 1
        return Version(".".join(map(str, numbers)))


@dataclass(frozen=True)
class Span:
    """Versions from `low` to `high`, both with it; `before`: up to that, without it. None: no bound."""

    low: Version | None = None
    high: Version | None = None
    before: Version | None = None

    def holds(self, one: Version) -> bool:
        """Whether a version is in it."""
        if self.low is not None and one < self.low:
            return False
        return not (self.high is not None and self.high < one) and (self.before is None or one < self.before)

    def of(self, versions: Iterable[Version]) -> tuple[Version, ...]:
        """Those of some versions that are in it, in order."""
        return tuple(sorted(one for one in versions if self.holds(one)))

    def within(self, other: Span) -> Span:
        """What is in both."""
        lows = [one.low for one in (self, other) if one.low is not None]
        highs = [one.high for one in (self, other) if one.high is not None]
        befores = [one.before for one in (self, other) if one.before is not None]
        return Span(max(lows, default=None), min(highs, default=None), min(befores, default=None))

    def __str__(self) -> str:
        if self.exact is not None:
            return str(self.exact)
        bounds = ((">=", self.low), ("<=", self.high), ("<", self.before))
        return ",".join(f"{sign}{bound}" for sign, bound in bounds if bound is not None) or "*"

    @property
    def exact(self) -> Version | None:
        """The one version that it holds, where it names that."""
        return self.low if self.low is not None and self.low == self.high else None


ANY = Span()


def span(text: str) -> Span:
    """`1.2.7`, `1.5.4-`, `-0.0.108` or `0.0.69-0.0.108`, as our tables have it."""
    low, dash, high = text.partition("-")
    if not dash:
        return Span(Version(low), Version(low))
    return Span(Version(low) if low else None, Version(high) if high else None)


def spec(text: str) -> Span:
    """The versions that a requirement allows: `==1.2.7`, `~=1.2`, `>=1.0,<2`, `^1.4.0`, `1.4.x`, `*`. InputError."""
    found = ANY
    parts = re.split(r"[,\s]+(?=[<>=!~^\dv*x])", re.sub(r"([<>=!~^])\s+", r"\1", text.strip().strip("\"'")))
    for part in parts:
        found = found.within(_one_spec(part.strip()))
    return found


def _one_spec(text: str) -> Span:
    sign, number = re.match(r"([<>=!~^]*)(.*)", text).groups()  # type: ignore[union-attr]
    if number.lower() in ("", "*", "x", "latest") or sign == "!=":
        return ANY
    stars = re.sub(r"(\.[*x])+$", "", number, flags=re.IGNORECASE)
    low = Version(stars)
    places = stars.count(".")
    _ = low.key  # says what is no version
    if stars != number:
        return Span(low, before=low.bumped(places))
    if sign == "^":
        numbers = low.key[0]
        first = next((place for place, number in enumerate(numbers[:3]) if number), 2)
        return Span(low, before=low.bumped(first))
    if sign == "~=":
        return Span(low, before=low.bumped(max(places - 1, 0)))
    if sign == "~":
        return Span(low, before=low.bumped(min(places, 1)))
    return {"": Span(low, low), "=": Span(low, low), "==": Span(low, low), "===": Span(low, low)}.get(
        sign, {">=": Span(low), "<=": Span(high=low), "<": Span(before=low), ">": Span(low)}.get(sign, ANY)
    )
