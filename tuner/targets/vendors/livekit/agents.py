"""An Agent's own turn handling, which goes before the session's.

Source: livekit-agents 1.8.9, voice/agent.py and agent_activity.py: an Agent's keys go before the session's one by one,
and where it is given `turn_handling`, its own older arguments are ignored.
"""

from __future__ import annotations

from dataclasses import replace

from tuner.targets.field import Field
from tuner.targets.idle import Idle
from tuner.targets.renamed import Renamed
from tuner.targets.vendors.livekit.parts import Parts

AGENT = "Agent"
HANDLING = f"{AGENT}.turn_handling"
NESTED = {
    "turn_detection": "detection",
    "endpointing.min_delay": "min_delay",
    "endpointing.max_delay": "max_delay",
    "interruption.enabled": "enabled",
    "preemptive_generation.enabled": "early",
    "preemptive_generation.max_retries": "early_most",
    "preemptive_generation.preemptive_tts": "early_tts",
    "preemptive_generation.max_speech_duration": "early_longest",
}
"""Key of an Agent's `turn_handling` -> the part of the session's that it goes before; its other keys do nothing."""
FLAT = {
    "turn_detection": "detection",
    "allow_interruptions": "enabled",
    "min_endpointing_delay": "min_delay",
    "max_endpointing_delay": "max_delay",
}
"""The same of its older arguments."""
WITHOUT_EFFECT = ("interruption.min_duration", "interruption.min_words", "interruption.false_interruption_timeout")
NO_TIMING = (
    *(f"{AGENT}.{name}" for name in ("instructions", "chat_ctx", "tools", "stt", "vad", "llm", "tts", "mcp_servers")),
    *(f"{AGENT}.{name}" for name in ("id", "min_consecutive_speech_delay", "use_tts_aligned_transcript")),
)
NOTE = "the Agent's own, and goes before {new}"
MANY = Field(f"{AGENT}.(n)", "any", source="Python", note="how many Agents the file makes")


def agent_fields(parts: Parts) -> tuple[Field, ...]:
    """The fields of an Agent that go before those of these parts."""
    inside = [_agents(part, f"{HANDLING}.{key}") for key, part in _of(parts, NESTED).items()]
    beside = [_agents(part, f"{AGENT}.{key}") for key, part in _of(parts, FLAT).items()]
    idle = [Field(f"{HANDLING}.{key}", "number", source=inside[0].source) for key in WITHOUT_EFFECT]
    given = Field(HANDLING, "any", source=inside[0].source, note="where it is given, the older arguments are ignored")
    return (*inside, *beside, *idle, given, MANY)


def _agents(part: Field, path: str) -> Field:
    return replace(part, path=path, default=None, kind="any" if part.kind == "choice" else part.kind)


def agents_own(parts: Parts) -> tuple[Renamed, ...]:
    """What of an Agent's goes before which of the session's."""
    inside = (Renamed(f"{HANDLING}.{key}", part.path, True, NOTE) for key, part in _of(parts, NESTED).items())
    beside = (Renamed(f"{AGENT}.{key}", part.path, True, NOTE, HANDLING) for key, part in _of(parts, FLAT).items())
    return (*inside, *beside)


IDLE = (Idle(tuple(f"{HANDLING}.{key}" for key in WITHOUT_EFFECT), "only the session's acts, not an Agent's own"),)


def _of(parts: Parts, names: dict[str, str]) -> dict[str, Field]:
    found = {key: getattr(parts, name) for key, name in names.items()}
    return {key: part for key, part in found.items() if isinstance(part, Field)}
