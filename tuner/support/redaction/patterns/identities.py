"""Numbers of people: bank cards, IBANs, ID cards, passports, by their check digits or by the name before them."""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

import re
from collections.abc import Iterator

from tuner.support.redaction.key_names import counts
from tuner.support.redaction.span import Span

CARD = re.compile(
    r"(?<![\w.,-])[3-6]\d{3}(?:(?P<s>[ -])\d{4}(?P=s)\d{4}(?P=s)\d{4}|(?P<t>[ -])\d{6}(?P=t)\d{5}|\d{9,15})(?![\w.]\d)(?!\w)"
)
CHINESE_ID = re.compile(r"(?<![\w.])[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\w)")
SSN = re.compile(r"(?<![\w.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
CPF = re.compile(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?(?![A-Za-z0-9])")
_NAME = (
    r"(?i)(?<![A-Za-z])(?:ssn|social security(?: number)?|passport|护照|身份证|aadhaar|pan|nhs|cpf|iban|银行卡|卡号|tax id|card)"
    r"[_ ]?(?:number|no\.?|nr\.?|num|号码|号)?[\"']?[ ]?(?:是|为|is|:|：|=)?[ ]?[\"']?"
)
NAMED = re.compile(
    _NAME
    + r"(?P<secret>(?-i:[A-Z]{5}\d{4}[A-Z])|(?-i:[A-Z]\d[A-Z0-9]{5,8})(?!\w)|(?-i:[A-Z]{0,5})\d(?:[ -]?\d){5,18}(?-i:[A-Z]?))(?![\w.])"
)
DATED = re.compile(
    r"(?i)\b(?:date of birth|dob|born(?: on)?|birthday)[\"']?[ ]?(?:is|:|=)?[ ]?[\"']?(?P<secret>\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})"
)
PLACED = re.compile(
    r"(?i)\b(?:gps|lat(?:itude)?[ ,/]{0,3}lon(?:gitude)?|location)[\"']?[ :=]{1,3}(?P<secret>-?\d{1,2}\.\d{3,},[ ]?-?\d{1,3}\.\d{3,})"
)
ADDRESSED = re.compile(
    r"(?i)(?:^|[\s\"'{,])(?:(?:street|postal|home|billing)[ _]?)?address[\"']?[ ]?[:=][ ]?[\"']?(?P<secret>\d{1,5} [A-Z][^\"'\n]{4,100})"
)
MAILED = re.compile(
    r"^(?:From|To|Cc|Bcc|Reply-To|发件人|收件人)[:：][ ]?[\"']?(?P<secret>[^\W\d_][^<\"'@\n]{1,60}?)[\"']?[ ]?<"
)
WROTE = re.compile(
    r"(?i)\b(?:customer|caller|contact|patient|client)(?:'s)?[ _]name[ ]?(?:is|:|=)[ ]?(?P<secret>[A-Z][^\s\"',;]{1,30}(?:[ ][A-Z][^\s\"',;]{1,30}){0,3})"
)
_BY_WORD = tuple(
    (word, (pattern, kind))
    for names, pattern, kind in (
        ("ssn social passport 护照 身份证 aadhaar pan nhs cpf iban 银行卡 卡号 tax card", NAMED, "id-number"),
        ("birth dob born", DATED, "person"),
        ("gps lat location", PLACED, "person"),
        ("address", ADDRESSED, "person"),
    )
    for word in names.split()
)
_ACCOUNT = re.compile(r"[A-Z]{2}\d{2}[ A-Z0-9]")
_COUNTER = re.compile(r"([A-Za-z_]\w{0,40})[\"']?[ ]?[:=][ ]?\Z")


def identities(line: str, low: str, numbered: bool) -> Iterator[Span]:
    """Numbers that tell one person in a line; `numbered`: it has a long row of digits that is no time."""
    if numbered or _ACCOUNT.search(line):
        yield from _numbers(line)
    for pattern, kind in dict.fromkeys(found for word, found in _BY_WORD if word in low):
        yield from (Span(*found.span("secret"), kind) for found in pattern.finditer(line))
    if "<" in low:
        yield from (Span(*found.span("secret"), "person") for found in MAILED.finditer(line))
    if "name" in low:
        yield from (Span(*found.span("secret"), "person") for found in WROTE.finditer(line))


def _numbers(line: str) -> Iterator[Span]:
    for found in CARD.finditer(line):
        if luhn(found[0]) and not _is_counter(line, found.start()):
            yield Span(*found.span(), "id-number")
    for pattern in (CHINESE_ID, SSN, CPF):
        yield from (Span(*found.span(), "id-number") for found in pattern.finditer(line))
    yield from (Span(*found.span(), "id-number") for found in IBAN.finditer(line) if mod_97(found[0]))


def _is_counter(line: str, at: int) -> bool:
    before = _COUNTER.search(line, max(0, at - 45), at)
    return before is not None and counts(before[1])


def luhn(text: str) -> bool:
    """Whether the digits keep the check sum of bank cards (ISO/IEC 7812-1)."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    return (
        12 < len(digits) < 20
        and sum(n if i % 2 == 0 else sum(divmod(2 * n, 10)) for i, n in enumerate(reversed(digits))) % 10 == 0
    )


def mod_97(text: str) -> bool:
    """Whether it keeps the check sum of bank accounts (ISO 13616)."""
    plain = text.replace(" ", "")
    if not 14 < len(plain) < 35:
        return False
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1
