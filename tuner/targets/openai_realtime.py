"""OpenAI Realtime: `turn_detection` of a session, with the server's VAD; the older form of the beta too.

Sources: the types of openai 3.54.0 and their comments. The semantic VAD has an eagerness and no times: it cannot be
simulated, only tried (`tuner.targets.trial`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuner.targets.field import Field
from tuner.targets.json_text import Json
from tuner.targets.knob import TURN_TAKING, Knob
from tuner.targets.rule import Fixed, Ours, Rule, Theirs
from tuner.targets.silence import NOTICE, ONE_SILENCE, WAIT, one_silence
from tuner.targets.strict import VendorType, asking
from tuner.targets.target import Target

SDK = "openai 3.54.0"
TYPES = "openai.types.realtime.realtime_audio_input_turn_detection"

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


def _form(name: str, title: str, path: str, roots: tuple[str, ...], marks: tuple[str, ...] = ()) -> Target:
    kind = Field(
        f"{path}.type",
        "choice",
        choices=("server_vad", "semantic_vad"),
        default="server_vad",
        required=True,
        source=SDK,
    )
    silence = Field(f"{path}.silence_duration_ms", "integer", "ms", low=0, default=500, source=SDK)
    interrupt = Field(
        f"{path}.interrupt_response", "flag", default=True, source=SDK, note="the default is the API reference's"
    )
    create = Field(
        f"{path}.create_response", "flag", default=True, source=SDK, note="the default is the API reference's"
    )
    eagerness = Field(
        f"{path}.eagerness",
        "choice",
        choices=("low", "medium", "high", "auto"),
        source=SDK,
        note="of semantic_vad: it waits for at most 8, 4, 2 s at low, medium (auto), high; no other time is published",
    )
    others = (
        Field(f"{path}.threshold", "number", low=0, high=1, default=0.5, source=SDK, note="how loud counts as voice"),
        Field(f"{path}.prefix_padding_ms", "integer", "ms", low=0, default=300, source=SDK, note="costs no time"),
        Field(
            f"{path}.idle_timeout_ms", "integer", "ms", low=0, nullable=True, source=SDK, note="speaks up in a silence"
        ),
    )
    plain = one_silence(silence)

    def read_silence(given: Theirs) -> dict[str, Any]:
        return plain.read(given) if given[kind.path] == "server_vad" else {}

    def write_silence(ours: Ours) -> dict[str, Any]:
        return {kind.path: "server_vad", **plain.write(ours), eagerness.path: None}

    def doubts(given: Theirs) -> Iterable[str]:
        if given[kind.path] == "semantic_vad":
            yield "type is semantic_vad: no times are published for it, so it cannot be simulated; replayed with ours"
        if not given[create.path]:
            yield "create_response is false: your client decides when to answer; read as if the server did"
        if not given[interrupt.path]:
            yield "interrupt_response is false: what is said over the agent stays in its context, but is not answered"

    rules = (
        Rule(
            (NOTICE, WAIT),
            (kind.path, silence.path, eagerness.path),
            read_silence,
            write_silence,
            plain.values,
            "type server_vad: its silence ends the turn",
        ),
        Rule(
            ("barge_in.mode",),
            (interrupt.path,),
            lambda given: {"barge_in.mode": "interrupt" if given[interrupt.path] else "ignore"},
            lambda ours: {interrupt.path: ours["barge_in.mode"] == "interrupt"},
            {"barge_in.mode": ("interrupt", "ignore")},
            "interrupt = true, ignore = false",
        ),
    )
    return Target(
        name=name,
        title=title,
        format=Json(),
        fields=(kind, silence, interrupt, create, eagerness, *others),
        rules=rules,
        ties=(ONE_SILENCE,),
        stack=STACK,
        elsewhere=ELSEWHERE,
        beyond=BEYOND,
        roots=roots,
        scopes=(path,),
        doubts=doubts,
        marks=marks,
        older=() if marks else (BETA,),
        notes=NOTES,
        check=asking(VendorType(TYPES, "RealtimeAudioInputTurnDetection", path)),
    )


BETA = _form(
    "openai-realtime-beta",
    "OpenAI Realtime (beta form)",
    "session.turn_detection",
    ("session", "session.turn_detection"),
    marks=("session.turn_detection",),
)
GA = _form(
    "openai-realtime",
    "OpenAI Realtime",
    "session.audio.input.turn_detection",
    ("session", "session.audio", "session.audio.input", "session.audio.input.turn_detection"),
)

KNOBS = (
    Knob(
        "session.audio.input.turn_detection.eagerness",
        ("auto", "low", "high"),
        "with type semantic_vad: how long a model lets the user go on; auto is medium",
        TURN_TAKING,
    ),
)

TARGETS = (GA,)
