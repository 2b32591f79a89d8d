"""Retell: an agent's interaction settings, numbers from 0 to 1 with no published times; and the times of an own STT.

Source: the types of retell-sdk 6.2.13. Its settings are tried (`tuner.targets.trials.trial`); only with `stt_mode`
custom there is a time: `custom_stt_config.endpointing_ms`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tuner.formats.json_text import Json
from tuner.targets.field import Field
from tuner.targets.rule import Ours, Rule, Theirs
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import ANSWER, INTERRUPTING, TURN_TAKING, UntimedSetting
from tuner.targets.vendors.silence import NOTICE, ONE_SILENCE, WAIT, one_silence

SDK = "retell-sdk 6.2.13"
NO_TIMES = "Retell publishes no times for its settings: they cannot be simulated, only tried"

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

STT_CONFIG = "custom_stt_config"
PROVIDER = Field(
    f"{STT_CONFIG}.provider",
    "choice",
    choices=("azure", "deepgram", "soniox", "assemblyai", "muse"),
    source=SDK,
    note="muse ignores endpointing_ms",
)
ENDPOINTING = Field(
    f"{STT_CONFIG}.endpointing_ms",
    "integer",
    "ms",
    100,
    3000,
    default=None,
    reads=(0, 60_000),
    source=SDK,
    note="the least: 10 of Deepgram, 100 of Azure and AssemblyAI, 500 of Soniox; acts with stt_mode custom alone",
)
SONIOX_LEAST_MS = 500
MODE = "barge_in.mode"

UNTIMED = (
    UntimedSetting("responsiveness", (1, 0.8, 0.6), "lower waits longer before it answers", TURN_TAKING),
    UntimedSetting("interruption_sensitivity", (1, 0.8, 0.6), "lower is harder to interrupt", INTERRUPTING),
    UntimedSetting("enable_dynamic_responsiveness", (False, True), "adapts the wait to the user's pace", TURN_TAKING),
    UntimedSetting("stt_mode", ("fast", "accurate"), "accurate transcribes later and better", ANSWER),
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

WAITING = one_silence(ENDPOINTING)


def _waits(given: Theirs) -> dict[str, Any]:
    return WAITING.read(given) if given[STT.path] == "custom" and given[PROVIDER.path] != "muse" else {}


def _waits_there(ours: Ours) -> dict[str, Any]:
    return {STT.path: "custom", **WAITING.write(ours)}


def unsure_ms(endpointing_ms: float) -> float:
    """What AssemblyAI waits for at most behind Retell, in ms, where it is not sure that the turn is over."""
    return min(3000.0, endpointing_ms + min(1000.0, max(500.0, round(endpointing_ms / 2))))


def _doubts(given: Theirs) -> Iterable[str]:
    wait, provider = given[ENDPOINTING.path], given[PROVIDER.path]
    if given[STT.path] != "custom":
        yield f"stt_mode is {given[STT.path]}: no times are published for it, so turn-taking is replayed with ours"
    if provider is None:
        yield f"{PROVIDER.path} is not there: Retell wants it beside endpointing_ms"
    if provider == "muse":
        yield "provider muse ignores endpointing_ms: replayed with our wait"
    if provider == "soniox" and wait is not None and wait < SONIOX_LEAST_MS:
        yield f"endpointing_ms {wait} is below {SONIOX_LEAST_MS}, the least of Soniox"
    if provider == "assemblyai" and wait is not None:
        yield f"AssemblyAI waits for up to {unsure_ms(wait):g} ms where it is not sure: replayed as {wait} throughout"
    if given[RESPONSIVENESS.path] != 1:
        yield "responsiveness adds a wait that is not published: replayed without it"


UNINTERRUPTED = Rule(
    (MODE,),
    (SENSITIVITY.path,),
    lambda given: {MODE: "ignore"} if given[SENSITIVITY.path] == 0 else {},
    lambda ours: {SENSITIVITY.path: 0 if ours[MODE] == "ignore" else None},
    how="interruption_sensitivity 0 is ignore; of the rest no times are published",
)
CUSTOM_STT = replace(
    RETELL,
    name="retell-stt",
    title="Retell, custom STT",
    fields=(PROVIDER, ENDPOINTING, *RETELL.fields),
    rules=(
        Rule((NOTICE, WAIT), (STT.path, PROVIDER.path, ENDPOINTING.path), _waits, _waits_there, WAITING.values),
        UNINTERRUPTED,
    ),
    couplings=(ONE_SILENCE,),
    beyond=dict.fromkeys(
        ("vad", "endpointing", "eager", "asr", "llm", "tts", "playout", "filler", "barge_in"), NO_TIMES
    ),
    scopes=(STT_CONFIG,),
    doubts=_doubts,
    check=None,  # the SDK requires the provider, which only the customer's own file names
    notes=("Only the STT's own silence has a time here; what Retell adds by its settings is not published.",),
)

TARGETS = (CUSTOM_STT,)
