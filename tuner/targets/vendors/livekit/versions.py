"""LiveKit Agents for Python by its versions: names, defaults, and how its session works.

Source: the packages themselves, livekit-agents 1.0.0 to 1.8.9 and 2.0.0b1 (voice/agent_session.py, turn.py, agent.py,
agent_activity.py, audio_recognition.py; plugins/silero/vad.py). 2.0.0b1 has the names and defaults of 1.8.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tuner.targets.versions.history import Dated, at
from tuner.targets.versions.version import Version, span

NEWEST = "1.8.9"
PACKAGES = ("livekit-agents", "livekit-plugins-silero", "livekit-plugins-deepgram", "livekit-plugins-openai")

SESSION_NAMES = {
    "turn_detection": "1.0.0-",
    "stt": "1.0.0-",
    "vad": "1.0.0-",
    "llm": "1.0.0-",
    "tts": "1.0.0-",
    "userdata": "1.0.0-",
    "allow_interruptions": "1.0.0-",
    "min_interruption_duration": "1.0.0-",
    "min_endpointing_delay": "1.0.0-",
    "max_endpointing_delay": "1.0.0-",
    "max_tool_steps": "1.0.0-",
    "loop": "1.0.0-",
    "discard_audio_if_uninterruptible": "1.0.12-",
    "video_sampler": "1.0.17-",
    "mcp_servers": "1.0.20-",
    "min_interruption_words": "1.0.20-",
    "user_away_timeout": "1.0.23-",
    "min_consecutive_speech_delay": "1.1.0-",
    "conn_options": "1.1.0-",
    "use_tts_aligned_transcript": "1.2.0-",
    "preemptive_generation": "1.2.0-",
    "agent_false_interruption_timeout": "1.2.2-",
    "false_interruption_timeout": "1.2.7-",
    "resume_false_interruption": "1.2.7-",
    "tts_text_transforms": "1.2.12-",
    "tools": "1.3.0-",
    "ivr_detection": "1.3.0-",
    "aec_warmup_duration": "1.4.4-",
    "turn_handling": "1.5.0-",
    "session_close_transcript_timeout": "1.5.3-",
    "tool_handling": "1.6.0-",
    "keyterms_options": "1.6.5-",
    "stt_context_options": "1.6.6-",
    "transcription_timeout": "1.6.8-",
    "expressive": "1.6.9-",
    "state": "2.0.0b1-",
    "deps": "2.0.0b1-",
    "thread": "2.0.0b1-",
}
"""Argument of AgentSession -> the versions that have it. None was taken out; one that is not there is a TypeError."""

HANDLING_NAMES = {
    "preemptive_generation": "1.5.4-",
    "endpointing.alpha": "1.5.7-",
    "interruption.backchannel_boundary": "1.5.8-",
    "user_turn_limit": "1.5.11-",
}
"""Key of `turn_handling` -> the same; the others are as old as that. One that is not there is ignored."""

OFTEN_ELSEWHERE = {"tools", "loop", "state", "deps", "thread", "vad", "stt", "llm", "tts", "userdata", "mcp_servers"}
"""Arguments that other calls of an agent have too: they tell no version."""

WORDS = {
    r"\bLiveSession\b": "2.0.0b1-",
    r"\bTurnDetector\([^)]*local_fallback": "1.6.9-",
    r"\binference\.(TurnDetector|VAD)\b": "1.6.1-",
    r"\buser_turn_limit\b": "1.5.11-",
    r"\bbackchannel_boundary\b": "1.5.8-",
    r"\bPreemptiveGenerationOptions\b": "1.5.4-",
    r"['\"]preemptive_generation['\"]\s*:": "1.5.4-",
    r"\bpreemptive_generation\s*=\s*\{": "1.5.4-",
    r"\bTurnHandlingOptions\b": "1.5.0-",
    r"\b(AgentServer|rtc_session)\b": "1.3.0-",
    r"\bSTTv2\b": "1.2.13-",
    **{
        rf"\b{name}\s*=": versions
        for name, versions in SESSION_NAMES.items()
        if versions != "1.0.0-" and name not in OFTEN_ELSEWHERE
    },
}
"""What tells the version in a file's text."""

