"""Secrets in sentences, English and Chinese: `API key: <hex>`, `password is ...`, `密码是 ...`, `admin / ...`."""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

import re
from collections.abc import Iterator

from tuner.support.redaction.span import Span
from tuner.support.redaction.values import is_opaque

_WORDS = (
    r"(?<![A-Za-z0-9_.$:/-])(?P<name>(?:pass[- ]?word|pass[- ]?phrase|pass[- ]?code|passwd|pass|pwd|pin|otp(?: code)?|(?:verification|one[- ]time|security|login|access|confirmation) code"
    r"|secret|token|key|credentials?|certificate|cookie|app[ -]?secret|secret[ -]?key|api[ -]?key)s?)(?:[ ]?\d)?(?![A-Za-z0-9_])"
)
ENGLISH = re.compile(r"(?i)" + _WORDS)
_TOKEN = re.compile(r"[^\s，。；]++")
_FILLER = re.compile(
    r"\(?[A-Za-z][A-Za-z'-]{0,19}[):,]{0,2}|\([^()\s]{1,30}\):?|\d{1,2}:?|[:=：|*\"'`-]{1,3}|->|=>|→|–|是|为"
)
_LEADS = re.compile(r"(?i).*[:=：]|is|was|are|to|now|->|=>|→|-|–|\||是|为")
MOST_WORDS = 8
LONGEST_TAIL = 600
"""Words, letters, that stand at most between the name and the end of the value."""
CHINESE = re.compile(
    r"(?i)(?P<name>密码|口令|密钥|秘钥|令牌|凭证|凭据|授权码|验证码|证书|token|key|secret)"
    r"(?P<between>[ ]?(?:是|为|改成了?|已?改为|已?重置为|设为|设成|变成|换成|更新为|如下)?[ ]?[:：=]?[ ]{0,2})"
    r"(?P<start>[“「『\"'《（(]{0,2})(?P<value>[!#-&(-~]{4,500})"
)
LOGIN = re.compile(
    r"(?i)\b(?:log ?in|login|credentials?|account|sign in)\b[^\n/]{0,30}?[ :](?P<user>[\w.@-]{2,40})[ ]?/[ ]?(?P<value>[^\s\"'，,;/]{4,100})"
)
_TRIGGERS = ("pass", "pwd", "pin", "otp", "code", "secret", "token", "key", "credential", "certificate", "cookie")
_PIN = re.compile(r"\d{4,8}")
_LATER = ".,;:!?)]}」”。，"
_QUOTES = "\"'`*“”「」『』()（）<>[]|"


def sentences(line: str, low: str) -> Iterator[Span]:
    """Values of which a sentence says that they are a secret."""
    if _names_one(low):
        for found in ENGLISH.finditer(line):
            yield from _english(line, found.end(), found["name"].lower())
    if not line.isascii():
        yield from _chinese(line)
    if "/" in low:
        for found in LOGIN.finditer(line):
            if is_opaque(found["value"].rstrip(_LATER), 5) and "/" not in found["value"]:
                yield Span(found.start("value"), found.start("value") + len(found["value"].rstrip(_LATER)), "password")


def _names_one(low: str) -> bool:
    """Whether a word of the line may name a secret: `token`, not `token_ms`."""
    for trigger in _TRIGGERS:
        at = low.find(trigger)
        while at >= 0:
            at += len(trigger)
            if (
                low[at : at + 1] not in _IN_WORDS
                or low[at : at + 2] in ("s ", "s:")
                or trigger in ("pass", "credential")
            ):
                return True
            at = low.find(trigger, at)
    return False


_IN_WORDS = frozenset("abcdefghijklmnopqrstuvwxyz_=")


def _english(line: str, at: int, name: str) -> Iterator[Span]:
    """The first word after a name that is no plain word, where a sign or `is` leads to it, or nothing is between."""
    lead = True
    for count, word in enumerate(_TOKEN.finditer(line, at, at + LONGEST_TAIL)):
        text = word[0].strip(_QUOTES)
        value = text.rstrip(_LATER + _QUOTES)
        if lead and _means(name, value, adjacent=count == 0):
            start = word.start() + word[0].index(text)
            yield Span(start, start + len(value), _kind(name))
            return
        if count >= MOST_WORDS or _FILLER.fullmatch(word[0]) is None:
            return
        lead = _LEADS.fullmatch(word[0]) is not None


def _chinese(line: str) -> Iterator[Span]:
    at = 0
    while found := CHINESE.search(line, at):
        at = found.end("name")
        value = found["value"].rstrip(_LATER + _QUOTES)
        if _means(found["name"].lower(), value, adjacent=not found["between"].strip()):
            yield Span(found.start("value"), found.start("value") + len(value), _kind(found["name"].lower()))
            at = found.end()


def _means(name: str, value: str, adjacent: bool) -> bool:
    """Whether the value is one: a short number only of a PIN, a password also short, a key only if it is long."""
    if value.startswith(("/", "{", "$", "(", "--", "<")) or "(" in value or "://" in value:
        return False
    if _kind(name) == "password":
        if _PIN.fullmatch(value):
            return name.startswith(_NUMBERED)
        return is_opaque(value, 5) or (not adjacent and _HYPHENED.fullmatch(value) is not None)
    return is_opaque(value, LONG if adjacent else 12) and any(map(str.isdigit, value))


LONG = 16
"""Letters of a key right after its name."""
_NUMBERED = (
    "pin",
    "otp",
    "passcode",
    "pass code",
    "verification",
    "one",
    "security",
    "login",
    "access",
    "confirmation",
    "验证码",
    "密码",
    "口令",
)
_HYPHENED = re.compile(r"[a-z]{2,20}(?:[-.][a-z]{2,20}){2,6}")


def _kind(name: str) -> str:
    if name.startswith(
        (
            "pass",
            "pwd",
            "pin",
            "otp",
            "verification",
            "one",
            "security",
            "login",
            "confirmation",
            "密码",
            "口令",
            "授权码",
            "验证码",
        )
    ):
        return "password"
    if name.startswith(("token", "令牌", "cookie")):
        return "token"
    return "api-key" if "key" in name or name in ("密钥", "秘钥") else "secret"
