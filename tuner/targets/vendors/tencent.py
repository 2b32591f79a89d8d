"""Tencent TRTC conversational AI: the body of StartAIConversation.

Sources: the models of tencentcloud-sdk-python-trtc 3.1.177 (API 2019-07-22), and the vendor's page on interrupting
(trtc.io/document/65319) for the range of the voice that does.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from tuner.formats.json_text import Json
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Rule, Theirs
from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import TURN_TAKING, UntimedSetting
from tuner.targets.vendors.silence import ONE_SILENCE, ONE_VOICE, one_silence, one_voice

SDK = "tencentcloud-sdk-python-trtc 3.1.177"

SILENCE = Field("STTConfig.VadSilenceTime", "integer", "ms", 240, 2000, default=1000, source=SDK)
LEVEL = Field(
    "STTConfig.VadLevel",
    "integer",
    low=0,
    high=5,
    default=0,
    source=SDK,
    note="far voices are held down; costs no time",
)
INTERRUPT = Field(
    "AgentConfig.InterruptMode",
    "integer",
    low=0,
    high=1,
    default=0,
    reads=(0, 2),
    source=SDK,
    note="0: the server interrupts on voice; 1: only a signal of the client does. The vendor's examples have a 2, by "
    "voice print, that the SDK does not tell",
)
VOICE = Field(
    "AgentConfig.InterruptSpeechDuration",
    "integer",
    "ms",
    300,
    5000,
    default=500,
    reads=(0, 5000),
    source=f"{SDK}; trtc.io/document/65319",
    note="the vendor's examples go below the range of its page",
)
TRIGGER = Field(
    "AgentConfig.TurnDetectionMode",
    "integer",
    low=0,
    high=3,
    default=0,
    source=SDK,
    note="0: a sentence of the recogniser ends the turn; 1: the client does; 3: semantic",
)
EAGERNESS = Field(
    "AgentConfig.TurnDetection.SemanticEagerness",
    "choice",
    choices=("low", "medium", "high", "auto"),
    default="auto",
    source=SDK,
    note="of TurnDetectionMode 3; no times are published",
)
ONE_WORD = Field(
    "AgentConfig.FilterOneWord", "flag", default=True, source=SDK, note="a sentence of one character is no turn"
)
WELCOME = Field(
    "AgentConfig.WelcomeMessagePriority", "integer", low=0, high=1, default=0, source=SDK, note="1: not interruptible"
)

INTERRUPTERS = Field("AgentConfig.InterruptWordList", "list", source=SDK, note="only these words then interrupt")

IN_TEXT = "set it in the JSON text of LLMConfig (`History` keeps rounds, at most 50), or in your own LLM service"
NOT_TOLD = "Tencent publishes no setting for it"
STACK = {
    "endpointing.eot_threshold": Fixed(None, "the semantic mode's threshold is not published"),
    "barge_in.on_voice": Fixed(True, "voice interrupts"),
    "barge_in.on_words": Fixed("off", "voice interrupts; no words are counted"),
    "barge_in.min_words": Fixed(0, "voice interrupts; no words are counted"),
    "barge_in.score_threshold": Fixed(None, "there is no interruption model with a threshold"),
}


def _doubts(given: Theirs) -> Iterable[str]:
    if given[TRIGGER.path] == 3:
        yield "TurnDetectionMode is 3: SemanticEagerness has no published times, so it cannot be simulated; read as 0"
    if given[TRIGGER.path] in (1, 2):
        yield f"TurnDetectionMode is {given[TRIGGER.path]}: no silence setting acts; read as 0"
    if given[INTERRUPT.path] == 1:
        yield "InterruptMode is 1: read as speech that is answered after the reply, unless your client interrupts"
    if given[INTERRUPT.path] == 2:
        yield "InterruptMode is 2: interrupts by voice print; read as any voice"
    if given[INTERRUPTERS.path]:
        yield "InterruptWordList is set: which words were said is not known, so it is read as any voice"


def _check(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys that the SDK's models do not have, anywhere in the body; they check no types."""
    models = importlib.import_module("tencentcloud.trtc.v20190722.models")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        models.StartAIConversationRequest()._deserialize(dict(document))
    unknown = (str(one.message).removesuffix(" fileds are useless.") for one in said)
    return tuple(f"{keys}: the SDK has no such key" for keys in unknown)


INTERRUPTING = Rule(
    ("barge_in.mode",),
    (INTERRUPT.path,),
    lambda given: {"barge_in.mode": "append" if given[INTERRUPT.path] == 1 else "interrupt"},
    lambda ours: {INTERRUPT.path: 0 if ours["barge_in.mode"] == "interrupt" else 1},
    {"barge_in.mode": ("interrupt", "append")},
    "interrupt = 0, append = 1",
)

TENCENT = Target(
    name="tencent",
    title="Tencent TRTC conversational AI",
    format=Json(),
    fields=(SILENCE, LEVEL, INTERRUPT, VOICE, TRIGGER, EAGERNESS, ONE_WORD, WELCOME, INTERRUPTERS),
    rules=(one_silence(SILENCE), one_voice(VOICE), INTERRUPTING),
    couplings=(ONE_SILENCE, ONE_VOICE),
    stack=STACK,
    elsewhere={
        "llm": IN_TEXT,
        "tts": "set it with the TTS vendor that the JSON text of TTSConfig names",
        "barge_in.guard_first_ms": "`AgentConfig.WelcomeMessagePriority` 1 guards the whole greeting",
    },
    beyond=dict.fromkeys(("endpointing", "eager", "asr", "playout", "filler", "barge_in"), NOT_TOLD),
    doubts=_doubts,
    signs=(r"\bStartAIConversation\b",),
    check=_check,
    notes=(
        "`LLMConfig` and `TTSConfig` are JSON in a text: they are left as they are.",
        "The vendor's own figure of the recogniser's latency (`asr_latency`) contains VadSilenceTime: a recording's "
        "`asr.final_ms` is what is left without it.",
    ),
)

UNTIMED = (
    UntimedSetting(TRIGGER.path, (0, 3), "3: a model ends the turn, where a silence does", TURN_TAKING, (0,)),
    UntimedSetting(
        EAGERNESS.path,
        ("auto", "low", "high"),
        "of TurnDetectionMode 3: how long its model lets the user go on; auto is medium",
        TURN_TAKING,
    ),
)

TARGETS = (TENCENT,)
