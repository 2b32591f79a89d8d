"""Which LLM, ASR and TTS a configuration names: nobody has to be asked what it says already."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 1 << 20
"""Characters of a configuration that are looked at."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "asr": ("asr", "stt", "transcriber"),
    "llm": ("llm", "model"),
    "tts": ("tts", "voice", "synthesizer"),
}
"""Question -> what configurations call this stage."""

_CONSTRUCTED = re.compile(r"\b([A-Za-z]{2,30})\.(STT|LLM|TTS|RealtimeModel)\(")
"""LiveKit: deepgram.STT(...), openai.LLM(...)."""
_SERVICE = re.compile(r"\b([A-Z][A-Za-z0-9]{1,30}?)(STT|LLM|TTS)Service\(")
"""Pipecat: DeepgramSTTService(...)."""
_NAMED = re.compile(
    r"""["']?\b(asr|stt|transcriber|llm|tts|voice|synthesizer)["']?\s*[:=]\s*["']([A-Za-z0-9_./:-]{2,60})["']"""
)
"""A name beside the stage: stt="deepgram/nova-3", "llm": "openai_gpt_4o"."""
_OPENED = re.compile(r"""["']?\b(asr|stt|transcriber|llm|model|tts|voice|synthesizer)["']?\s*:\s*\{""")
_VENDOR = re.compile(
    r"""["']?\b(vendor|provider|model|model_id|style|url)["']?\s*:\s*["']([A-Za-z0-9_./:-]{2,80})["']"""
)
NEAR = 2000
"""Characters of a stage's object in which its vendor is looked for."""


def configured(text: str) -> dict[str, str]:
    """Question (`asr`, `llm`, `tts`) -> the name that the configuration gives, where it gives one."""
    text = text[:LONGEST]
    found: dict[str, str] = {}
    for vendor, stage in (*_CONSTRUCTED.findall(text), *_SERVICE.findall(text)):
        role = "asr" if stage == "STT" else "tts" if stage == "TTS" else "llm"
        found.setdefault(role, vendor)
    for word, name in _NAMED.findall(text):
        found.setdefault(_role(word), name)
    for match in _OPENED.finditer(text):
        closed = text.find("}", match.end(), match.end() + NEAR)
        inside = _VENDOR.search(text, match.end(), match.end() + NEAR if closed < 0 else closed)
        if inside:
            found.setdefault(_role(match[1]), inside[2])
    return found


def _role(word: str) -> str:
    return next(role for role, words in ROLES.items() if word in words)
