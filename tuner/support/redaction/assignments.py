"""Secrets in any text by the name before them: `api_key: ...`, `APP_KEY=...`, `--token ...`, `<secret>...</secret>`."""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tuner.support.redaction.key_names import flat, is_prompt, is_transcript, is_weak, kind_of
from tuner.support.redaction.patterns.speech import is_speech
from tuner.support.redaction.span import Span
from tuner.support.redaction.values import is_opaque, is_reference, is_secret, is_word

_NAME = r"(?<![A-Za-z_\u4e00-\u9fff])(?P<name>[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff.-]{0,80}+)"
_QUOTE = r"(?:\\{0,8}[\"'`])?+\]?+[ \t]{0,8}+"
_PREFIX = r"[ \t]{0,8}+(?:!secret_text[ ])?[rRbBuUfF@]{0,2}"
NAMED = re.compile(_NAME + _QUOTE + r"(?P<sign>:=|=>|=(?!=)|:|：|,(?= ?(?:['\"`]|[0-9a-f]{24}))|\?\?)" + _PREFIX)
ANNOTATED = re.compile(_NAME + r"[ \t]{0,8}+:[ \t]{0,8}+[\w\[\], |.&*'<>]{1,60}?[ \t]{0,8}=(?!=)" + _PREFIX)
"""A name, then : or =, or a type's annotation and = ..."""
VALUE = re.compile(
    r"(?P<quote>\\{0,8}[\"'`])(?P<quoted>(?:(?!(?P=quote))[^\r\n])*+)(?P=quote)"
    r"|(?P<bare>[^\s\"'`,;&(){}\[\]<>][^\s\"'`,;&)}\]>]*+)"
)
"""... then a value, quoted or to the next space."""
SPACED = re.compile(
    r"(?i)(?<![\w-])(?:env|setx|password)[ ](?P<name>(?:[A-Z][A-Z0-9_]{1,60}[ ])?)(?P<bare>[^\s\"'=:]{4,200}+)(?!\S*[=:])"
)
"""`ENV NAME value`, `setx NAME value`, `password value` of .netrc."""
DEFAULT = re.compile(r"(?:getenv|environ\.get|environ\.setdefault)\(\s{0,4}[\"'](?P<name>\w{1,80})[\"'],\s{0,4}[\"'](?P<bare>[^\"'\n]{1,500}+)|process\.env\.(?P<other>\w{1,80})[ ]{0,4}(?:\?\?|\|\|)[ ]{0,4}[\"'](?P<bare2>[^\"'\n]{1,500}+)")  # fmt: skip
DEFINE = re.compile(r"#define[ \t]{1,8}(?P<name>\w{1,80})[ \t]{1,8}\"(?P<bare>[^\"\n]{1,500}+)")
FLAG = re.compile(r"(?<!\S)--?" + _NAME + r"[ =][\"']?(?P<bare>[^\s\"']++)")
ELEMENT = re.compile(r"<" + _NAME + r"[^<>]{0,200}+>(?P<bare>[^<>]{1,4000}+)</(?P=name)\s{0,4}>")
PAIR = re.compile(
    r"(?i)\b(?:key|name|id)=[\"'](?P<name>[\w.:-]{1,80})[\"'][ ]{1,4}value=[\"'](?P<bare>[^\"'\n]{1,500}+)"
)
"""An element with a name and a value."""
ROW = re.compile(
    r"[ \t|]{0,8}(?P<name>[A-Za-z][\w .-]{0,60}?)[ ]{0,4}[|,\t][ ]{0,4}(?P<bare>[^\s|,]{6,500}+)[ ]{0,4}(?:\||$)"
)
"""A line that is a row of a table of two columns."""
INNER = re.compile(
    r"(?i)(?:name|key)[\"']?[ ]?[:=][ ]?[\"'](?P<name>[\w.-]{1,80})[\"'],[ ]?[\"']?value[\"']?[ ]?[:=][ ]?[\"'](?P<bare>[^\"'\n]{1,500}+)"
)


