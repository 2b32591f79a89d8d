"""What people call the stages of a reply, and the units that they write into the names of columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Figure = Literal["final_ms", "ttft_ms", "ttfb_ms", "response_ms", "end_of_turn_ms", "lead_ms", "network_ms"]
"""An attribute of `Observed`."""

STAGES: tuple[Figure, ...] = ("final_ms", "ttft_ms", "ttfb_ms", "response_ms")
"""The figures by which a text is known to be about a voice agent."""

_WORDS: tuple[tuple[Figure, str], ...] = (
    ("final_ms", r"stt|asr|speech to text|transcription|transcriber|transcript|recognition|语音识别|识别|转写"),
    ("ttfb_ms", r"tts|text to speech|voice|synthesis|speech synthesis|语音合成|合成"),
    ("ttft_ms", r"llm|ttft|language model|model|gpt|inference|first token|大模型|模型|首\s*token"),
    ("end_of_turn_ms", r"endpointing|eou|eot|end of turn|end of utterance|turn detection|vad|断句|静音"),
    ("network_ms", r"network|rtt|rtc|transport|网络"),
    ("lead_ms", r"memory|intent|retrieval|rag|kb|tools?|记忆|意图"),
    (
        "response_ms",
        r"total|e2e|end to end|overall|felt|feels|perceived|response|mouth to ear|turn latency|latency"
        r"|总计|总|端到端|体感|感觉|响应",
    ),
)
"""Figure -> its names; a stage's own name goes before what is said of a whole reply."""

_PATTERNS = tuple((figure, re.compile(rf"(?:(?<![a-z])(?:{words})(?![a-z]))")) for figure, words in _WORDS)

ANY_NAME = "|".join(words for _, words in _WORDS)
"""A pattern of all names."""

_OTHER = re.compile(
    r"\b(total|full|complete|last|cost|(?<!first )tokens?|count|words?|chars?|name|text|provider|rate|calls?|id)\b"
    r"|\bcached\b"
)
"""Beside a stage's name such a word means another thing than its first output."""

_UNIT = re.compile(
    r"(?:^|[\s(\[_/])(ms|msecs?|millis|milliseconds?|毫秒|s|secs?|seconds?|秒|us|microseconds?|ns|nanoseconds?)[)\]]?$"
)

SCALES = {"ms": 1.0, "毫": 1.0, "mi": 1.0, "s": 1000.0, "se": 1000.0, "秒": 1000.0, "us": 1e-3, "ns": 1e-6, "na": 1e-6}


@dataclass(frozen=True)
class Column:
    """What a column's name says: the figure, and the ms of its unit (None: no unit is named)."""

    figure: Figure
    scale: float | None


def column(name: str) -> Column | None:
    """The meaning of a column's name; None: it is not that of a stage."""
    words, scale = without_unit(name)
    figure = figure_of(words)
    if figure is None or (figure != "response_ms" and _OTHER.search(words)):
        return None
    return Column(figure, scale)


def figure_of(words: str) -> Figure | None:
    """The figure that a name stands for."""
    plain = spaced(words)
    return next((figure for figure, pattern in _PATTERNS if pattern.search(plain)), None)


def without_unit(name: str) -> tuple[str, float | None]:
    """A column's name in plain words without its unit, and the ms of that unit."""
    plain = spaced(name)
    found = _UNIT.search(plain)
    return (plain[: found.start()], scale_of(found[1])) if found else (plain, None)


def scale_of(unit: str) -> float:
    """The ms of a unit's name."""
    if unit.startswith("microseconds"):
        return 1e-3
    return SCALES.get(unit[:2], SCALES.get(unit[:1], 1.0))


def spaced(name: str) -> str:
    """A name in small letters, its words between blanks."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name[:200])
    return re.sub(r"[\s_\-.:*`]+", " ", split).strip().lower()
