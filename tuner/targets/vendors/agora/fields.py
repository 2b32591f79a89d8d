"""The fields of Agora's join body that have to do with turns, fillers and history.

Sources: the types of agora-agents 2.12.0, and the ranges of the REST reference. Where two ranges are published, what
both allow is written, and what either allows is read.
"""

from __future__ import annotations

from tuner.targets.field import Field

SDK, REST = "agora-agents 2.12.0", "REST reference of /join"
BOTH = f"{SDK}; {REST}"
MAINLAND = "agent-server-sdk 1.0.3"

TURN = "properties.turn_detection"
START, END = f"{TURN}.config.start_of_speech", f"{TURN}.config.end_of_speech"
INTERRUPTION = "properties.interruption"
FILLERS = "properties.filler_words"

MODE = Field(f"{TURN}.mode", "choice", choices=("default",), default="default", source=SDK)
THRESHOLD = Field(
    f"{TURN}.config.speech_threshold",
    "number",
    low=0.0,
    high=1.0,
    default=0.5,
    source=BOTH,
    note="how loud counts as voice: the recording's own VAD has decided that, so no setting of ours is it",
)
START_MODE = Field(
    f"{START}.mode",
    "choice",
    choices=("vad", "manual", "keywords", "disabled"),
    default="vad",
    required=True,
    source=BOTH,
    note="the object needs it; keywords and disabled are deprecated since v2.6",
)
START_VAD = f"{START}.vad_config"
IDLE_INTERRUPT = Field(
    f"{START_VAD}.interrupt_duration_ms",
    "integer",
    "ms",
    120,
    1200,
    default=160,
    source=BOTH,
    note="voice that begins a turn while the agent listens",
)
SPEAKING_INTERRUPT = Field(
    f"{START_VAD}.speaking_interrupt_duration_ms",
    "integer",
    "ms",
    120,
    1200,
    default=160,
    source=BOTH,
    note="the same while the agent speaks; meant to be the longer of the two",
)
PADDING = Field(
    f"{START_VAD}.prefix_padding_ms",
    "integer",
    "ms",
    0,
    5000,
    default=800,
    source=BOTH,
    note="audio from before the start goes to the recogniser: it costs no time",
)
START_STRATEGY = Field(
    f"{START}.disabled_config.strategy",
    "choice",
    choices=("append", "ignore", "ignored"),
    default="append",
    source=BOTH,
    note="deprecated; an older reference spells ignored",
)
END_MODE = Field(f"{END}.mode", "choice", choices=("vad", "semantic", "manual"), default="vad", source=BOTH)
SILENCE = Field(
    f"{END}.vad_config.silence_duration_ms", "integer", "ms", 120, 2000, default=640, reads=(0, 2000), source=BOTH
)
SEMANTIC_SILENCE = Field(
    f"{END}.semantic_config.silence_duration_ms",
    "integer",
    "ms",
    120,
    2000,
    default=320,
    reads=(0, 2000),
    source=BOTH,
    note="the reference's example has 240",
)
MAX_WAIT = Field(
    f"{END}.semantic_config.max_wait_ms",
    "integer",
    "ms",
    500,
    10_000,
    default=3000,
    special=(-1,),
    reads=(0, 10_000),
    source=BOTH,
    note="-1: no such bound",
)
PAUSE_STATE = Field(
    f"{END}.semantic_config.pause_state_enabled",
    "flag",
    default=True,
    source=SDK,
    note="whether 'hold on' is understood as a wish to wait; nothing of ours says that",
)
ENABLE = Field(f"{INTERRUPTION}.enable", "flag", default=True, source=SDK, note="since v2.6")
HOW = Field(
    f"{INTERRUPTION}.mode", "choice", choices=("start_of_speech", "keywords"), default="start_of_speech", source=SDK
)
KEYWORDS = Field(f"{INTERRUPTION}.keywords_config.trigger_keywords", "list", source=SDK, note="at most 128")
STRATEGY = Field(
    f"{INTERRUPTION}.disabled_config.strategy",
    "choice",
    choices=("append", "ignore", "ignored"),
    default="append",
    source=SDK,
    note="an older reference spells ignored",
)
HISTORY = Field(
    "properties.llm.max_history",
    "integer",
    low=1,
    high=1024,
    default=32,
    source=BOTH,
    note="counts messages: the user's and the agent's one each, so two to a turn; tool calls take more",
)
KEYWORDS_THEN = Field(
    f"{START}.keywords_config.triggered_keywords", "list", source=BOTH, note="deprecated with the mode keywords"
)
KEYWORDS_VAD = tuple(
    Field(f"{START}.keywords_config.{key}", "integer", "ms", low, high, source=BOTH, note="deprecated with that mode")
    for key, low, high in (("interrupt_duration_ms", 120, 1200), ("prefix_padding_ms", 0, 5000))
)
MLLM = Field("properties.mllm.enable", "flag", default=False, source=SDK)
MLLM_THEN = Field(
    "properties.advanced_features.enable_mllm", "flag", default=False, source=MAINLAND, note="where it stood before"
)
AIVAD = Field(
    "properties.advanced_features.enable_aivad",
    "flag",
    default=False,
    source=MAINLAND,
    note="deprecated for end_of_speech.mode semantic; what it does to the waits is not published",
)
FILLER_ENABLE = Field(f"{FILLERS}.enable", "flag", default=False, source=BOTH)
FILLER_WAIT = Field(
    f"{FILLERS}.trigger.fixed_time_config.response_wait_ms",
    "integer",
    "ms",
    100,
    10_000,
    default=1500,
    source=BOTH,
    note="waits for the LLM's first content, where our filler waits for the reply's sound: nothing of ours is it",
)
