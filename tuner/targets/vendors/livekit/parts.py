"""What LiveKit's forms have in common: their fields, and what its stack does (timing model, section 9)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Theirs
from tuner.targets.vendors.livekit.versions import Works

TIMERS_MS = 7.0
"""From the first audio to the loudspeaker."""

FRAME_MS = 16.0
"""Half a frame of its VAD: how much later than asked it finds speech long enough."""

GAP_MS = 100.0
"""Before the first retry; before later ones it waits `retry_interval`, 2 s."""

LONGEST_SPEECH_MS = 10_000.0
"""After so much speech of the user's nothing is started early, unless `max_speech_duration` says otherwise."""

NO_BOUND_S = 3600
"""What stands for no bound at all on that, which LiveKit has no word for."""

STREAM_THRESHOLD = 0.36
"""Of `inference.TurnDetector()`, its local model, for English; 0.2 (nl) to 0.4 (ko) elsewhere."""

TEXT_THRESHOLD = 0.5
"""Stands for that of the text models, which comes with the model's files, by language."""


USUAL_VAD_MS = 250.0
"""What LiveKit's own VAD waits: a search goes no lower, since shorter silences are gaps between words."""

FREE = frozenset({"vad.silence_ms"})
"""A VAD that waits longer than the endpoint holds it up, and its users can set both."""


@dataclass(frozen=True)
class Parts:
    """The fields of one form that the rules know, and how its version works; None: the form or version has none."""

    works: Works
    detection: Field
    stream_threshold: Field | None
    text_threshold: Field | None
    min_delay: Field
    max_delay: Field
    enabled: Field
    min_duration: Field
    min_words: Field | None
    resumes: Field | None
    resume_after: Field | None
    early: Field | None
    early_most: Field | None
    early_tts: Field | None
    early_longest: Field | None
    stt_eager: Field | None
    """At what score the recogniser has the LLM started early."""
    warmup: Field | None
    vad: Field | None
    vad_silence: Field
    vad_speech: Field
    ear: Field | None
    llm_timeout: Field | None
    llm_retries: Field | None
    tts_timeout: Field | None
    tts_retries: Field | None

    def fields(self) -> tuple[Field, ...]:
        found = (getattr(self, one.name) for one in fields(self))
        return tuple(one for one in found if isinstance(one, Field))


Listening = Literal["own", "bundled", "none"]
"""Which VAD a session has: one that its users chose, the one that comes with it, none."""


def listening(parts: Parts, given: Theirs) -> Listening:
    """Which VAD the session has."""
    if parts.vad is None or parts.ear is None:
        return "own"
    if given[parts.vad.path]:
        return "own"
    if given[parts.ear.path] is None:
        return "none"
    if isinstance(given[parts.ear.path], str):  # made in another place of the app
        return "own"
    return "bundled" if parts.works.own_vad else "none"


STACK = {
    "asr.final_timeout_ms": Fixed(0.0, "LiveKit commits at the endpoint with the words that it has"),
    "asr.empty_timeout_ms": Fixed(None, "LiveKit waits for a transcript as long as it takes"),
    "llm.hedge": Fixed(False, "LiveKit gives a request up before it sends the next"),
    "llm.retry_gap_ms": Fixed(GAP_MS, "LiveKit waits that long before the first retry, and longer before later ones"),
    "tts.hedge": Fixed(False, "LiveKit gives a request up before it sends the next"),
    "tts.retry_gap_ms": Fixed(GAP_MS, "LiveKit waits that long before the first retry, and longer before later ones"),
    "tts.first_chunk": Fixed("sentence", "LiveKit hands synthesis that does not stream a sentence at a time"),
    "tts.lookahead_tokens": Fixed(2, "LiveKit knows a sentence's end by the tokens after it"),
    "playout.prebuffer_ms": Fixed(TIMERS_MS, "LiveKit's own timers, from the first audio to the loudspeaker"),
    "barge_in.hangover": Fixed(True, "LiveKit counts the VAD's trailing silence as voice"),
    "barge_in.guard_ms": Fixed(0.0, "LiveKit guards the start of the session alone"),
}
ELSEWHERE = {
    "llm.fallback": "wrap your LLMs in LiveKit's `llm.FallbackAdapter`",
    "tts.fallback": "wrap your TTS in LiveKit's `tts.FallbackAdapter`",
    "llm.max_history": "shorten the chat context in your Agent, as in `on_user_turn_completed`",
    "filler": "have your Agent `say` one, from a timer of its own",
}
BEYOND = {
    "eager.threshold": "LiveKit starts early at the final transcript, not at a score",
    "eager.silence_ms": "LiveKit starts early at the final transcript, not after a silence",
    "barge_in.score_threshold": "LiveKit's interruption model runs in its cloud and has no threshold to set",
}
NOTES = (
    f"Speech counts as long enough for an interruption half a frame of the VAD later than asked: {FRAME_MS:g} ms.",
    f"{TIMERS_MS:g} ms pass from the first audio to the loudspeaker.",
    "`inference.TurnDetector()` hears 200 ms of silence before it answers: in a recording's `speech.eot_delay_ms`.",
    "Retries after the first wait `retry_interval` (2 s) rather than the 100 ms that are replayed.",
    "With synthesis that streams, the first chunk is smaller than the sentence that is replayed.",
    "An Agent's own turn handling goes before the session's, and is read and written there.",
    "From 1.8.0 on the `stt` mode counts from the end of speech with a recogniser that does not stream (openai.STT); "
    "those that stream end speech without saying when it ended.",
)
