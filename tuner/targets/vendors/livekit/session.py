"""LiveKit's session for Python as a version has it: how it stands in a file, and what its stack does."""

from __future__ import annotations

from typing import Any

from tuner.formats.python.calls import Made
from tuner.formats.python.text import Python
from tuner.targets.rule import Fixed
from tuner.targets.vendors.livekit.fields import CONNECTION, LLM, SESSION, TTS
from tuner.targets.vendors.livekit.parts import LONGEST_SPEECH_MS, STACK, Parts
from tuner.targets.vendors.livekit.versions import SESSION_NAMES, since
from tuner.targets.versions.history import LATER

MODELS = {
    "TurnDetector": "TurnDetector()",
    "MultilingualModel": "MultilingualModel()",
    "EnglishModel": "MultilingualModel()",
}
"""What is given as turn detection -> how the table calls it."""
AGENT = Made("Agent", ("Agent",), "Agent", variable="agent", several=True)
DETECTIONS = tuple(
    f"{call}.{path}" for call in (SESSION, AGENT.key) for path in ("turn_detection", "turn_handling.turn_detection")
)
OTHER_VAD_NAMES = (
    "activation_threshold",
    "deactivation_threshold",
    "force_cpu",
    "max_buffered_speech",
    "model",
    "onnx_file_path",
    "padding_duration",
    "prefix_padding_duration",
    "sample_rate",
    "update_interval",
)
"""Arguments of its VADs that cost no time: audio before speech, buffers, what counts as voice."""
OTHER_DETECTOR_NAMES = (
    "api_key",
    "api_secret",
    "base_url",
    "conn_options",
    "http_session",
    "local_fallback",
    "model",
    "sample_rate",
    "version",
)
NO_TIMING = (
    *(f"{SESSION}.{name}" for name in SESSION_NAMES),
    *(f"VAD.{name}" for name in OTHER_VAD_NAMES),
    *(f"TurnDetector.{name}" for name in OTHER_DETECTOR_NAMES),
)
SCOPES = (SESSION, "VAD", "TurnDetector", "MultilingualModel")


def form_of_file(bundled: bool, detection: str, others: tuple[Made, ...] = ()) -> Python:
    """How a version's session stands in a file; `bundled`: whether it comes with a VAD, which is then made."""
    vad = "inference.VAD" if bundled else "silero.VAD.load"
    return Python(
        made=(
            Made(SESSION, ("AgentSession", "LiveSession"), "AgentSession", variable="session"),
            *others,
            Made("VAD", ("VAD.load", "inference.VAD", "silero.VAD"), vad, f"{SESSION}.vad"),
            Made("TurnDetector", ("TurnDetector",), "inference.TurnDetector", detection, several=True),
            Made(
                "MultilingualModel", ("MultilingualModel", "EnglishModel"), "MultilingualModel", detection, several=True
            ),
        ),
        imports={
            "AgentSession": "livekit.agents",
            "APIConnectOptions": "livekit.agents",
            "inference": "livekit.agents",
            "MultilingualModel": "livekit.plugins.turn_detector.multilingual",
            "openai": "livekit.plugins",
            "ServerVad": "openai.types.realtime.realtime_audio_input_turn_detection",
            "SessionConnectOptions": "livekit.agents.voice.agent_session",
            "silero": "livekit.plugins",
        },
        calls={CONNECTION: "SessionConnectOptions", LLM: "APIConnectOptions", TTS: "APIConnectOptions"},
        spelled=dict.fromkeys((detection, *DETECTIONS), MODELS),
        header="# Give AgentSession your own stt, llm and tts beside these.\n",
    )


WORDS_WHY = {
    "final": "LiveKit is interrupted by a final transcript too",
    "interim": "this version of LiveKit is interrupted by an interim transcript too",
    "off": "this version of LiveKit is interrupted by voice alone",
}
ONLY_NESTED = "only `turn_handling` has it, not the older flat arguments"
UPGRADES = {
    "eager.on": since("preemptive_generation"),
    "eager.max_starts": "1.5.4",
    "eager.tts": "1.5.4",
    "eager.max_speech_ms": "1.5.4",
    "barge_in.min_words": since("min_interruption_words"),
    "barge_in.resume_ms": since("resume_false_interruption"),
    "barge_in.guard_first_ms": since("aec_warmup_duration"),
    "llm.timeout_ms": since("conn_options"),
    "llm.attempts": since("conn_options"),
    "tts.timeout_ms": since("conn_options"),
    "tts.attempts": since("conn_options"),
}
"""Setting -> the first version that has one for it."""


def stack(parts: Parts) -> dict[str, Fixed]:
    """What a version's stack does: what all do, and what it has no setting for."""
    how, found = parts.works, dict(STACK)
    found["barge_in.on_words"] = Fixed(how.words, WORDS_WHY[how.words])
    if how.own_vad:
        found["barge_in.on_voice"] = Fixed(True, "LiveKit is interrupted by voice that lasts")
    if parts.early is None:
        found["eager.on"] = Fixed("off", LATER)
    if parts.early_most is None:
        always, why = how.always_early_tts, LATER if how.always_early_tts else ONLY_NESTED
        found["eager.max_starts"] = Fixed(10 if always else 3, why)
        found["eager.tts"] = Fixed(always, why)
        found["eager.max_speech_ms"] = Fixed(None if always else LONGEST_SPEECH_MS, why)
    missing: dict[str, tuple[object, Any]] = {
        "barge_in.min_words": (parts.min_words, 0),
        "barge_in.resume_ms": (parts.resumes, None),
        "barge_in.guard_first_ms": (parts.warmup, 0.0),
        "llm.timeout_ms": (parts.llm_timeout, 10_000.0),
        "llm.attempts": (parts.llm_retries, 4),
        "tts.timeout_ms": (parts.tts_timeout, 10_000.0),
        "tts.attempts": (parts.tts_retries, 4),
    }
    return found | {name: Fixed(value, LATER) for name, (part, value) in missing.items() if part is None}


def upgrades(parts: Parts) -> dict[str, str]:
    """What takes a later version -> which."""
    return {name: UPGRADES[name] for name, fixed in stack(parts).items() if fixed.why == LATER}
