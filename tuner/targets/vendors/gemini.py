"""Gemini Live: `realtimeInputConfig` of a session's setup, in JSON's camelCase and in the snake_case of Python.

Sources: google-genai 3.6.1 (types.py and its docstrings) and the Live API reference. Neither publishes the number that
holds where a time is left out, or a range; the sensitivities have no times and can only be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tuner.formats.json_text import Json
from tuner.space.deployable import follows
from tuner.targets.field import Field
from tuner.targets.placed import respelled
from tuner.targets.rule import Fixed, Ours, Rule, Theirs, times
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import INTERRUPTING, TURN_TAKING, UntimedSetting
from tuner.targets.vendors.silence import ONE_SILENCE, one_silence

SDK = "google-genai 3.6.1"
INT32 = 2**31 - 1
INPUT = "realtimeInputConfig"
DETECTION = f"{INPUT}.automaticActivityDetection"
LONGEST_ONSET_MS = 1200
VOICE = ("barge_in.min_speech_ms", "barge_in.withdraw_ms", "endpointing.onset_ms")
IGNORES_SILENCE = "gemini-3.1-flash-live-preview"
"""A model that waits its own time, whatever silenceDurationMs says (js-genai#1467, python-genai#2580)."""

UNTOLD = "left out: Google's own, which is not published"
SILENCE = Field(f"{DETECTION}.silenceDurationMs", "integer", "ms", 0, reads=(0, INT32), source=SDK, note=UNTOLD)
PADDING = Field(
    f"{DETECTION}.prefixPaddingMs",
    "integer",
    "ms",
    0,
    LONGEST_ONSET_MS,
    reads=(0, INT32),
    source=SDK,
    note=f"how long speech lasts before it counts, by the API reference; a guide calls it a look-back. {UNTOLD}",
)
DISABLED = Field(
    f"{DETECTION}.disabled", "flag", default=False, source=SDK, note="true: the client says when speech begins and ends"
)
START = Field(
    f"{DETECTION}.startOfSpeechSensitivity",
    "choice",
    choices=("START_SENSITIVITY_UNSPECIFIED", "START_SENSITIVITY_HIGH", "START_SENSITIVITY_LOW"),
    source=SDK,
    note="left out: HIGH in the Gemini API, LOW in Gemini Enterprise; no times are published",
)
END = replace(
    START,
    path=f"{DETECTION}.endOfSpeechSensitivity",
    choices=tuple(one.replace("START", "END") for one in START.choices),
)
HANDLING = Field(
    f"{INPUT}.activityHandling",
    "choice",
    choices=("ACTIVITY_HANDLING_UNSPECIFIED", "START_OF_ACTIVITY_INTERRUPTS", "NO_INTERRUPTION"),
    default="START_OF_ACTIVITY_INTERRUPTS",
    source=SDK,
)
COVERAGE = Field(f"{INPUT}.turnCoverage", "text", source=SDK, note="what of the input the model is given: no time")
MODEL = Field("model", "text", source=SDK, note=f"{IGNORES_SILENCE} ignores silenceDurationMs")

NO_MODEL = "Google publishes no score and no threshold of its detection, only sensitivities"
OWN = "the model's own; Google publishes no setting for it"
STACK = {
    "endpointing.eot_threshold": Fixed(None, NO_MODEL),
    "endpointing.counts_from": Fixed("speech", "silence is counted on the audio"),
    "eager.on": Fixed("off", "the model answers once the turn has ended"),
    "barge_in.on_voice": Fixed(True, "the start of speech is what interrupts"),
    "barge_in.on_words": Fixed("off", "no transcript is asked"),
    "barge_in.min_words": Fixed(0, "no transcript is asked"),
    "barge_in.score_threshold": Fixed(None, "there is no interruption model with a threshold"),
    "barge_in.hangover": Fixed(False, "the start of speech interrupts, not its end"),
    "barge_in.resume_ms": Fixed(None, "a response that was cancelled is not resumed"),
}
ELSEWHERE = {"playout": "set it in your client's player", "filler": "play it in your client"}
BEYOND = {
    **dict.fromkeys(("endpointing", "barge_in", "llm"), OWN),
    "eager": "the model answers once the turn has ended",
    "asr": "the model hears the audio: no transcript is waited for, and a recording's asr.final_ms is then 0",
    "tts": "the model speaks by itself: there is no synthesis request to time out or to cut into chunks",
}
NOTES = (
    f"`{IGNORES_SILENCE}` was seen to ignore `silenceDurationMs` (js-genai#1467, python-genai#2580); "
    "`gemini-2.5-flash-native-audio-latest` keeps to it.",
    "What holds where `silenceDurationMs` or `prefixPaddingMs` is left out is not published: our default is replayed.",
)


def _voice(given: Theirs) -> dict[str, Any]:
    stated = given[PADDING.path]
    return {} if stated is None else dict.fromkeys(VOICE, PADDING.ms(stated))


def _voice_there(ours: Ours) -> dict[str, Any]:
    return {PADDING.path: PADDING.of_ms(ours[VOICE[0]])}


LASTING = Rule(
    VOICE,
    (PADDING.path,),
    _voice,
    _voice_there,
    {VOICE[0]: times(PADDING)},
    "speech that lasts so long begins a turn, and stops the agent",
)
INTERRUPTED = Rule(
    ("barge_in.mode",),
    (HANDLING.path,),
    lambda given: {"barge_in.mode": "append" if given[HANDLING.path] == "NO_INTERRUPTION" else "interrupt"},
    lambda ours: {
        HANDLING.path: "START_OF_ACTIVITY_INTERRUPTS" if ours["barge_in.mode"] == "interrupt" else "NO_INTERRUPTION"
    },
    {"barge_in.mode": ("interrupt", "append")},
    "interrupt = START_OF_ACTIVITY_INTERRUPTS, append = NO_INTERRUPTION",
)


def doubts(given: Theirs) -> Iterable[str]:
    model = str(given[MODEL.path] or "")
    if given[DISABLED.path]:
        yield "disabled is true: your client says when a turn begins and ends, so no silence acts; read as if not"
    if given[SILENCE.path] is not None and (not model or IGNORES_SILENCE in model):
        yield f"silenceDurationMs is ignored by the model {IGNORES_SILENCE}" + (
            ": measure before you rely on it" if model else "; name the model in the file to have that checked"
        )
    if given[PADDING.path] is not None:
        yield (
            "prefixPaddingMs is read as how long speech lasts before it counts (API reference); Google's guide calls "
            "it a look-back, which would take no time"
        )
    if given[HANDLING.path] == "NO_INTERRUPTION":
        yield "NO_INTERRUPTION: whether what was said is answered after the reply is not published; read as answered"


GEMINI = Target(
    name="gemini",
    title="Gemini Live",
    format=Json(),
    fields=(SILENCE, PADDING, DISABLED, START, END, HANDLING, COVERAGE, MODEL),
    rules=(one_silence(SILENCE), LASTING, INTERRUPTED),
    couplings=(ONE_SILENCE, *(follows(name, VOICE[0]) for name in VOICE[1:])),
    stack=STACK,
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    roots=(INPUT, DETECTION),
    scopes=(INPUT,),
    doubts=doubts,
    notes=NOTES,
    signs=(r"\bgemini-[\w.-]*(live|native-audio)\b", r"\bLiveConnectConfig\b"),
    check=asking(VendorType("google.genai.types", "LiveConnectConfig")),
)


def snake(path: str) -> str:
    """realtimeInputConfig -> realtime_input_config"""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path).lower()


PYTHON_NAMES = respelled(
    GEMINI,
    snake,
    name="gemini-python",
    title="Gemini Live (snake_case)",
    roots=tuple(map(snake, GEMINI.roots)),
    scopes=tuple(map(snake, GEMINI.scopes)),
    marks=tuple(snake(one.path) for one in GEMINI.fields if snake(one.path) != one.path),
    check=None,  # the strict check knows the names on the wire alone
)
UNTIMED = (
    UntimedSetting(END.path, END.choices[1:], "how readily silence ends the turn", TURN_TAKING),
    UntimedSetting(START.path, START.choices[1:], "how readily sound counts as speech", INTERRUPTING),
)

TARGETS = (replace(GEMINI, older=(PYTHON_NAMES,)),)