def assigned(line: str, transcripts: bool) -> Iterator[Span]:
    """Secrets of a line by name; of what was said only where `transcripts` are to go."""
    if "=" in line or ":" in line or "：" in line or "," in line:
        for pattern in (NAMED, ANNOTATED) if ":" in line and "=" in line else (NAMED,):
            for found in pattern.finditer(line):
                kind = _kind(found["name"], transcripts)
                if kind and (value := VALUE.match(line, found.end())):
                    yield from _after_sign(found, value, kind)
    if "-" in line:
        yield from _flags(line, transcripts)
    for telling, pattern in _BARE:
        if telling in line:
            yield from _bare(pattern.finditer(line), transcripts, loose=pattern is PAIR)
    if ("," in line or "|" in line) and (row := ROW.match(line)):
        yield from _bare((row,), transcripts, loose=True)
    yield from _spaced(line)


_BARE = (("</", ELEMENT), ("env", DEFAULT), ("#define", DEFINE), ("alue", INNER), ("value=", PAIR))


def _after_sign(found: re.Match[str], value: re.Match[str], kind: str) -> Iterator[Span]:
    name, sign = found["name"], found.groupdict().get("sign")
    group = "bare" if value["bare"] else "quoted"
    text = value[group] or ""
    if sign == "," and (kind == "transcript" or not is_opaque(text, FEWEST_AFTER_COMMA[is_weak(name)])):
        return
    loose = sign in (":", "：")
    if kind == "transcript" and not _may_be_said(name, text, bare=group == "bare"):
        return
    if not (value["bare"] and _says_nothing(name, text, kind, loose)):
        yield from _valued(name, kind, value, group)


FEWEST_AFTER_COMMA = {False: 8, True: 20}
"""Letters of a secret after a name and a comma, by whether the name stands for other things too."""


def _may_be_said(name: str, text: str, bare: bool) -> bool:
    """A text of a name that tells of speech: with no quotes about it, it is a switch, a number or a name."""
    if bare:
        return not is_prompt(name) and is_speech(text)
    return is_speech(text) or is_transcript(name)


def _flags(line: str, transcripts: bool) -> Iterator[Span]:
    for found in FLAG.finditer(line):
        kind = _kind(found["name"], transcripts)
        named = kind is not None and kind != "transcript" and not found["bare"].startswith("-")
        if kind and named and not _says_nothing(found["name"], found["bare"], kind, loose=True):
            yield from _valued(found["name"], kind, found, "bare")


def _bare(matches: Iterable[re.Match[str]], transcripts: bool, loose: bool) -> Iterator[Span]:
    for found in matches:
        groups = found.groupdict()
        group = "bare" if groups["bare"] else "bare2"
        name = groups["name"] or groups.get("other") or ""
        kind = _kind(name, transcripts)
        if kind and not _says_nothing(name, found[group], kind, loose):
            yield from _valued(name, kind, found, group)


def _spaced(line: str) -> Iterator[Span]:
    low = line.lower()
    if "env " in low or "setx " in low or "password " in low:
        for found in SPACED.finditer(line):
            name = found["name"].strip()
            if (not name and is_opaque(found["bare"], 5)) or (name and (kind_of(name) and is_opaque(found["bare"], 5))):
                yield Span(*found.span("bare"), kind_of(name) or "password")


def _kind(name: str, transcripts: bool) -> str | None:
    if "REDACTED-" in name:
        return None
    return "transcript" if transcripts and (is_transcript(name) or is_prompt(name)) else kind_of(name)


def _says_nothing(name: str, value: str, kind: str, loose: bool) -> bool:
    """Whether a value with no quotes about it is no secret: `token: expired`, `token=token`, `key = make(x)`."""
    if kind == "password" and not is_weak(name):
        return _is_code(value)
    return is_reference(value) or flat(value) == flat(name) or (loose and is_word(value)) or _is_code(value)


_CODE = re.compile(r"[\w.]++[(\[].*|(?:str|bytes|int|string|None)\b.*|!\w+")


def _is_code(value: str) -> bool:
    return _CODE.fullmatch(value) is not None


def _valued(name: str, kind: str, found: re.Match[str], group: str) -> Iterator[Span]:
    if found[group] and is_secret(kind, found[group], name):
        yield Span(*found.span(group), kind)
