"""LiveKit Agents for Node.js: the options of `new voice.AgentSession(...)`, in the customer's file or as JSON.

Source: livekit/agents-js, agents/src/voice/turn_config (endpointing.ts, interruption.ts, preemptive_generation.ts),
agents/src/types.ts, plugins/silero/src/vad.ts. Times are milliseconds there; an early version had seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from stages.errors import SettingsError
from tuner.formats.json_text import Json
from tuner.formats.script.text import TypeScript
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Theirs
from tuner.targets.target import Target
from tuner.targets.vendors.livekit.endpointing import doubts
from tuner.targets.vendors.livekit.parts import (
    BEYOND,
    ELSEWHERE,
    FREE,
    LONGEST_SPEECH_MS,
    NO_BOUND_S,
    NOTES,
    STACK,
    Parts,
)
from tuner.targets.vendors.livekit.rules import couplings, rules

JS = "livekit/agents-js"
HANDLING = "turnHandling"
ENDPOINTING = f"{HANDLING}.endpointing"
INTERRUPTION = f"{HANDLING}.interruption"
PREEMPTIVE = f"{HANDLING}.preemptiveGeneration"
LLM, TTS = "connOptions.llmConnOptions", "connOptions.ttsConnOptions"


class Options(Json):
    """The object alone, as JSON."""

    def parse(self, text: str, source: str) -> Mapping[str, Any]:
        try:
            return super().parse(text, source)
        except SettingsError as error:
            raise SettingsError(
                f"{error}\ngive the .ts or .js file with `new voice.AgentSession(...)`, or the object that it takes as "
                "JSON, with keys in double quotes"
            ) from None


SCRIPT = TypeScript("AgentSession", {"vad": "VAD.load"}, "voice.AgentSession")
"""The file itself: its call of AgentSession, and of `silero.VAD.load`."""


def ms(path: str, default: float | None, high: float, low: float = 0, note: str = "") -> Field:
    """A time, for which no range is published."""
    return Field(path, "number", "ms", low, high, default=default, reads=(0, 86_400_000), source=JS, note=note)


def flag(path: str, default: bool) -> Field:
    return Field(path, "flag", default=default, source=JS)


def count(path: str, default: int, low: int, high: int) -> Field:
    return Field(path, "integer", low=low, high=high, default=default, reads=(0, 1000), source=JS)


PARTS = Parts(
    detection=Field(
        f"{HANDLING}.turnDetection",
        "choice",
        choices=("vad", "stt", "realtime_llm", "manual"),
        source=JS,
        note="left out, the session chooses by what it has: read as vad; a detector is an object, which JSON has not",
    ),
    stream_threshold=None,
    text_threshold=None,
    min_delay=ms(f"{ENDPOINTING}.minDelay", 500, 3000),
    max_delay=ms(f"{ENDPOINTING}.maxDelay", 3000, 10_000),
    enabled=flag(f"{INTERRUPTION}.enabled", True),
    min_duration=ms(f"{INTERRUPTION}.minDuration", 500, 1984),
    min_words=count(f"{INTERRUPTION}.minWords", 0, 0, 10),
    resumes=flag(f"{INTERRUPTION}.resumeFalseInterruption", True),
    resume_after=ms(f"{INTERRUPTION}.falseInterruptionTimeout", 2000, 5000),
    early=flag(f"{PREEMPTIVE}.enabled", True),
    early_most=count(f"{PREEMPTIVE}.maxRetries", 3, 1, 10),
    early_tts=flag(f"{PREEMPTIVE}.preemptiveTts", False),
    early_longest=ms(f"{PREEMPTIVE}.maxSpeechDuration", LONGEST_SPEECH_MS, NO_BOUND_S * 1000),
    warmup=replace(ms("aecWarmupDuration", 3000, 5000), nullable=True),
    vad=None,
    vad_silence=ms("vad.minSilenceDuration", 550, 2000, note="an argument of `silero.VAD.load`"),
    vad_speech=ms("vad.minSpeechDuration", 50, 1200, note="an argument of `silero.VAD.load`"),
    llm_timeout=ms(f"{LLM}.timeoutMs", 10_000, 60_000, 100),
    llm_retries=count(f"{LLM}.maxRetry", 3, 0, 5),
    tts_timeout=ms(f"{TTS}.timeoutMs", 10_000, 60_000, 100),
    tts_retries=count(f"{TTS}.maxRetry", 3, 0, 5),
)
MODE = Field(f"{ENDPOINTING}.mode", "choice", choices=("fixed", "dynamic"), default="fixed", source=JS)
INTERRUPTION_MODE = Field(f"{INTERRUPTION}.mode", "choice", choices=("adaptive", "vad"), source=JS)
READ_ONLY = (
    MODE,
    Field(f"{ENDPOINTING}.alpha", "number", low=0, high=1, default=0.9, source=JS, note="of mode dynamic alone"),
    INTERRUPTION_MODE,
    flag(f"{INTERRUPTION}.discardAudioIfUninterruptible", True),
    Field(f"{INTERRUPTION}.backchannelBoundary", "any", source=JS, note="of mode adaptive alone"),
)


def _doubts(given: Theirs) -> Iterable[str]:
    yield from doubts(PARTS, given)
    if 0 < given[PARTS.min_delay.path] < 10:
        yield f"{PARTS.min_delay.path} is {given[PARTS.min_delay.path]} ms: were seconds meant, as in an early version?"
    if given[MODE.path] == "dynamic":
        yield f"{MODE.path} is dynamic: LiveKit learns the delay as it goes; replayed as if it stayed at minDelay"
    if given[INTERRUPTION_MODE.path] == "adaptive":
        yield f"{INTERRUPTION_MODE.path} is adaptive: a model in LiveKit's cloud decides; replayed as voice that lasts"


LIVEKIT_NODE = Target(
    name="livekit-node",
    title="LiveKit Agents for Node.js",
    format=Options(),
    also=(SCRIPT,),
    fields=(*PARTS.fields(), *READ_ONLY),
    rules=rules(PARTS),
    couplings=couplings(),
    stack=STACK
    | {
        "endpointing.eot_threshold": Fixed(None, "a detector is an object in JavaScript, which JSON cannot hold"),
        "endpointing.score_from": Fixed("vad", "no detector is asked"),
    },
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    free=FREE,
    scopes=(HANDLING,),
    doubts=_doubts,
    signs=(r"\bvoice\.AgentSession\b", r"@livekit/agents\b"),
    notes=(
        "The file is the one with `new voice.AgentSession(...)`, or what that takes as JSON; `vad` holds the arguments "
        "of `silero.VAD.load`.",
        *NOTES,
    ),
)

TARGETS = (LIVEKIT_NODE,)
