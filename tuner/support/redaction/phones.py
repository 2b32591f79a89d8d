"""Telephone numbers: international, Chinese, North American; not timestamps, durations, ids or versions.

A bare row of digits is taken for a number only in the one form that nothing else in a log has: the eleven digits of a
Chinese mobile number. The others need a plus, separators in their places, or a name beside them that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuner.support.redaction.key_names import counts
from tuner.support.redaction.span import Span

_SEP = r"[ \u00a0.\-()/]"
_BEFORE = r"(?<![A-Za-z0-9_.+:/])(?<!\d[-,])"
_AFTER = r"(?![A-Za-z0-9_])(?!\.\d)(?![-/:]\d)(?!\s?(?:ms|us|ns|s|sec|bytes?|hz|khz|turns?)\b)"

_PLUS = r"(?<![A-Za-z0-9.+])(?:\+|00(?=[1-9]))(?=[\d(])"
INTERNATIONAL = re.compile(_PLUS + rf"(?:{_SEP}{{0,2}}\d){{8,15}}" + r"(?!\d)(?!\.\d)(?!\s?(?:ms|us|ns)\b)")
CHINESE_MOBILE = re.compile(
    r"(?<![A-Za-z0-9.])(?<!\d[,])(?:86[ -]?)?1[3-9]\d(?P<s>[ -]?)\d{4}(?P=s)\d{4}(?![A-Za-z0-9])(?!\.\d)"
)
CHINESE_LANDLINE = re.compile(
    _BEFORE + r"(?:\(0(?:10|2\d|[3-9]\d{2})\) ?|0(?:10|2\d|[3-9]\d{2})[- ])[1-9]\d{2,3}[- ]?\d{4}" + _AFTER
)
CHINESE_SERVICE = re.compile(_BEFORE + r"[48]00[- ]\d{3}[- ]?\d{4}" + _AFTER)
AMERICAN = re.compile(
    _BEFORE + r"(?:1[-. ])?(?:\([2-9]\d{2}\) ?[2-9]\d{2}[-. ]|[2-9]\d{2}(?P<s>[-. ])[2-9]\d{2}(?P=s))\d{4}" + _AFTER
)
NAMED = re.compile(
    r"(?i)(?:\b|_)(?:tel(?:ephone)?|phone|mobile|cell|caller|callee|whatsapp|wechat|fax|msisdn|电话|手机|致电|号码)"
    r"(?:[ _-]?(?:no|nr|num|number|id))?"
    r"[\"']?\s*(?:[:=#：]|is|at)?\s*[\"']?(?P<secret>\(?\d(?:[ .()-]{0,2}\d){6,14})(?![\w.])"
)
FORMS = (INTERNATIONAL, CHINESE_MOBILE, CHINESE_LANDLINE, CHINESE_SERVICE, AMERICAN, NAMED)

NO_NUMBER = re.compile(
    r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # UUID
    r"|\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?"  # ISO 8601
    r"|\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?"  # a time of day
)
"""Digits that are no number wherever they stand."""

LONGEST_NAME = 60
_NAME_BEFORE = re.compile(r"([A-Za-z_]\w*)[\"']?\s*[:=]\s*\Z")

_WIDE = {ord("０") + digit: str(digit) for digit in range(10)} | str.maketrans("＋－（）．　", "+-(). ")


def narrow(text: str) -> str:
    """The same with full-width digits and signs as plain ones, place for place."""
    return text.translate(_WIDE)


def phones(text: str) -> Iterator[Span]:
    """Telephone numbers in a text."""
    plain = narrow(text)
    others = [found.span() for found in NO_NUMBER.finditer(plain)]
    for form in FORMS:
        for found in form.finditer(plain):
            start, end = found.span("secret") if "secret" in form.groupindex else found.span()
            named = _NAME_BEFORE.search(plain, max(0, start - LONGEST_NAME), start)
            if named and counts(named[1]) and plain[start:end].isdigit():
                continue
            if not any(start < high and low < end for low, high in others):
                yield Span(start, end, "phone")
