"""How many users a problem hits, read from free text: "30 of 1,200", "5%", "everyone", "两三个用户"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Extent = Literal["many", "few", "nobody", "unknown"]

MANY_SHARE, MANY_USERS = 0.05, 100
"""From this share of the users, or this number of them, a problem hits many."""

_NUMBER = r"(?<![\d,，])(\d[\d,，]*+(?:\.\d++)?)\s*+(k|万|千)?"
_OF = re.compile(
    rf"{_NUMBER}\s*+(?:users?\s*+)?(?:of|out of|in|/|／)\s*+(?:about\s*+|the\s*+)?{_NUMBER}", re.IGNORECASE
)
_PERCENT = re.compile(r"(?<!\d)(\d++(?:\.\d++)?)\s*+[%％]")
_COUNT = re.compile(_NUMBER, re.IGNORECASE)
_NOBODY = re.compile(r"\b(none|nobody|no ?one|no users?|0|zero)\b|没有用户|无用户", re.IGNORECASE)
_MANY = re.compile(
    r"\b(all|every|everyone|everybody|most|many|half|majority|hundreds|thousands)\b|所有|全部|大部分|大量|很多|多数|一半",
    re.IGNORECASE,
)
_FEW = re.compile(
    r"\b(a|one|single|two|three|few|several|some|couple|handful)\b|个别|少数|几个|几名|一个|两个|三个|部分",
    re.IGNORECASE,
)
_UNITS = {"k": 1e3, "千": 1e3, "万": 1e4}


@dataclass(frozen=True)
class Hit:
    """How many users are hit, as far as it is known."""

    extent: Extent
    why: str


def extent_of(answer: str | None) -> Hit:
    """The meaning of an answer to "how many users are hit"."""
    if answer is None:
        return Hit("unknown", "how many users are hit is not known")
    if found := _OF.search(answer):
        hit, of = _number(found[1], found[2]), _number(found[3], found[4])
        return _judged(answer, hit, hit / of if of else None)
    if found := _PERCENT.search(answer):
        return _judged(answer, None, float(found[1]) / 100)
    for words, extent in ((_MANY, "many"), (_NOBODY, "nobody")):
        if words.search(answer):
            return Hit(extent, f"users hit: {answer!r}")  # type: ignore[arg-type]
    if found := _COUNT.search(answer):
        return _judged(answer, _number(found[1], found[2]), None)
    if _FEW.search(answer):
        return Hit("few", f"users hit: {answer!r}")
    return Hit("unknown", f"users hit: {answer!r} says no number that is understood")


def _judged(answer: str, users: float | None, share: float | None) -> Hit:
    why = f"users hit: {answer!r}"
    if users == 0 or share == 0:
        return Hit("nobody", why)
    many = (users or 0) >= MANY_USERS or (share or 0) >= MANY_SHARE
    return Hit("many" if many else "few", why)


def _number(digits: str, unit: str | None) -> float:
    return float(digits.replace(",", "").replace("，", "")) * _UNITS.get((unit or "").lower(), 1)
