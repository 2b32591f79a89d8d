"""Retell: an agent's interaction settings, knobs from 0 to 1 with no published times.

Source: the types of retell-sdk 6.2.13. Nothing of ours can be read from it or written to it: its knobs are tried
(`tuner.targets.trials.trial`).
"""

from __future__ import annotations

from tuner.formats.json_text import Json
from tuner.targets.field import Field
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import ANSWER, INTERRUPTING, TURN_TAKING, Knob

SDK = "retell-sdk 6.2.13"
NO_TIMES = "Retell publishes no times for its knobs: they cannot be simulated, only tried"

RESPONSIVENESS = Field(
    "responsiveness", "number", low=0, high=1, default=1, source=SDK, note="lower waits more; no times are published"
)
SENSITIVITY = Field(
    "interruption_sensitivity",
    "number",
    low=0,
    high=1,
    default=1,
    source=SDK,
    note="lower takes longer or more words to interrupt, 0 never is; no times are published",
)
DYNAMIC = Field("enable_dynamic_responsiveness", "flag", default=False, source=SDK, note="adapts to the user's pace")
STT = Field(
    "stt_mode", "choice", choices=("fast", "accurate", "custom"), default="fast", source=SDK, note="custom: an own STT"
)
OTHERS = (
    Field("enable_backchannel", "flag", default=False, source=SDK, note="the agent's own backchannels"),
    Field("backchannel_frequency", "number", low=0, high=1, default=0.8, source=SDK),
    Field("begin_message_delay_ms", "integer", "ms", 0, 5000, default=0, source=SDK, note="before the greeting alone"),
    Field("reminder_trigger_ms", "number", "ms", default=10_000, source=SDK, note="a silent user is reminded"),
    Field("reminder_max_count", "integer", low=0, default=1, source=SDK),
    Field("end_call_after_silence_ms", "integer", "ms", low=10_000, default=600_000, source=SDK),
)

KNOBS = (
    Knob("responsiveness", (1, 0.8, 0.6), "lower waits longer before it answers", TURN_TAKING),
    Knob("interruption_sensitivity", (1, 0.8, 0.6), "lower is harder to interrupt", INTERRUPTING),
    Knob("enable_dynamic_responsiveness", (False, True), "adapts the wait to the user's pace", TURN_TAKING),
    Knob("stt_mode", ("fast", "accurate"), "accurate transcribes later and better", ANSWER),
)

RETELL = Target(
    name="retell",
    title="Retell",
    format=Json(),
    fields=(RESPONSIVENESS, SENSITIVITY, DYNAMIC, STT, *OTHERS),
    rules=(),
    beyond=dict.fromkeys(
        ("vad", "endpointing", "eager", "asr", "llm", "tts", "playout", "filler", "barge_in"), NO_TIMES
    ),
    doubts=lambda _: (NO_TIMES,),
    signs=(r"\bresponse_engine\b", r"\bretell-llm\b"),
    check=asking(
        VendorType(
            "retell.types.agent_create_params",
            "AgentCreateParams",
            given={"response_engine": {"type": "retell-llm", "llm_id": "an LLM's id"}, "voice_id": "a voice's id"},
        )
    ),
)
