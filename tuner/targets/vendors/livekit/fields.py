"""The fields of LiveKit's session in Python: nested in `turn_handling`, and as the older flat arguments, by version."""

from __future__ import annotations

from dataclasses import replace

from tuner.targets.field import Field
from tuner.targets.vendors.livekit.parts import LONGEST_SPEECH_MS, NO_BOUND_S, Parts
from tuner.targets.vendors.livekit.versions import Works, has, nests, works
from tuner.targets.versions.version import Version

SDK = "livekit-agents 1.0.0 to 1.8.9"
SESSION = "AgentSession"
HANDLING = f"{SESSION}.turn_handling"
ENDPOINTING = f"{HANDLING}.endpointing"
INTERRUPTION = f"{HANDLING}.interruption"
PREEMPTIVE = f"{HANDLING}.preemptive_generation"
FLAT_PREEMPTIVE = f"{SESSION}.preemptive_generation"
CONNECTION = f"{SESSION}.conn_options"
LLM, TTS = f"{CONNECTION}.llm_conn_options", f"{CONNECTION}.tts_conn_options"


def seconds(path: str, default: float | None, note: str = "", high: float = 60, **more: object) -> Field:
    """A time of LiveKit's, for which it publishes no range."""
    return Field(path, "number", "s", 0, high, default=default, reads=(0, 86_400), source=SDK, note=note, **more)  # type: ignore[arg-type]


def flag(path: str, default: bool) -> Field:
    return Field(path, "flag", default=default, source=SDK)


def count(path: str, default: int, low: int, high: int) -> Field:
    return Field(path, "integer", low=low, high=high, default=default, reads=(0, 1000), source=SDK)


DETECTION = Field(
    f"{HANDLING}.turn_detection",
    "choice",
    choices=("TurnDetector()", "MultilingualModel()", "vad", "stt", "realtime_llm", "manual"),
    nullable=True,
    source=SDK,
    note="`inference.TurnDetector()` listens to the sound; MultilingualModel() and EnglishModel() read the text",
)
MODE = Field(f"{ENDPOINTING}.mode", "choice", choices=("fixed", "dynamic"), default="fixed", source=SDK)
ALPHA = Field(f"{ENDPOINTING}.alpha", "number", low=0, high=1, default=0.9, source=SDK, note="of mode dynamic alone")
INTERRUPTION_MODE = Field(
    f"{INTERRUPTION}.mode", "choice", choices=("adaptive", "vad"), source=SDK, note="left out: LiveKit chooses"
)
DISCARD = flag(f"{INTERRUPTION}.discard_audio_if_uninterruptible", True)
BOUNDARY = Field(f"{INTERRUPTION}.backchannel_boundary", "any", source=SDK, note="of mode adaptive alone")
MOST_WORDS = Field(f"{HANDLING}.user_turn_limit.max_words", "integer", low=0, nullable=True, source=SDK)
LONGEST = Field(f"{HANDLING}.user_turn_limit.max_duration", "number", "s", 0, nullable=True, source=SDK)
EAR = Field(f"{SESSION}.vad", "any", default={}, source=SDK, note="null: no VAD at all")
OPEN = Field(f"{SESSION}.**", "text", source="Python", note="arguments that the file does not write out")
BACKCHANNEL = Field(
    "TurnDetector.backchannel_threshold", "any", source=SDK, note="no effect on timing: nothing is done at it yet"
)
EAGER = Field("STT.eager_eot_threshold", "number", low=0, high=1, source=SDK, note="Deepgram Flux, in the mode stt")
DEFAULT_DETECTOR = "TurnDetector()"


