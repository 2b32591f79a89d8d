"""What was said, written line by line: `User: ...`, `Speaker 1: ...`, `ASR final: ...`, subtitles."""

# ruff: noqa: E501 a pattern is read as one line

from __future__ import annotations

import re
from collections.abc import Iterator

from tuner.support.redaction.patterns.form import holds, words
from tuner.support.redaction.span import Span

_STAMP = (
    r"(?:\[?[\d:., TZ/+-]{4,40}\]?[ ]?)?(?:(?:DEBUG|INFO|WARN(?:ING)?|ERROR|D|I|W|E)\b[ ]?)?(?:\[[\w. -]{1,30}\][ ]?)?"
)
_ALONE = (
    r"(?:user[ ]?\d{0,2}|agent[ ]?\d{0,2}|assistant|bot|heard|human|ai|caller|customer|client|patient|operator|interviewer|interim|recognized|final"
    r"|speaker[ _]?\w{1,3}|用户说?|客户说?|客服|助手|机器人|坐席|顾客|病人|说话人[ ]?\w{1,3}|发言人[ ]?\w{1,3})"
)
SPOKEN = re.compile(
    r"(?i)^[^\w\[]{0,4}"
    + _STAMP
    + f"(?P<who>{_ALONE})"
    + r"(?:[ ]?\(\w{1,20}\)| said)?[ ]?[:：][ \t]{0,4}(?P<said>\S.*)$"
)
"""A line of a conversation: who, then what."""
SAID = re.compile(
    r"(?i)\b(?:user|agent|bot|caller|customer|assistant|speaker[ _]?\w{1,3}) said[ ]?[:：]?[ ]?(?P<said>\S.*)$"
)
SPEAKER = re.compile(
    r"(?i)^[^\w\[]{0,4}"
    + _STAMP
    + r"\[(?:user|agent|assistant|bot|caller|customer|asr|stt|tts|llm|speaker[ _]?\w{1,3})\][ :]{0,3}(?P<said>\S.*)$"
)
RESULT = re.compile(
    r"(?i)(?<![A-Za-z])(?:(?:asr|stt)[ _-]?(?:final|partial|interim|result|text|transcript)|(?:final|interim|partial)[ _-]transcript(?:ion)?"
    r"|(?:llm|agent|bot|assistant)[ _-]?(?:response|reply|answer)|tts[ _-]?text|transcript(?:ion)?|recognized text"
    r"|(?:最终)?识别结果|(?:ASR|STT)结果|转写结果|回复内容|播报内容)"
    r"(?:[ ]?\([^()\n]{1,40}\))?[ ]?[:：][ \t]{0,4}(?P<said>[^\s{\[].*)$"
)
"""A line of a log that shows what was heard or is to be said."""
OWN = re.compile(
    r"(?i)^[ \t]{0,40}(?:system[ _]?prompt|prompt|greeting(?:[ _]message)?|first[ _]message|instructions|utterance|query|reply)"
    r"[ ]?[:：][ \t]{0,4}(?P<said>\S.*)$"
)
"""A customer's own text for the agent."""
STAGE = re.compile(r"^[^\w\[]{0,4}" + _STAMP + r"(?:ASR|STT|LLM|TTS)[ ]?[:：][ \t]{0,4}(?P<said>(?!.*\d)\S.*)$")
"""What a stage heard or says, a sentence without a figure."""
CUE = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[ ]?-->[ ]?(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?[ ]{1,4}(?P<said>\S.*)$"
)
VOICE = re.compile(r"<v[ .](?P<who>[^<>\n]{1,60})>(?P<said>[^<>\n]+)")
LOGGED = re.compile(
    r"(?:(?:Transcription|Text)Frame[^\n]{0,200}?text: |Generating TTS: |Generating TTS )\[(?P<said>[^\]\n]+)\]"
)
"""What was said, as Pipecat logs its frames."""

FIELD = re.compile(
    r"(?i)(?:content|text|message|transcript|delta)\\{0,8}[\"']: ?\\{0,8}[\"'](?P<said>[^\"'\n\\]{2,4000})"
)
_RESULTS = words("final partial interim result transcript response reply answer text recognized 结果 内容")
_LABELS = words(
    "user agent assistant bot human ai caller customer client patient operator interview interim recogni final heard"
    " speaker prompt greeting message instructions utterance query reply 用户 客户 客服 助手 机器人 坐席 顾客 病人 人"
)
_STAGES = ("asr:", "stt:", "llm:", "tts:", "asr :", "asr：", "stt：", "llm：", "tts：")
"""What a line must hold, in small letters, to be worth a search."""
_BESIDE = ('"role"', "'role'", "is_final", "isfinal", '"speaker"', "'speaker'")
"""A field of what was said beside the field that says who spoke, in a line of a log."""

_SPOKEN_WORDS = re.compile(r"\w[ ,]++['’\w]|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2}|^[^\W\d_]++[.!?]$")


def spoken(line: str, low: str) -> Iterator[Span]:
    """What was said in a line of a conversation, in a text that has no form of its own."""
    if (":" in line or "：" in line) and holds(low, _LABELS):
        for pattern in (SPOKEN, OWN):
            if found := pattern.search(line):
                yield from _words(found, named=found.groupdict().get("who", "").istitle())
    if "]" in line and (found := SPEAKER.search(line)) and not any(map(str.isdigit, found["said"])):
        yield from _words(found)
    if (
        holds(low, _STAGES)
        and (found := STAGE.search(line))
        and (len(found["said"].split()) > 2 or not found["said"].isascii())
    ):
        yield from _words(found)
    if " said" in low and (found := SAID.search(line)):
        yield from _words(found)
    if "-->" in line and (found := CUE.search(line)):
        yield from _words(found)


def logged(line: str, low: str) -> Iterator[Span]:
    """What was said in a line of a log, in whatever text it stands."""
    if "frame" in low or "generating tts" in low:
        yield from (Span(*found.span("said"), "transcript") for found in LOGGED.finditer(line))
    if holds(low, _RESULTS) and (found := RESULT.search(line)):
        yield from _words(found)
    if holds(low, _BESIDE):
        yield from (Span(*found.span("said"), "transcript") for found in FIELD.finditer(line))
    if "<v" in low:
        for found in VOICE.finditer(line):
            yield Span(*found.span("who"), "person")
            yield Span(*found.span("said"), "transcript")


def _words(found: re.Match[str], named: bool = False) -> Iterator[Span]:
    if (named or is_speech(found["said"])) and not found["said"].startswith("REDACTED-"):
        yield Span(*found.span("said"), "transcript")


def is_speech(said: str) -> bool:
    """Whether a text may be what somebody said: more than one word, or a sentence."""
    return _SPOKEN_WORDS.search(said) is not None
