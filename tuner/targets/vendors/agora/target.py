"""Agora Conversational AI: the body of a REST join request (`agora_fields.py` has its fields)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuner.formats.json_text import Json
from tuner.space.deployable import at_least, follows
from tuner.targets.idle import Idle
from tuner.targets.rule import Ours, Rule, Theirs, direct, times
from tuner.targets.target import Target
from tuner.targets.vendors.agora.fields import (
    ENABLE,
    END,
    END_MODE,
    FILLER_ENABLE,
    FILLER_WAIT,
    HISTORY,
    HOW,
    IDLE_INTERRUPT,
    INTERRUPTION,
    KEYWORDS,
    KEYWORDS_THEN,
    KEYWORDS_VAD,
    MAX_WAIT,
    MLLM,
    MODE,
    PADDING,
    PAUSE_STATE,
    SEMANTIC_SILENCE,
    SILENCE,
    SPEAKING_INTERRUPT,
    START_MODE,
    START_STRATEGY,
    STRATEGY,
    THRESHOLD,
    TURN,
)
from tuner.targets.vendors.agora.older_forms import older
from tuner.targets.vendors.agora.stack import BEYOND, ELSEWHERE, LAGS, NO_TIMING, STACK, history, of_the_rest
from tuner.targets.vendors.agora.types import CHECK

MODEL_ASKED = 0.5
"""Agora publishes neither its end-of-turn model's score nor its threshold: scores of a recording are taken at this."""


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


def _doubts(given: Theirs) -> Iterable[str]:
    if given[START_MODE.path] in ("manual", "keywords"):
        yield f"start_of_speech.mode is {given[START_MODE.path]}: read as if voice began a turn"
    if given[END_MODE.path] == "manual":
        yield "end_of_speech.mode is manual: the app ends the turn, so no silence setting acts; read as vad"
    if given.get(HOW.path) == "keywords" and given[ENABLE.path]:
        yield "interruption.mode is keywords: which words were said is not known, so it is read as any voice"
    if given[END_MODE.path] == "semantic":
        yield (
            f"the semantic model's scores and threshold are not published: scores in a recording, perhaps another "
            f"model's, are judged at {MODEL_ASKED}; try the mode on real calls before all users get it"
        )
        if given[MAX_WAIT.path] == -1:
            yield "max_wait_ms is -1, no bound: read as 10000 ms, the longest that we replay"
    yield from of_the_rest(given)


COMMON = (
    MODE,
    THRESHOLD,
    START_MODE,
    IDLE_INTERRUPT,
    SPEAKING_INTERRUPT,
    PADDING,
    START_STRATEGY,
    KEYWORDS_THEN,
    *KEYWORDS_VAD,
    END_MODE,
    SILENCE,
    SEMANTIC_SILENCE,
    MAX_WAIT,
    HISTORY,
    FILLER_ENABLE,
    FILLER_WAIT,
)
"""The fields of every build."""

TIES = (
    at_least("endpointing.max_silence_ms", "endpointing.silence_ms"),
    follows("barge_in.withdraw_ms", "barge_in.min_speech_ms"),
)
LISTENING = direct("endpointing.onset_ms", IDLE_INTERRUPT, how="voice that begins a turn")

IDLE = (
    Idle(
        (f"{END}.semantic_config",),
        lambda given: f"end_of_speech.mode is {given[END_MODE.path]}",
        lambda given: given[END_MODE.path] != "semantic",
    ),
    Idle(
        (f"{END}.vad_config",),
        lambda given: f"end_of_speech.mode is {given[END_MODE.path]}",
        lambda given: given[END_MODE.path] != "vad",
    ),
    Idle((STRATEGY.path,), "interruption.enable is true", lambda given: bool(given.get(ENABLE.path, True))),
    Idle((KEYWORDS.path,), "interruption.mode is not keywords", lambda given: given.get(HOW.path) != "keywords"),
    Idle((TURN,), "mllm.enable is true: the audio LLM ends turns", lambda given: bool(given.get(MLLM.path))),
)

AGORA = Target(
    name="agora",
    title="Agora Conversational AI",
    format=Json(),
    fields=(*COMMON, MLLM, PAUSE_STATE, ENABLE, HOW, KEYWORDS, STRATEGY),
    rules=(WAITS, LISTENING, SPEAKING, INTERRUPTING, history(HISTORY)),
    couplings=TIES,
    stack=STACK,
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    roots=("properties", TURN),
    scopes=(TURN, INTERRUPTION),
    no_timing=NO_TIMING,
    idle=IDLE,
    doubts=_doubts,
    marks=(f"{TURN}.config",),
    older=older("agora", "Agora Conversational AI", CHECK, (MLLM,)),
    notes=LAGS,
    signs=(r"\bagent_rtc_uid\b", r"\bremote_rtc_uids\b", r"\bagora_agent\b"),
    check=CHECK,
)

TARGETS = (AGORA,)