def nested(version: Version) -> Parts:
    """The fields of `turn_handling` and what stands beside it, as a version has them."""
    how, own = works(version), nests(version, "preemptive_generation")
    return Parts(
        works=how,
        detection=_detection(DETECTION, how),
        stream_threshold=_stream(how),
        text_threshold=Field("MultilingualModel.unlikely_threshold", "number", low=0, high=1, keyed=True, source=SDK),
        min_delay=_delay(f"{ENDPOINTING}.min_delay", how.min_s, "0.3 with `inference.TurnDetector()`, 0.5", 3),
        max_delay=_delay(f"{ENDPOINTING}.max_delay", how.max_s, "2.5 with `inference.TurnDetector()`, 3.0", 10),
        enabled=flag(f"{INTERRUPTION}.enabled", True),
        min_duration=seconds(f"{INTERRUPTION}.min_duration", 0.5, high=1.984),
        min_words=count(f"{INTERRUPTION}.min_words", 0, 0, 10),
        resumes=flag(f"{INTERRUPTION}.resume_false_interruption", True),
        resume_after=seconds(f"{INTERRUPTION}.false_interruption_timeout", 2.0, high=5, nullable=True),
        early=flag(f"{PREEMPTIVE}.enabled" if own else FLAT_PREEMPTIVE, how.early),
        early_most=count(f"{PREEMPTIVE}.max_retries", 3, 1, 10) if own else None,
        early_tts=flag(f"{PREEMPTIVE}.preemptive_tts", False) if own else None,
        early_longest=_longest(f"{PREEMPTIVE}.max_speech_duration") if own else None,
        stt_eager=EAGER,
        warmup=_warmup(version),
        ear=EAR,
        vad=Field("VAD.()", "text", source=SDK, note=f"what is called; left out: {_usual_vad(how)}"),
        vad_silence=_vad_silence(how),
        vad_speech=seconds("VAD.min_speech_duration", 0.05, high=1.2),
        **_connection(version),
    )


def flat(version: Version) -> Parts:
    """The older flat arguments, as a version has them."""
    how = works(version)
    beside = nested(version)
    words, resumes = has(version, "min_interruption_words"), has(version, "resume_false_interruption")
    return replace(
        beside,
        detection=_flat("turn_detection", beside.detection),
        min_delay=_flat("min_endpointing_delay", beside.min_delay),
        max_delay=_flat("max_endpointing_delay", beside.max_delay),
        enabled=_flat("allow_interruptions", beside.enabled),
        min_duration=_flat("min_interruption_duration", beside.min_duration),
        min_words=_flat("min_interruption_words", beside.min_words) if words and beside.min_words else None,
        resumes=_flat("resume_false_interruption", beside.resumes) if resumes and beside.resumes else None,
        resume_after=_flat("false_interruption_timeout", beside.resume_after)
        if resumes and beside.resume_after
        else None,
        early=flag(FLAT_PREEMPTIVE, how.early) if has(version, "preemptive_generation") else None,
        early_most=None,
        early_tts=None,
        early_longest=None,
    )


def flat_with_options(version: Version) -> Parts:
    """The flat arguments, with `preemptive_generation` as a dict."""
    beside = nested(version)
    options = {"early": "enabled", "early_most": "max_retries", "early_tts": "preemptive_tts"}
    options["early_longest"] = "max_speech_duration"
    own = {
        name: replace(part, path=f"{FLAT_PREEMPTIVE}.{key}")
        for name, key in options.items()
        if (part := getattr(beside, name))
    }
    return replace(flat(version), **own)


def _flat(name: str, part: Field) -> Field:
    return replace(part, path=f"{SESSION}.{name}")


def _detection(field: Field, how: Works) -> Field:
    choices = field.choices if how.detector else field.choices[1:]
    return replace(field, choices=choices, default=how.detector)


def _stream(how: Works) -> Field | None:
    if how.detector is None:
        return None
    note = "one, or one a language"
    return Field("TurnDetector.unlikely_threshold", "number", low=0, high=1, keyed=True, source=SDK, note=note)


def _delay(path: str, default: float | None, note: str, high: float) -> Field:
    return seconds(path, default, f"left out: {note} otherwise" if default is None else "", high)


def _longest(path: str) -> Field:
    return seconds(path, LONGEST_SPEECH_MS / 1000, "no early start after longer speech", NO_BOUND_S)


def _warmup(version: Version) -> Field | None:
    if not has(version, "aec_warmup_duration"):
        return None
    return seconds(f"{SESSION}.aec_warmup_duration", 3.0, "null, and for outbound SIP: none", 5, nullable=True)


def _usual_vad(how: Works) -> str:
    return "`inference.VAD`" if how.own_vad else "none"


def _vad_silence(how: Works) -> Field:
    return seconds("VAD.min_silence_duration", None, f"left out: 0.25; in `silero.VAD.load` {how.silero_s}", 2)


def _connection(version: Version) -> dict[str, Field | None]:
    if not has(version, "conn_options"):
        return dict.fromkeys(("llm_timeout", "llm_retries", "tts_timeout", "tts_retries"))
    return {
        "llm_timeout": replace(seconds(f"{LLM}.timeout", 10.0), low=0.1),
        "llm_retries": count(f"{LLM}.max_retry", 3, 0, 5),
        "tts_timeout": replace(seconds(f"{TTS}.timeout", 10.0), low=0.1),
        "tts_retries": count(f"{TTS}.max_retry", 3, 0, 5),
    }
