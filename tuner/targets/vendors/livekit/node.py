"""LiveKit Agents for Node.js: the options of `new voice.AgentSession(...)`, in the customer's file or as JSON.

Source: @livekit/agents 1.9.0 (src/voice/agent_session.ts, agent.ts, turn_config) and its silero plugin. Times are
milliseconds there; `voiceOptions` and the flat names are deprecated and still taken, in milliseconds too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from stages.errors import SettingsError
from tuner.formats.json_text import Json
from tuner.formats.script.text import TypeScript
from tuner.targets.field import Field
from tuner.targets.renamed import Renamed
from tuner.targets.rule import Fixed, Theirs
from tuner.targets.target import Target
from tuner.targets.vendors.livekit.endpointing import doubts
from tuner.targets.vendors.livekit.fields import DEFAULT_DETECTOR
from tuner.targets.vendors.livekit.parts import (
    BEYOND,
    ELSEWHERE,
    FREE,
    LONGEST_SPEECH_MS,
    NO_BOUND_S,
    NOTES,
    Parts,
)
from tuner.targets.vendors.livekit.rules import couplings, rules
from tuner.targets.vendors.livekit.session import stack
from tuner.targets.vendors.livekit.versions import NEWEST, works
from tuner.targets.versions.version import Version

JS = "@livekit/agents 1.9.0"
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
    works=works(Version(NEWEST)),
    detection=Field(
        f"{HANDLING}.turnDetection",
        "choice",
        choices=("vad", "stt", "realtime_llm", "manual"),
        default=DEFAULT_DETECTOR,
        special=(DEFAULT_DETECTOR, None),
        source=JS,
        note="left out: a new inference.TurnDetector(); null: no detector. Others are objects, which code sets",
    ),
    stream_threshold=None,
    text_threshold=None,
    min_delay=ms(f"{ENDPOINTING}.minDelay", None, 3000, note="left out: 300 with the TurnDetector, 500 otherwise"),
    max_delay=ms(f"{ENDPOINTING}.maxDelay", None, 10_000, note="left out: 2500 with the TurnDetector, 3000 otherwise"),
    enabled=flag(f"{INTERRUPTION}.enabled", True),
    min_duration=ms(f"{INTERRUPTION}.minDuration", 500, 1984),
    min_words=count(f"{INTERRUPTION}.minWords", 0, 0, 10),
    resumes=flag(f"{INTERRUPTION}.resumeFalseInterruption", True),
    resume_after=ms(f"{INTERRUPTION}.falseInterruptionTimeout", 2000, 5000),
    early=flag(f"{PREEMPTIVE}.enabled", True),
    early_most=count(f"{PREEMPTIVE}.maxRetries", 3, 1, 10),
    early_tts=flag(f"{PREEMPTIVE}.preemptiveTts", False),
    early_longest=ms(f"{PREEMPTIVE}.maxSpeechDuration", LONGEST_SPEECH_MS, NO_BOUND_S * 1000),
    stt_eager=None,
    ear=None,
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


VOICE_OPTIONS = "voiceOptions"
OLDER_NAMES = {
    "allowInterruptions": PARTS.enabled,
    "minInterruptionDuration": PARTS.min_duration,
    "minInterruptionWords": PARTS.min_words,
    "minEndpointingDelay": PARTS.min_delay,
    "maxEndpointingDelay": PARTS.max_delay,
    "preemptiveGeneration": PARTS.early,
}
"""A key of `voiceOptions` -> what it is now."""
AT_THE_TOP = {"turnDetection": PARTS.detection, "preemptiveGeneration": PARTS.early}
"""Keys beside `turnHandling` that AgentSession still takes."""
FLAT_NOTE = (
    "read as {new}: 1.9.0 takes it in `voiceOptions`, or at the top of an Agent, and ignores it at the top of "
    "AgentSession"
)


def _older() -> Iterator[tuple[Field, Renamed]]:
    """The deprecated names, each with its field; of `voiceOptions`, at the top, and flat."""
    for key, part in OLDER_NAMES.items():
        if part is not None:
            path, unless = f"{VOICE_OPTIONS}.{key}", key if key in AT_THE_TOP else ""
            note = "the deprecated name of {new}: read as that"
            yield (
                replace(part, path=path, default=None, note="deprecated"),
                Renamed(path, part.path, False, note, unless),
            )
    for key, part in (*AT_THE_TOP.items(), *OLDER_NAMES.items()):
        if part is not None and (key in AT_THE_TOP) == (AT_THE_TOP.get(key) is part):
            note = "the deprecated name of {new}: read as that" if key in AT_THE_TOP else FLAT_NOTE
            unless = "" if key in AT_THE_TOP else f"{VOICE_OPTIONS}.{key}"
            found = replace(part, path=key, default=None, special=(), note="deprecated")
            yield found, Renamed(key, part.path, False, note, unless)


OLDER = {one.path: (one, renamed) for one, renamed in _older()}


def _doubts(given: Theirs) -> Iterable[str]:
    yield from doubts(PARTS, given)
    if given[MODE.path] == "dynamic":
        yield f"{MODE.path} is dynamic: LiveKit learns the delay as it goes; replayed as if it stayed at minDelay"
    if given[INTERRUPTION_MODE.path] == "adaptive":
        yield f"{INTERRUPTION_MODE.path} is adaptive: a model in LiveKit's cloud decides; replayed as voice that lasts"


LIVEKIT_NODE = Target(
    name="livekit-node",
    title="LiveKit Agents for Node.js",
    format=Options(),
    also=(SCRIPT,),
    fields=(*PARTS.fields(), *READ_ONLY, *(one for one, _ in OLDER.values())),
    renamed=tuple(renamed for _, renamed in OLDER.values()),
    rules=rules(PARTS),
    couplings=couplings(PARTS),
    stack=stack(PARTS) | {"endpointing.score_from": Fixed("stream", "LiveKit's own detector is asked all along")},
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    free=FREE,
    roots=(HANDLING,),
    scopes=(HANDLING, VOICE_OPTIONS),
    no_timing=tuple(f"{VOICE_OPTIONS}.{key}" for key in ("maxToolSteps", "userAwayTimeout")),
    doubts=_doubts,
    signs=(r"\bnew\s+(voice\.)?AgentSession\b", r"@livekit/agents\b"),
    notes=(
        "The file is the one with `new voice.AgentSession(...)`, or what that takes as JSON; `vad` holds the arguments "
        "of `silero.VAD.load`.",
        *NOTES,
    ),
)

TARGETS = (LIVEKIT_NODE,)
