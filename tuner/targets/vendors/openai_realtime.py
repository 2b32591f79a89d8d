"""OpenAI Realtime: `turn_detection` of a session, with the server's VAD; the older form of the beta too.

Sources: the types of openai 3.54.0 and their comments. The semantic VAD has an eagerness and no times: it cannot be
simulated, only tried (`tuner.targets.trials.trial`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tuner.formats.json_text import Json
from tuner.targets.field import Field
from tuner.targets.placed import placed
from tuner.targets.rule import Fixed, Ours, Rule, Theirs
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import TURN_TAKING, UntimedSetting
from tuner.targets.vendors.silence import NOTICE, ONE_SILENCE, WAIT, one_silence

SDK = "openai 3.54.0"
TYPE = ("openai.types.realtime.realtime_audio_input_turn_detection", "RealtimeAudioInputTurnDetection")

NOT_TOLD = "the server decides when voice begins, and publishes no duration"
NO_MODEL = "the server's VAD asks no model; its semantic VAD does, with an eagerness that has no published times"
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
ELSEWHERE = {
    "llm": "set it in your client: response.cancel and a new response.create when the first audio is late; "
    "conversation.item.delete or the session's truncation for the history",
    "playout": "set it in your client's player",
    "filler": "play it in your client",
    "barge_in.guard_ms": "set it in your client: interrupt_response off by session.update while the reply begins",
    "barge_in.guard_first_ms": "set it in your client: interrupt_response off by session.update while the reply begins",
}
BEYOND = {
    "endpointing": NO_MODEL,
    "endpointing.onset_ms": NOT_TOLD,
    "barge_in": NOT_TOLD,
    "eager": "the model answers once the turn has ended",
    "asr": "the model hears the audio: no transcript is waited for, and a recording's asr.final_ms is then 0",
    "tts": "the model speaks by itself: there is no synthesis request to time out or to cut into chunks",
}
NOTES = (
    "`audio_end_ms` of speech_stopped contains the silence that was waited for.",
    "Event times are places in the audio: a recording needs the client's time of receipt beside each.",
)


KIND = Field("type", "choice", choices=("server_vad", "semantic_vad"), default="server_vad", required=True, source=SDK)
SILENCE = Field("silence_duration_ms", "integer", "ms", low=0, default=500, source=SDK)
INTERRUPT = Field("interrupt_response", "flag", default=True, source=SDK, note="the default is the API reference's")
CREATE = Field("create_response", "flag", default=True, source=SDK, note="the default is the API reference's")
EAGERNESS = Field(
    "eagerness",
    "choice",
    choices=("low", "medium", "high", "auto"),
    source=SDK,
    note="of semantic_vad: it waits for at most 8, 4, 2 s at low, medium (auto), high; no other time is published",
)
OTHERS = (
    Field("threshold", "number", low=0, high=1, default=0.5, source=SDK, note="how loud counts as voice"),
    Field("prefix_padding_ms", "integer", "ms", low=0, default=300, source=SDK, note="costs no time"),
    Field("idle_timeout_ms", "integer", "ms", low=0, nullable=True, source=SDK, note="speaks up in a silence"),
)

WAITING = one_silence(SILENCE)


def _silence(given: Theirs) -> dict[str, Any]:
    return WAITING.read(given) if given[KIND.path] == "server_vad" else {}


def _silence_there(ours: Ours) -> dict[str, Any]:
    return {KIND.path: "server_vad", **WAITING.write(ours), EAGERNESS.path: None}


def _doubts(given: Theirs) -> Iterable[str]:
    if given[KIND.path] == "semantic_vad":
        yield "type is semantic_vad: no times are published for it, so it cannot be simulated; replayed with ours"
    if not given[CREATE.path]:
        yield "create_response is false: your client decides when to answer; read as if the server did"
    if not given[INTERRUPT.path]:
        yield "interrupt_response is false: what is said over the agent stays in its context, but is not answered"


ENDING = Rule(
    (NOTICE, WAIT),
    (KIND.path, SILENCE.path, EAGERNESS.path),
    _silence,
    _silence_there,
    WAITING.values,
    "type server_vad: its silence ends the turn",
)
INTERRUPTING = Rule(
    ("barge_in.mode",),
    (INTERRUPT.path,),
    lambda given: {"barge_in.mode": "interrupt" if given[INTERRUPT.path] else "ignore"},
    lambda ours: {INTERRUPT.path: ours["barge_in.mode"] == "interrupt"},
    {"barge_in.mode": ("interrupt", "ignore")},
    "interrupt = true, ignore = false",
)

DETECTION = Target(
    name="turn_detection",
    title="OpenAI Realtime",
    format=Json(),
    fields=(KIND, SILENCE, INTERRUPT, CREATE, EAGERNESS, *OTHERS),
    rules=(ENDING, INTERRUPTING),
    couplings=(ONE_SILENCE,),
    stack=STACK,
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    doubts=_doubts,
    notes=NOTES,
    signs=(r"\bgpt-\S*realtime\b", r"\bsession\.update\b"),
)
PATH, BETA_PATH = "session.audio.input.turn_detection", "session.turn_detection"


def _or_off(form: Target, at: str) -> Target:
    """The form where the whole of it may be null, which is no detection at all."""

    def doubts(given: Theirs) -> Iterable[str]:
        yield from form.doubts(given)
        if given[at] is None:
            yield "turn_detection is null: your client ends each turn, so no silence acts; read as server_vad"

    whole = Field(at, "any", default={}, source=SDK, note="null: no detection, the client ends each turn")
    return replace(form, fields=(*form.fields, whole), doubts=doubts)


BETA = placed(
    DETECTION,
    BETA_PATH,
    name="openai-realtime-beta",
    title="OpenAI Realtime (beta form)",
    roots=("session", BETA_PATH),
    scopes=(BETA_PATH,),
    marks=(BETA_PATH,),
    check=asking(VendorType(*TYPE, BETA_PATH)),
)
GA = placed(
    DETECTION,
    PATH,
    name="openai-realtime",
    roots=("session", "session.audio", "session.audio.input", PATH),
    scopes=(PATH,),
    older=(_or_off(BETA, BETA_PATH),),
    check=asking(VendorType(*TYPE, PATH)),
)

UNTIMED = (
    UntimedSetting(
        f"{PATH}.{KIND.path}",
        KIND.choices,
        "semantic_vad: a model ends the turn, where a silence does",
        TURN_TAKING,
        ("server_vad",),
    ),
    UntimedSetting(
        f"{PATH}.{EAGERNESS.path}",
        ("auto", "low", "high"),
        "of semantic_vad: how long its model lets the user go on; auto is medium",
        TURN_TAKING,
    ),
)

TARGETS = (_or_off(GA, PATH),)