GONE = r"\b(VoicePipelineAgent|VoiceAssistant|MultimodalAgent)\b|\blivekit\.agents\.pipeline\b"
"""Of versions up to 0.12, another framework."""

SttMode = Literal["as vad", "later of both", "added", "added without own vad"]
"""What the mode "stt" does with the delay: it counts from the end of speech as with a VAD; the later of the STT's end
and that; from the STT's end; the second with a VAD of the user's own, the third without."""


@dataclass(frozen=True)
class Works:
    """How a version of the session works, and what it has where nothing is given."""

    min_s: float | None
    """None: by the detector, as `max_s`."""
    max_s: float | None
    silero_s: float
    detector: str | None
    own_vad: bool
    """Whether there is a VAD where none is given."""
    stt_mode: SttMode
    words: Literal["off", "interim", "final"]
    """Which transcripts interrupt."""
    starts_withdraw: bool
    """Whether any speech stops a premature reply where false interruptions are resumed; else speech that interrupts."""
    adapter_ends: bool
    """Whether a recogniser that does not stream says when speech ended: LiveKit's VAD cuts the audio for it."""
    early: bool
    always_early_tts: bool
    """Whether synthesis starts early with the LLM, and as often as transcripts come."""


WORKS: dict[str, Dated[Any]] = {
    "min_s": {"1.0.0": 0.5, "1.2.2": 0.4, "1.2.9": 0.5, "1.6.1": None},
    "max_s": {"1.0.0": 6.0, "1.2.15": 3.0, "1.6.1": None},
    "silero_s": {"1.0.0": 0.55, "1.2.2": 0.4, "1.2.9": 0.55},
    "detector": {"1.0.0": None, "1.6.1": "TurnDetector()"},
    "own_vad": {"1.0.0": False, "1.6.1": True},
    "stt_mode": {
        "1.0.0": "as vad",
        "1.0.23": "later of both",
        "1.2.13": "added",
        "1.3.12": "added without own vad",
        "1.8.0": "added",
    },
    "words": {"1.0.0": "off", "1.2.7": "final", "1.2.8": "interim", "1.6.8": "final"},
    "starts_withdraw": {"1.0.0": False, "1.5.7": True},
    "adapter_ends": {"1.0.0": False, "1.8.0": True},
    "early": {"1.0.0": False, "1.5.0": True},
    "always_early_tts": {"1.0.0": True, "1.5.4": False},
}

REALTIME_DEFAULT: Dated[str] = {"1.0.0": "server_vad", "1.2.9": "semantic_vad"}
"""What ends turns where an OpenAI RealtimeModel is given no turn detection; the server VAD waits 200 ms then."""


def works(version: Version) -> Works:
    """How a version works."""
    held: dict[str, Any] = {name: at(table, version) for name, table in WORKS.items()}
    return Works(**held)


def has(version: Version, name: str) -> bool:
    """Whether a version's AgentSession has an argument."""
    return span(SESSION_NAMES[name]).holds(version)


def nests(version: Version, key: str) -> bool:
    """Whether a version's `turn_handling` has a key."""
    return span(HANDLING_NAMES[key]).holds(version)


def since(name: str) -> str:
    """The first version whose AgentSession has an argument."""
    return SESSION_NAMES[name].removesuffix("-")


def breaks() -> tuple[str, ...]:
    """Every version in which something of the tables changes, the oldest first."""
    acting = ("min_interruption_words", "conn_options", "preemptive_generation", "resume_false_interruption")
    named = (since(name) for name in (*acting, "aec_warmup_duration", "turn_handling"))
    tables = (one for table in (*WORKS.values(), REALTIME_DEFAULT) for one in table)
    return tuple(sorted({*named, *tables, "1.5.4"}, key=lambda one: Version(one).key))
