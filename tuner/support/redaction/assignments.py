"""Secrets in any text by the name before them: `api_key: ...`, `APP_KEY=...`, `--token ...`, `<secret>...</secret>`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuner.support.redaction.key_names import flat, is_reference, is_secret, is_transcript, is_word, kind_of
from tuner.support.redaction.span import Span

_NAME = r"(?<![A-Za-z_\u4e00-\u9fff])(?P<name>[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff.-]{0,80})"
_QUOTE = r"(?:\\?[\"'`]|\])?[ \t]*"
_PREFIX = r"[ \t]*[rRbBuUfF]{0,2}"
NAMED = re.compile(_NAME + _QUOTE + r"(?P<sign>:=|=>|=(?!=)|:|：)" + _PREFIX)
ANNOTATED = re.compile(_NAME + r"[ \t]*:[ \t]*[\w\[\], |.]{1,60}?[ \t]*=(?!=)" + _PREFIX)
"""A name, then : or =, or a type's annotation and = ..."""
VALUE = re.compile(
    r"(?P<quote>\\?[\"'`])(?P<quoted>(?:(?!(?P=quote))[^\r\n])*)(?P=quote)|(?P<bare>[^\s\"'`,;&(){}\[\]<>][^\s\"'`,;&)}\]>]*)"
)
"""... then a value, quoted or to the next space."""
FLAG = re.compile(r"(?<!\S)--?" + _NAME + r"[ =][\"']?(?P<bare>[^\s\"']+)")
ELEMENT = re.compile(r"<" + _NAME + r"[^<>]*>(?P<bare>[^<>]+)</(?P=name)\s*>")
SPOKEN = re.compile(
    r"(?im)^\W{0,3}(?:\[?[\d:. ,TZ-]{4,30}\]?\W{0,3})?"
    r"(?:user|agent|assistant|bot|human|ai|caller|customer|用户|客户|客服|助手|机器人)"
    r"(?: ?\(\w+\)| said)?\s*[:：][ \t]*(?P<said>\S.*)$"
)
"""A line of a conversation: who, then what."""
LOGGED = re.compile(
    r"(?:(?:Transcription|Text)Frame[^\n]{0,200}?text: |Generating TTS: |Generating TTS )\[(?P<said>[^\]\n]+)\]"
)
"""What was said, as Pipecat logs its frames."""


def assigned(text: str, transcripts: bool) -> Iterator[Span]:
    """Secrets by name; of what was said only where `transcripts` are to go."""
    for pattern in (NAMED, ANNOTATED):
        for found in pattern.finditer(text):
            kind = _kind(found["name"], transcripts)
            if kind and (value := VALUE.match(text, found.end())):
                loose = found.groupdict().get("sign") in (":", "：")
                if not (value["bare"] and _says_nothing(found["name"], value["bare"], kind, loose)):
                    yield from _valued(kind, value, "bare" if value["bare"] else "quoted")
    for pattern in (FLAG, ELEMENT):
        for found in pattern.finditer(text):
            kind = _kind(found["name"], transcripts)
            if kind and not _says_nothing(found["name"], found["bare"], kind, loose=pattern is FLAG):
                yield from _valued(kind, found, "bare")
    if transcripts:
        yield from (Span(*found.span("said"), "transcript") for found in LOGGED.finditer(text))


def spoken(text: str) -> Iterator[Span]:
    """What was said in a conversation that is written line by line."""
    yield from (Span(*found.span("said"), "transcript") for found in SPOKEN.finditer(text))


def _kind(name: str, transcripts: bool) -> str | None:
    return "transcript" if transcripts and is_transcript(name) else kind_of(name)


def _says_nothing(name: str, value: str, kind: str, loose: bool) -> bool:
    """Whether a value with no quotes about it is no secret: `token: expired`, `token=token`, `key = make(x)`."""
    if kind == "password":
        return False
    return is_reference(value) or flat(value) == flat(name) or (loose and is_word(value))


def _valued(kind: str, found: re.Match[str], group: str) -> Iterator[Span]:
    if found[group] and is_secret(kind, found[group]):
        yield Span(*found.span(group), kind)
