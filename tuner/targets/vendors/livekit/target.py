"""LiveKit Agents for Python: `AgentSession(turn_handling=...)` and the VAD, and the older flat arguments.

Source: livekit-agents 1.8.9 (voice/turn.py, voice/agent_session.py, inference/vad.py, types.py), where nothing is
checked at run time: neither names nor ranges. Timing model, section 9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tuner.formats.python.calls import Made
from tuner.formats.python.text import Python
from tuner.formats.tree import at
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Theirs
from tuner.targets.sdk_checks.constructors import Constructor, taking
from tuner.targets.sdk_checks.strict import VendorType, asking
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

SDK = "livekit-agents 1.8.9"
SESSION = "AgentSession"
HANDLING = f"{SESSION}.turn_handling"
ENDPOINTING = f"{HANDLING}.endpointing"
INTERRUPTION = f"{HANDLING}.interruption"
PREEMPTIVE = f"{HANDLING}.preemptive_generation"
CONNECTION = f"{SESSION}.conn_options"
LLM, TTS = f"{CONNECTION}.llm_conn_options", f"{CONNECTION}.tts_conn_options"

SIGNS = (r"\b(Agent|Live)Session\b", r"\blivekit\.(agents|plugins)\b")
MODELS = {
    "TurnDetector": "TurnDetector()",
    "MultilingualModel": "MultilingualModel()",
    "EnglishModel": "MultilingualModel()",
}
"""What is given as turn detection -> how the table calls it."""


def seconds(path: str, default: float | None, note: str = "", high: float = 60, **more: object) -> Field:
    """A time of LiveKit's, for which it publishes no range."""
    return Field(path, "number", "s", 0, high, default=default, reads=(0, 86_400), source=SDK, note=note, **more)  # type: ignore[arg-type]


PARTS = Parts(
    detection=Field(
        f"{HANDLING}.turn_detection",
        "choice",
        choices=("TurnDetector()", "MultilingualModel()", "vad", "stt", "realtime_llm", "manual"),
        default="TurnDetector()",
        nullable=True,
        source=SDK,
        note="`inference.TurnDetector()` listens to the sound; MultilingualModel() and EnglishModel() read the text",
    ),
    stream_threshold=Field("TurnDetector.unlikely_threshold", "number", low=0, high=1, source=SDK),
    text_threshold=Field("MultilingualModel.unlikely_threshold", "number", low=0, high=1, source=SDK),
    min_delay=seconds(
        f"{ENDPOINTING}.min_delay", None, "left out: 0.3 with `inference.TurnDetector()`, 0.5 otherwise", 3
    ),
    max_delay=seconds(
        f"{ENDPOINTING}.max_delay", None, "left out: 2.5 with `inference.TurnDetector()`, 3.0 otherwise", 10
    ),
    enabled=Field(f"{INTERRUPTION}.enabled", "flag", default=True, source=SDK),
    min_duration=seconds(f"{INTERRUPTION}.min_duration", 0.5, high=1.984),
    min_words=Field(f"{INTERRUPTION}.min_words", "integer", low=0, high=10, default=0, reads=(0, 1000), source=SDK),
    resumes=Field(f"{INTERRUPTION}.resume_false_interruption", "flag", default=True, source=SDK),
    resume_after=seconds(f"{INTERRUPTION}.false_interruption_timeout", 2.0, high=5, nullable=True),
    early=Field(f"{PREEMPTIVE}.enabled", "flag", default=True, source=SDK),
    early_most=Field(f"{PREEMPTIVE}.max_retries", "integer", low=1, high=10, default=3, reads=(0, 1000), source=SDK),
    early_tts=Field(f"{PREEMPTIVE}.preemptive_tts", "flag", default=False, source=SDK),
    early_longest=seconds(
        f"{PREEMPTIVE}.max_speech_duration", LONGEST_SPEECH_MS / 1000, "no early start after longer speech", NO_BOUND_S
    ),
    warmup=seconds(f"{SESSION}.aec_warmup_duration", 3.0, "null, and for outbound SIP: none", 5, nullable=True),
    vad=Field(
        "VAD.()", "text", default="inference.VAD", source=SDK, note="what is called: `silero.VAD.load` waits longer"
    ),
    vad_silence=seconds("VAD.min_silence_duration", None, "left out: 0.25; in `silero.VAD.load` 0.55", 2),
    vad_speech=seconds("VAD.min_speech_duration", 0.05, high=1.2),
    llm_timeout=replace(seconds(f"{LLM}.timeout", 10.0), low=0.1),
    llm_retries=Field(f"{LLM}.max_retry", "integer", low=0, high=5, default=3, reads=(0, 1000), source=SDK),
    tts_timeout=replace(seconds(f"{TTS}.timeout", 10.0), low=0.1),
    tts_retries=Field(f"{TTS}.max_retry", "integer", low=0, high=5, default=3, reads=(0, 1000), source=SDK),
)

