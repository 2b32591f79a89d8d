"""Telephone numbers: international, of many countries by their groups, or by a word before them.

A bare row of digits is taken for a number only in the one form that nothing else in a log has: the eleven digits of a
Chinese mobile number. The others need a plus, separators in their places, or a name before them that says so.
"""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from tuner.support.redaction.key_names import counts
from tuner.support.redaction.span import Span

_SEP = r"[ \u00a0.\-()/]"
_BEFORE = r"(?<![A-Za-z0-9_.+:/])(?<!\d[-,])"
_AFTER = r"(?![A-Za-z0-9_])(?!\.\d)(?![-/:]\d)(?!\s?(?:ms|us|ns|s|sec|bytes?|hz|khz|turns?)\b)"

_PLUS = r"(?<![A-Za-z0-9.+])(?:\+|00(?=[ ]?[1-9]))(?=[ ]?[\d(])"
INTERNATIONAL = re.compile(_PLUS + rf"(?:{_SEP}{{0,2}}\d){{8,15}}" + r"(?!\d)(?!\.\d)(?!\s?(?:ms|us|ns)\b)")
CHINESE_MOBILE = re.compile(
    r"(?<![A-Za-z0-9.])(?<!\d[,])(?:86[ -]?)?1[3-9]\d(?P<s>[ -]?)\d{4}(?P=s)\d{4}(?![A-Za-z0-9])(?!\.\d)"
)
CHINESE_LANDLINE = re.compile(
    _BEFORE + r"(?:\(0(?:10|2\d|[3-9]\d{2})\) ?|0(?:10|2\d|[3-9]\d{2})[- ])[1-9]\d{2,3}[- ]?\d{4}" + _AFTER
)
CHINESE_SERVICE = re.compile(_BEFORE + r"(?<!\d )[48]00[- ]\d{3}[- ]?\d{4}" + _AFTER)
AMERICAN = re.compile(
    _BEFORE
    + r"(?<!\d )(?:1[-. ])?(?:\([2-9]\d{2}\) ?[2-9]\d{2}[-. ]|[2-9]\d{2}(?P<s>[-. ])[2-9]\d{2}(?P=s))\d{4}"
    + _AFTER
)
AREA = re.compile(
    _BEFORE
    + r"(?:\(0\d{1,4}\)[ ]?|0\d{1,4}(?:[ ]?/[ ]?|[ -]))\d{3,4}(?:[ -]?\d{2,4}){0,2}(?<=\d{4})(?<!\b0\d[ ]\d{4})"
    + _AFTER
)
"""An area code that begins with 0, in brackets or set off, then the rest: much of Europe, Japan, Korea, Australia."""
PAIRS = re.compile(_BEFORE + r"0\d(?P<s>[ .-])\d{2}(?:(?P=s)\d{2}){3}" + _AFTER)  # France
BRAZILIAN = re.compile(_BEFORE + r"\(\d{2}\) ?9?\d{4}-\d{4}" + _AFTER)
RUSSIAN = re.compile(_BEFORE + r"8 ?\(\d{3,4}\) ?\d{2,3}-\d{2}-\d{2}" + _AFTER)
NAMED = re.compile(
    r"(?i)(?:\b|_)(?:tel[eé]?(?:phon|fon)[eo]?|t[eé]l[.:]|tel|phone|mobile?|cell|caller|callee|callback|whatsapp|wechat|fax"
    r"|msisdn|ani|dnis|ph|(?:call|reach|ring|dial|text) (?:me|us)?|my number|number is|from|to|customer|r[uü]ckruf|celular"
    r"|тел|телефон|电话|電話|携帯|手机|手機|座机|致电|请拨打|拨打|号码|전화)\.?"
    r"(?:[ _-]?(?:no|nr|num|number|id)\b\.?|号码|号)?"
    r"[\"'}]?(?:: \{\"number\")?[ ]{0,2}(?:[:=#：]|is|at|on|unter|是)?[ ]{0,2}[\"']?(?P<secret>\(?\d(?:[ .()/-]{0,3}\d){6,14})(?![\w.])"
)
FORMS = (
    INTERNATIONAL,
    CHINESE_MOBILE,
    CHINESE_LANDLINE,
    CHINESE_SERVICE,
    AMERICAN,
    AREA,
    PAIRS,
    BRAZILIAN,
    RUSSIAN,
    NAMED,
)

NO_NUMBER = re.compile(
    r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # UUID
    r"|\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?)?"  # ISO 8601
    r"|\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?"  # a time of day
)
"""Digits that are no number wherever they stand."""

MANY = re.compile(r"\d(?:[ \u00a0.\-()/]{0,3}\d){6}")
"""As many digits as a number has at least."""

LONGEST_NAME = 60
_NAME_BEFORE = re.compile(r"([A-Za-z_]\w{0,60})[\"']?\s{0,4}[:=]\s{0,4}\Z")

_WIDE = {ord("０") + digit: str(digit) for digit in range(10)} | str.maketrans("＋－（）．　", "+-(). ")


def narrow(text: str) -> str:
    """The same with full-width digits and signs as plain ones, place for place."""
    return text if text.isascii() else text.translate(_WIDE)


def has_number(line: str) -> bool:
    """Whether a line has as many digits in a row as a number has, but for times, dates and UUIDs."""
    if MANY.search(line) is None:
        return False
    return MANY.search(NO_NUMBER.sub(";", line)) is not None


def phones(line: str) -> Iterator[Span]:
    """Telephone numbers in a line."""
    plain = narrow(line)
    if plain is not line and not has_number(plain):
        return
    others = [found.span() for found in NO_NUMBER.finditer(plain)]
    for form in FORMS:
        for found in form.finditer(plain):
            start, end = found.span("secret") if "secret" in form.groupindex else found.span()
            named = _NAME_BEFORE.search(plain, max(0, start - LONGEST_NAME), start)
            if named and counts(named[1]) and plain[start:end].isdigit():
                continue
            if not _overlaps(others, start, end):
                yield Span(start, end, "phone")


def _overlaps(others: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(others, (start, start))
    return any(start < high and low < end for low, high in others[max(0, place - 1) : place + 3])
