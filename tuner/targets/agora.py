"""Agora Conversational AI: the body of a REST join request, in its present form and in the older flat one.

Sources: the types of agora-agents 2.12.0, and the ranges of the REST reference. Where two ranges are published, what
both allow is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuner.reach import at_least, follows
from tuner.targets.field import Field
from tuner.targets.json_text import Json
from tuner.targets.rule import Fixed, Ours, Rule, Theirs, direct, times
from tuner.targets.target import Target

SDK, REST = "agora-agents 2.12.0", "REST reference of /join"
BOTH = f"{SDK}; {REST}"

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
    note="the same while the agent speaks",
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
    f"{END}.semantic_config.silence_duration_ms", "integer", "ms", 120, 2000, default=320, reads=(0, 2000), source=BOTH
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

MODEL_ASKED = 0.5
"""Agora publishes neither its end-of-turn model's score nor its threshold: scores of a recording are taken at this."""

LAGS = (
    "Agora reports the endpoint as `algorithm_processing`: the silence that is set and 80 to 300 ms more, of its own "
    "processing (the vendor's latency guide). That lag is in a recording's `speech.release_ms`, not in a setting.",
    "A changed `turn_detection` takes a new join: the update request accepts only the token and `llm`.",
)

OWN_LLM = "Agora's body has none for the LLM; set it in your own LLM service, behind `llm.url`"
OWN_TTS = "Agora's body has none for synthesis; set it with the TTS vendor, or in a TTS service of your own"
ELSEWHERE = {
    "llm": OWN_LLM,
    "tts.timeout_ms": OWN_TTS,
    "tts.attempts": OWN_TTS,
    "tts.retry_gap_ms": OWN_TTS,
    "tts.hedge": OWN_TTS,
    "tts.fallback": OWN_TTS,
}

NO_KEY = "Agora has no setting for it, and how its stack does it is not published"
BEYOND = {
    **dict.fromkeys(("vad", "endpointing", "asr", "tts", "playout", "eager", "barge_in"), NO_KEY),
    "filler": "`filler_words` waits for the LLM's first content, where our filler waits for the reply's sound",
}
STACK = {
    "eager.on": Fixed("off", "Agora publishes no early start of the LLM"),
    "barge_in.on_voice": Fixed(True, "voice that lasts interrupts; keywords are the only other way"),
    "barge_in.on_words": Fixed("off", "Agora interrupts on voice, or on keywords, and counts no words"),
    "barge_in.min_words": Fixed(0, "Agora interrupts on voice, or on keywords, and counts no words"),
    "barge_in.score_threshold": Fixed(None, "Agora has no interruption model with a threshold"),
}


def _waits(given: Theirs) -> dict[str, Any]:
    """S, M and whether a model is asked."""
    if given[END_MODE.path] != "semantic":
        return {"endpointing.eot_threshold": None, "endpointing.silence_ms": SILENCE.ms(given[SILENCE.path])}
    longest = given[MAX_WAIT.path]
    return {
        "endpointing.eot_threshold": MODEL_ASKED,
        "endpointing.silence_ms": SEMANTIC_SILENCE.ms(given[SEMANTIC_SILENCE.path]),
        "endpointing.max_silence_ms": 10_000.0 if longest == -1 else MAX_WAIT.ms(longest),
    }


def _waits_there(ours: Ours) -> dict[str, Any]:
    silence = ours["endpointing.silence_ms"]
    if ours["endpointing.eot_threshold"] is None:
        return {END_MODE.path: "vad", SILENCE.path: SILENCE.of_ms(silence)}
    return {
        END_MODE.path: "semantic",
        SEMANTIC_SILENCE.path: SEMANTIC_SILENCE.of_ms(silence),
        MAX_WAIT.path: MAX_WAIT.of_ms(ours["endpointing.max_silence_ms"]),
    }


WAITS = Rule(
    ("endpointing.silence_ms", "endpointing.max_silence_ms", "endpointing.eot_threshold"),
    (END_MODE.path, SILENCE.path, SEMANTIC_SILENCE.path, MAX_WAIT.path),
    _waits,
    _waits_there,
    {
        "endpointing.silence_ms": times(SILENCE),
        "endpointing.max_silence_ms": times(MAX_WAIT),
        "endpointing.eot_threshold": (None, MODEL_ASKED),
    },
    "no threshold is mode vad, and its silence alone; with one, mode semantic: silence_duration_ms where the model "
    f"says finished, max_wait_ms where it does not. The threshold is the model's own: read as {MODEL_ASKED}",
)