MODE = Field(f"{ENDPOINTING}.mode", "choice", choices=("fixed", "dynamic"), default="fixed", source=SDK)
INTERRUPTION_MODE = Field(
    f"{INTERRUPTION}.mode", "choice", choices=("adaptive", "vad"), source=SDK, note="left out: LiveKit chooses"
)
DISCARD = Field(f"{INTERRUPTION}.discard_audio_if_uninterruptible", "flag", default=True, source=SDK)
MOST_WORDS = Field(f"{HANDLING}.user_turn_limit.max_words", "integer", low=0, nullable=True, source=SDK)
LONGEST = Field(f"{HANDLING}.user_turn_limit.max_duration", "number", "s", 0, nullable=True, source=SDK)
EAR = Field(f"{SESSION}.vad", "any", default={}, source=SDK, note="null: no VAD at all")
READ_ONLY = (
    MODE,
    Field(f"{ENDPOINTING}.alpha", "number", low=0, high=1, default=0.9, source=SDK, note="of mode dynamic alone"),
    INTERRUPTION_MODE,
    DISCARD,
    Field(f"{INTERRUPTION}.backchannel_boundary", "any", default=[1.0, 1.0], source=SDK, note="of mode adaptive alone"),
    MOST_WORDS,
    LONGEST,
    EAR,
)

FORMAT = Python(
    made=(
        Made("AgentSession", ("AgentSession",), "AgentSession", variable="session"),
        Made("VAD", ("VAD.load", "inference.VAD", "silero.VAD"), "inference.VAD", f"{SESSION}.vad"),
        Made("TurnDetector", ("TurnDetector",), "inference.TurnDetector", PARTS.detection.path),
        Made("MultilingualModel", ("MultilingualModel", "EnglishModel"), "MultilingualModel", PARTS.detection.path),
    ),
    imports={
        "AgentSession": "livekit.agents",
        "APIConnectOptions": "livekit.agents",
        "inference": "livekit.agents",
        "MultilingualModel": "livekit.plugins.turn_detector.multilingual",
        "SessionConnectOptions": "livekit.agents.voice.agent_session",
    },
    calls={CONNECTION: "SessionConnectOptions", LLM: "APIConnectOptions", TTS: "APIConnectOptions"},
    spelled={PARTS.detection.path: MODELS, f"{SESSION}.turn_detection": MODELS},  # nested and older flat
    header="# Give AgentSession your own stt, llm and tts beside these.\n",
)


def _doubts(given: Theirs) -> Iterable[str]:
    yield from doubts(PARTS, given)
    if given[MODE.path] == "dynamic":
        yield "endpointing.mode is dynamic: LiveKit learns the delay as it goes; replayed as if it stayed at min_delay"
    if given[INTERRUPTION_MODE.path] == "adaptive":
        yield "interruption.mode is adaptive: a model in LiveKit's cloud decides; replayed as voice that lasts"
    if not given[PARTS.enabled.path] and not given[DISCARD.path]:
        yield "discard_audio_if_uninterruptible is off: what is said over the agent is replayed as dropped all the same"
    if given[MOST_WORDS.path] is not None or given[LONGEST.path] is not None:
        yield "user_turn_limit is set: replayed without it"
    yield from _of_session(given)


def _of_session(given: Theirs) -> Iterable[str]:
    if given[EAR.path] is None:
        yield "AgentSession has no VAD: replayed as if it had its own"


def _flat(name: str, part: Field) -> Field:
    return replace(part, path=f"{SESSION}.{name}")


