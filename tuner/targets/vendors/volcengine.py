"""Volcengine RTC conversational AI: the body of StartVoiceChat, version 2024-12-01.

Sources: the vendor's reference of StartVoiceChat and its pages on ending a turn (docs 6348/1544164), on interrupting
(6348/1511927) and on latency (6348/1756939). There is no Python package whose types know these fields.
"""

from __future__ import annotations

from collections.abc import Iterable

from tuner.formats.json_text import Json
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Rule, Theirs, direct
from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import EARLY, TURN_TAKING, UntimedSetting
from tuner.targets.vendors.silence import ONE_SILENCE, ONE_VOICE, one_silence, one_voice

REFERENCE = "StartVoiceChat 2024-12-01"
ASR = "Config.ASRConfig"

SILENCE = Field(
    f"{ASR}.VADConfig.SilenceTime",
    "integer",
    "ms",
    500,
    2999,
    default=600,
    source=f"{REFERENCE}; docs 6348/1544164",
    note="the range is [500, 3000)",
)
SEMANTIC = Field(
    f"{ASR}.VADConfig.AIVAD",
    "flag",
    default=False,
    source=REFERENCE,
    note="a model judges beside the silence whether the sentence is whole; its times are not published",
)
VOICE = Field(
    f"{ASR}.InterruptConfig.InterruptSpeechDuration",
    "integer",
    "ms",
    200,
    3000,
    default=0,
    special=(0,),
    reads=(0, 3000),
    source=f"{REFERENCE}; docs 6348/1511927",
    note="0 or [200, 3000]; 0: as soon as voice is heard that means something. The latency page has an example of 100",
)
KEYWORDS = Field(f"{ASR}.InterruptConfig.InterruptKeywords", "list", source=REFERENCE, note="only these then interrupt")
TRIGGER = Field(
    f"{ASR}.TurnDetectionMode",
    "integer",
    low=0,
    high=1,
    default=0,
    source="docs 6348/1544164",
    note="0: a silence ends the turn; 1: the client does",
)
INTERRUPT = Field(
    "Config.InterruptMode",
    "integer",
    low=0,
    high=1,
    default=0,
    source=REFERENCE,
    note="0: voice interrupts; 1: what is said over the agent is ignored",
)
HISTORY = Field(
    "Config.LLMConfig.HistoryLength",
    "integer",
    low=1,
    high=1024,
    default=3,
    source=REFERENCE,
    note="rounds; no maximum is published",
)
PREFILL = Field(
    "Config.LLMConfig.Prefill",
    "flag",
    default=False,
    source="docs 6348/1756939",
    note="interim transcripts go to the model, at the price of more requests; when is not published",
)

OWN_LLM = "Volcengine's body has none; set it in your own LLM service, where LLMConfig.Mode is CustomLLM"
NOT_TOLD = "Volcengine publishes no setting for it"
STACK = {
    "endpointing.eot_threshold": Fixed(None, "AIVAD's threshold is not published"),
    "barge_in.on_voice": Fixed(True, "voice interrupts, or keywords"),
    "barge_in.on_words": Fixed("off", "voice interrupts, or keywords; no words are counted"),
    "barge_in.min_words": Fixed(0, "voice interrupts, or keywords; no words are counted"),
    "barge_in.score_threshold": Fixed(None, "there is no interruption model with a threshold"),
}


def _doubts(given: Theirs) -> Iterable[str]:
    if given[SEMANTIC.path]:
        yield "AIVAD is on: its model holds a turn open for times that are not published; replayed without it"
    if given[PREFILL.path]:
        yield "Prefill is on: when it starts the model is not published; replayed without it"
    if given[KEYWORDS.path]:
        yield "InterruptKeywords are set: which words were said is not known, so it is read as any voice"
    if given[TRIGGER.path] == 1:
        yield "TurnDetectionMode is 1: the client ends the turn, so no silence setting acts; read as 0"


INTERRUPTING = Rule(
    ("barge_in.mode",),
    (INTERRUPT.path,),
    lambda given: {"barge_in.mode": "interrupt" if given[INTERRUPT.path] == 0 else "ignore"},
    lambda ours: {INTERRUPT.path: 0 if ours["barge_in.mode"] == "interrupt" else 1},
    {"barge_in.mode": ("interrupt", "ignore")},
    "interrupt = 0, ignore = 1",
)

VOLCENGINE = Target(
    name="volcengine",
    title="Volcengine RTC conversational AI",
    format=Json(),
    fields=(SILENCE, SEMANTIC, VOICE, KEYWORDS, TRIGGER, INTERRUPT, HISTORY, PREFILL),
    rules=(
        one_silence(SILENCE),
        one_voice(VOICE),
        INTERRUPTING,
        direct("llm.max_history", HISTORY, values=tuple(range(1, 65))),
    ),
    couplings=(ONE_SILENCE, ONE_VOICE),
    stack=STACK,
    elsewhere={"llm": OWN_LLM},
    beyond=dict.fromkeys(("endpointing", "eager", "asr", "tts", "playout", "filler", "barge_in"), NOT_TOLD),
    roots=("Config",),
    scopes=(f"{ASR}.InterruptConfig",),
    doubts=_doubts,
    signs=(r"\bStartVoiceChat\b", r"\bASRConfig\b"),
    notes=(
        "The vendor wants SilenceTime well above InterruptSpeechDuration, so that a user who interrupts can finish.",
        "The newer interface of the same name, version 2025-06-01, was not read: its fields are not established.",
        "The range of SilenceTime starts at 500 ms: settings that answer sooner cannot be deployed here.",
    ),
)

UNTIMED = (
    UntimedSetting(SEMANTIC.path, (False, True), "a model judges whether the sentence is whole", TURN_TAKING, (False,)),
    UntimedSetting(PREFILL.path, (False, True), "interim transcripts go to the model", EARLY, (False,)),
)

TARGETS = (VOLCENGINE,)
