"""How many users a trouble reaches, from what people write: "30 of 1,200", "5%", "everyone", "两三个用户"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Reach = Literal["many", "few", "nobody", "unknown"]

MANY_SHARE, MANY_USERS = 0.05, 100
"""From so large a share of the users, or from so many of them, a trouble reaches many."""

_NUMBER = r"(\d[\d,，]*(?:\.\d+)?)\s*(k|万|千)?"
_OF = re.compile(rf"{_NUMBER}\s*(?:users?\s*)?(?:of|out of|in|/|／)\s*(?:about\s*|the\s*)?{_NUMBER}", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
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
    """How many users are hit, in so far as it was told."""

    reach: Reach
    why: str


def reach_of(told: str | None) -> Hit:
    """What an answer on users hit means."""
    if told is None:
        return Hit("unknown", "how many users are hit is not known")
    if found := _OF.search(told):
        hit, of = _number(found[1], found[2]), _number(found[3], found[4])
        return _judged(told, hit, hit / of if of else None)
    if found := _PERCENT.search(told):
        return _judged(told, None, float(found[1]) / 100)
    for words, reach in ((_MANY, "many"), (_NOBODY, "nobody")):
        if words.search(told):
            return Hit(reach, f"users hit: {told!r}")  # type: ignore[arg-type]
    if found := _COUNT.search(told):
        return _judged(told, _number(found[1], found[2]), None)
    if _FEW.search(told):
        return Hit("few", f"users hit: {told!r}")
    return Hit("unknown", f"users hit: {told!r} says no number that is understood")


def _judged(told: str, users: float | None, share: float | None) -> Hit:
    why = f"users hit: {told!r}"
    if users == 0 or share == 0:
        return Hit("nobody", why)
    many = (users or 0) >= MANY_USERS or (share or 0) >= MANY_SHARE
    return Hit("many" if many else "few", why)


def _number(digits: str, unit: str | None) -> float:
    return float(digits.replace(",", "").replace("，", "")) * _UNITS.get((unit or "").lower(), 1)