FLAT_PARTS = replace(
    PARTS,
    detection=_flat("turn_detection", PARTS.detection),
    min_delay=_flat("min_endpointing_delay", PARTS.min_delay),
    max_delay=_flat("max_endpointing_delay", PARTS.max_delay),
    enabled=_flat("allow_interruptions", PARTS.enabled),
    min_duration=_flat("min_interruption_duration", PARTS.min_duration),
    min_words=_flat("min_interruption_words", PARTS.min_words),
    resumes=_flat("resume_false_interruption", PARTS.resumes),
    resume_after=_flat("false_interruption_timeout", PARTS.resume_after),
    early=_flat("preemptive_generation", PARTS.early),
    early_most=None,
    early_tts=None,
    early_longest=None,
)
FLAT_OLDEST = replace(
    _flat("agent_false_interruption_timeout", PARTS.resume_after),
    default=None,
    note="the name of false_interruption_timeout before, which it goes before: not read",
)
FLAT_HANDLING = Field(HANDLING, "any", source=SDK, note="where it is given, LiveKit ignores the flat arguments")


def _flat_doubts(given: Theirs) -> Iterable[str]:
    yield from doubts(FLAT_PARTS, given)
    if given[FLAT_HANDLING.path] is not None:
        yield "turn_handling is given too, so LiveKit ignores the older arguments: take those out and read it again"
    if given[FLAT_OLDEST.path] is not None:
        yield "agent_false_interruption_timeout is not read: it is called false_interruption_timeout now, write that"
    yield from _of_session(given)


TYPES = tuple(
    VendorType("livekit.agents.voice.turn", name, path)
    for name, path in (
        ("EndpointingOptions", ENDPOINTING),
        ("InterruptionOptions", INTERRUPTION),
        ("PreemptiveGenerationOptions", PREEMPTIVE),
        ("UserTurnLimitOptions", f"{HANDLING}.user_turn_limit"),
    )
)
CONSTRUCTORS = (
    Constructor("livekit.agents", "AgentSession", SESSION),
    Constructor("livekit.agents.voice.turn", "TurnHandlingOptions", HANDLING),
    Constructor("livekit.agents.voice.agent_session", "SessionConnectOptions", CONNECTION),
    Constructor("livekit.agents", "APIConnectOptions", LLM),
    Constructor("livekit.agents", "APIConnectOptions", TTS),
    Constructor("livekit.agents.inference", "TurnDetector", "TurnDetector"),
)
INFERENCE_VAD = Constructor("livekit.agents.inference", "VAD", "VAD")


def _check(tree: Mapping[str, Any]) -> Iterator[str]:
    """What the package's own types and constructors do not know; it checks neither at run time."""
    yield from asking(*TYPES)(tree)
    own_vad = str(at(tree, PARTS.vad.path)[1] if PARTS.vad else "").startswith("inference")
    yield from taking(*CONSTRUCTORS, *((INFERENCE_VAD,) if own_vad else ()))(tree)


ONLY_NESTED = "only `turn_handling` has it, not the older flat arguments"
FLAT = Target(
    name="livekit-flat",
    title="LiveKit Agents, older flat arguments",
    format=replace(
        FORMAT,
        made=(*FORMAT.made[:2], *(replace(one, home=FLAT_PARTS.detection.path) for one in FORMAT.made[2:])),
        spelled={FLAT_PARTS.detection.path: MODELS},
    ),
    fields=(
        *FLAT_PARTS.fields(),
        _flat("discard_audio_if_uninterruptible", DISCARD),
        FLAT_OLDEST,
        FLAT_HANDLING,
        EAR,
    ),
    rules=rules(FLAT_PARTS),
    couplings=couplings(),
    stack=STACK
    | {
        "eager.max_starts": Fixed(3, ONLY_NESTED),
        "eager.tts": Fixed(False, ONLY_NESTED),
        "eager.max_speech_ms": Fixed(LONGEST_SPEECH_MS, ONLY_NESTED),
    },
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    free=FREE,
    doubts=_flat_doubts,
    check=_check,
    signs=SIGNS,
    marks=tuple(
        part.path
        for part in (*FLAT_PARTS.fields(), FLAT_OLDEST)
        if part.path.count(".") == 1 and part.path.startswith(SESSION) and part is not FLAT_PARTS.warmup
    ),
    notes=("LiveKit means to take these arguments out in its 2.0.", *NOTES),
)

LIVEKIT = Target(
    name="livekit",
    title="LiveKit Agents",
    format=FORMAT,
    fields=(*PARTS.fields(), *READ_ONLY),
    rules=rules(PARTS),
    couplings=couplings(),
    stack=STACK,
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    free=FREE,
    scopes=(HANDLING,),
    doubts=_doubts,
    check=_check,
    older=(FLAT,),
    signs=SIGNS,
    notes=NOTES,
)

TARGETS = (LIVEKIT,)