SPEAKING = Rule(
    ("barge_in.min_speech_ms", "barge_in.withdraw_ms"),
    (SPEAKING_INTERRUPT.path,),
    lambda given: dict.fromkeys(
        ("barge_in.min_speech_ms", "barge_in.withdraw_ms"), SPEAKING_INTERRUPT.ms(given[SPEAKING_INTERRUPT.path])
    ),
    lambda ours: {SPEAKING_INTERRUPT.path: SPEAKING_INTERRUPT.of_ms(ours["barge_in.min_speech_ms"])},
    {"barge_in.min_speech_ms": times(SPEAKING_INTERRUPT)},
    "stops the agent, in the right or in the wrong: a premature reply that sounds is stopped by the same voice",
)


def _mode(given: Theirs) -> dict[str, Any]:
    if given[START_MODE.path] == "disabled":
        return {"barge_in.mode": _plain(given[START_STRATEGY.path])}
    return {"barge_in.mode": "interrupt" if given[ENABLE.path] else _plain(given[STRATEGY.path])}


def _plain(strategy: str) -> str:
    return "ignore" if strategy == "ignored" else strategy


def _mode_there(ours: Ours) -> dict[str, Any]:
    mode = ours["barge_in.mode"]
    there = {START_MODE.path: "vad", ENABLE.path: mode == "interrupt"}
    return there if mode == "interrupt" else there | {STRATEGY.path: mode}


INTERRUPTING = Rule(
    ("barge_in.mode",),
    (START_MODE.path, START_STRATEGY.path, ENABLE.path, STRATEGY.path),
    _mode,
    _mode_there,
    {"barge_in.mode": ("interrupt", "append", "ignore")},
    "interrupt is enable = true, the others the strategy where it is false",
)


def _history(theirs: Field) -> Rule:
    """Messages are kept, where we count turns; the most there are stand for all."""
    most = int(theirs.bounds[1])

    def read(given: Theirs) -> dict[str, Any]:
        messages = given[theirs.path]
        return {"llm.max_history": None if messages == most else max(1, messages // 2)}

    def write(ours: Ours) -> dict[str, Any]:
        turns = ours["llm.max_history"]
        return {theirs.path: most if turns is None else theirs.nearest(2 * turns)}

    values = {"llm.max_history": (*range(1, 65), None)}
    return Rule(("llm.max_history",), (theirs.path,), read, write, values, f"two messages a turn; null is {most}")


def _doubts(given: Theirs) -> Iterable[str]:
    if given[START_MODE.path] in ("manual", "keywords"):
        yield f"start_of_speech.mode is {given[START_MODE.path]}: read as if voice began a turn"
    if given[END_MODE.path] == "manual":
        yield "end_of_speech.mode is manual: the app ends the turn, so no silence setting acts; read as vad"
    if given.get(HOW.path) == "keywords" and given[ENABLE.path]:
        yield "interruption.mode is keywords: which words were said is not known, so it is read as any voice"
    if given[END_MODE.path] == "semantic" and given[MAX_WAIT.path] == -1:
        yield "max_wait_ms is -1, no bound: read as 10000 ms, the longest that we replay"
    if given[END_MODE.path] == "semantic":
        yield f"the semantic model's threshold is not published: scores in a recording are judged at {MODEL_ASKED}"
    if given[FILLER_ENABLE.path]:
        yield f"filler words are on (after {given[FILLER_WAIT.path]} ms without an LLM answer): replayed without them"


NESTED = (
    MODE,
    THRESHOLD,
    START_MODE,
    IDLE_INTERRUPT,
    SPEAKING_INTERRUPT,
    PADDING,
    START_STRATEGY,
    END_MODE,
    SILENCE,
    SEMANTIC_SILENCE,
    MAX_WAIT,
    PAUSE_STATE,
    ENABLE,
    HOW,
    KEYWORDS,
    STRATEGY,
    HISTORY,
    FILLER_ENABLE,
    FILLER_WAIT,
)

AGORA = Target(
    name="agora",
    title="Agora Conversational AI",
    format=Json(),
    fields=NESTED,
    rules=(WAITS, direct("endpointing.onset_ms", IDLE_INTERRUPT), SPEAKING, INTERRUPTING, _history(HISTORY)),
    ties=(
        at_least("endpointing.max_silence_ms", "endpointing.silence_ms"),
        follows("barge_in.withdraw_ms", "barge_in.min_speech_ms"),
    ),
    stack=STACK,
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    roots=("properties",),
    scopes=(TURN, INTERRUPTION),
    doubts=_doubts,
    notes=LAGS,
)

TARGETS = (AGORA,)
