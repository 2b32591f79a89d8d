"""Vapi: the start and stop speaking plans of an assistant.

Sources: the types of vapi-server-sdk 3.0.0; the ranges of the JSON schemas of its API (schemas.apis.io/schemas/vapi),
of which VapiAI/gitops reports that the server enforces one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from tuner.formats.json_text import Json
from tuner.space.deployable import Coupling
from tuner.targets.field import Field
from tuner.targets.idle import Idle
from tuner.targets.renamed import Renamed
from tuner.targets.rule import Fixed, Ours, Rule, Theirs, direct
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.trials.untimed_setting import TURN_TAKING, UntimedSetting
from tuner.targets.vendors.silence import ONE_VOICE, one_voice

SDK = "vapi-server-sdk 3.0.0"
SCHEMA = f"{SDK}; JSON schema of the API"
START, STOP = "startSpeakingPlan", "stopSpeakingPlan"
PLAN = f"{START}.transcriptionEndpointingPlan"

DONE = Field(f"{PLAN}.onPunctuationSeconds", "number", "s", 0, 3, default=0.1, source=SCHEMA)
NOT_DONE = Field(f"{PLAN}.onNoPunctuationSeconds", "number", "s", 0, 3, default=1.5, source=SCHEMA)
ON_NUMBER = Field(
    f"{PLAN}.onNumberSeconds",
    "number",
    "s",
    0,
    3,
    default=0.5,
    source=SCHEMA,
    note="after digits, which no score of ours tells; the comment says 0.4, its default 0.5",
)
AT_LEAST = Field(
    f"{START}.waitSeconds",
    "number",
    "s",
    0,
    5,
    default=0.4,
    source=SCHEMA,
    note="no answer is spoken sooner than this, however soon it is ready: nothing of ours does that",
)
SMART = Field(f"{START}.smartEndpointingPlan", "object", source=SDK, note="overrides the transcription plan")
SMART_OLD = Field(
    f"{START}.smartEndpointingEnabled", "flag", special=("livekit",), source=SDK, note="the older form of it"
)
CUSTOM = Field(f"{START}.customEndpointingRules", "list", source=SDK, note="overrides both, where its pattern matches")
WORDS = Field(f"{STOP}.numWords", "integer", low=0, high=10, default=0, source=SCHEMA)
VOICE = Field(
    f"{STOP}.voiceSeconds",
    "number",
    "s",
    0,
    0.5,
    default=0.2,
    source=f"{SCHEMA}; VapiAI/gitops 79b5dc0: above 0.5 the server answers 400",
    note="used only where numWords is 0",
)
BACKOFF = Field(
    f"{STOP}.backoffSeconds",
    "number",
    "s",
    0,
    10,
    default=1,
    source=SCHEMA,
    note="the agent's silence after an interrupt, before it may speak again: no figure of ours counts it",
)
HEARD = Field(f"{STOP}.acknowledgementPhrases", "list", source=SDK, note="these never interrupt")
STOPPERS = Field(f"{STOP}.interruptionPhrases", "list", source=SDK, note="these interrupt at once")
API_1 = "@vapi-ai/web 2.1.5"
"""The last package whose types have the flat keys; that today's server still honours them is not established."""
OLD = {
    "llmRequestDelaySeconds": DONE,
    "llmRequestNonPunctuatedDelaySeconds": NOT_DONE,
    "responseDelaySeconds": AT_LEAST,
    "numWordsToInterruptAssistant": WORDS,
}
OLD_FIELDS = tuple(
    replace(one, path=path, default=None, source=API_1, note=f"`{one.path}` now") for path, one in OLD.items()
)
NOT_IN_THE_API = "no key of the present API: read as {new}, move it there"
NO_TIMING = (
    "silenceTimeoutSeconds",
    "maxDurationSeconds",
    "backgroundDenoisingEnabled",
    "backchannelingEnabled",
    "backgroundSound",
    "firstMessageInterruptionsEnabled",
    "modelOutputInMessagesEnabled",
)
MODEL = Field("transcriber.model", "text", source=SDK)
HEARER = Field(
    "transcriber.provider", "text", source=SDK, note="assembly-ai ends turns itself; so does Deepgram's Flux"
)
UTTERANCE = Field(
    "transcriber.endpointing", "number", "ms", 0, reads=(0, 60_000), source=SDK, note="the transcriber's own"
)

OWN = "Vapi's own; it publishes no setting for it"
STACK = {
    "endpointing.eot_threshold": Fixed(0.5, "punctuation is a yes or a no: any threshold between tells them apart"),
    "endpointing.score_from": Fixed("final", "the plan looks at the transcript"),
    "endpointing.counts_from": Fixed("final", "the plan's times count from the transcript"),
    "barge_in.mode": Fixed("interrupt", "a plan can make it harder to interrupt, not impossible"),
    "barge_in.on_words": Fixed("interim", "words in a transcript interrupt, beside voice or instead"),
    "barge_in.score_threshold": Fixed(None, "there is no interruption model with a threshold"),
    "barge_in.resume_ms": Fixed(None, "a reply that was stopped is not resumed"),
}
ELSEWHERE = {
    "vad": "set it as `transcriber.endpointing` where the transcriber is Deepgram's Nova (ms, 10 if not set)",
    "asr": "set a fallback as `transcriber.fallbackPlan`",
    "llm.timeout_ms": "set it as `model.timeoutSeconds` of a custom LLM (20 if not set)",
    "llm.fallback": "set it in your own LLM service, as a custom LLM",
    "tts.fallback": "set it as `voice.fallbackPlan`",
    "tts.first_chunk": "set it as `voice.chunkPlan`",
    "barge_in.guard_first_ms": "`firstMessageInterruptionsEnabled` guards the whole first message, or none of it",
}
NO_VOICE_WITH_WORDS = Coupling(
    "barge_in.on_voice",
    ("barge_in.min_words",),
    lambda words: np.where(words == 0, 1.0, 0.0),
    "on where barge_in.min_words is 0",
)


def _words(given: Theirs) -> dict[str, Any]:
    words = int(given[WORDS.path])
    return {"barge_in.min_words": words, "barge_in.on_voice": words == 0}


def _words_there(ours: Ours) -> dict[str, Any]:
    return {WORDS.path: WORDS.nearest(ours["barge_in.min_words"])}


def _doubts(given: Theirs) -> Iterable[str]:
    if given[SMART.path] or given[SMART_OLD.path]:
        yield "smart endpointing overrides the transcription plan and has no published times: take it out, or try it"
    if given[CUSTOM.path]:
        yield "customEndpointingRules override the plan where they match; replayed without them"
    if (given[MODEL.path] or "").startswith("flux"):
        yield "the transcriber is Flux, which ends turns itself: the plan has no effect; tune it as deepgram-flux"
    if given[HEARER.path] == "assembly-ai":
        yield "the transcriber is AssemblyAI, which ends turns itself: the plan has no effect; tune it as assemblyai"
    if given[UTTERANCE.path]:
        yield (
            f"{UTTERANCE.path} {given[UTTERANCE.path]} is the transcriber's own wait for silence, before the "
            "plan: it is in the recording's delays of transcripts; replayed as it is there"
        )
    if given[HEARD.path] or given[STOPPERS.path]:
        yield "phrases that interrupt, or never do, are not known in a recording; replayed without them"
    if AT_LEAST.ms(given[AT_LEAST.path]) > AT_LEAST.ms(AT_LEAST.default):
        yield f"waitSeconds {given[AT_LEAST.path]} holds back answers that are ready sooner; replayed without it"


VAPI = Target(
    name="vapi",
    title="Vapi",
    format=Json(),
    fields=(
        DONE,
        NOT_DONE,
        ON_NUMBER,
        AT_LEAST,
        SMART,
        SMART_OLD,
        CUSTOM,
        WORDS,
        VOICE,
        BACKOFF,
        HEARD,
        STOPPERS,
        MODEL,
        HEARER,
        UTTERANCE,
        *OLD_FIELDS,
    ),
    rules=(
        direct("endpointing.silence_ms", DONE, how="after punctuation, from the transcript"),
        direct("endpointing.max_silence_ms", NOT_DONE, how="without punctuation"),
        Rule(
            ("barge_in.min_words", "barge_in.on_voice"),
            (WORDS.path,),
            _words,
            _words_there,
            {"barge_in.min_words": tuple(range(int(WORDS.bounds[1]) + 1))},
            "0: voice interrupts too; else words alone",
        ),
        one_voice(VOICE, "where barge_in.min_words is 0"),
    ),
    couplings=(ONE_VOICE, NO_VOICE_WITH_WORDS),
    stack=STACK,
    elsewhere=ELSEWHERE,
    beyond=dict.fromkeys(("endpointing", "eager", "llm", "tts", "playout", "filler", "barge_in"), OWN),
    scopes=(START, STOP),
    no_timing=NO_TIMING,
    renamed=tuple(Renamed(path, one.path, note=NOT_IN_THE_API) for path, one in OLD.items()),
    idle=(Idle((VOICE.path,), "numWords is not 0", lambda given: given[WORDS.path] != 0),),
    doubts=_doubts,
    signs=(r"\b(start|stop)SpeakingPlan\b", r"\bfirstMessage\b", r"\bapi\.vapi\.ai\b"),
    notes=(
        "The transcription plan acts only without a smart endpointing plan, and with a transcriber that does not end "
        "turns itself.",
        "`waitSeconds` is a floor under the whole answer: it shows in the response time only where LLM and synthesis "
        "are quicker.",
    ),
    check=asking(
        VendorType("vapi.types.start_speaking_plan", "StartSpeakingPlan", START),
        VendorType("vapi.types.stop_speaking_plan", "StopSpeakingPlan", STOP),
    ),
)

UNTIMED = (
    UntimedSetting(
        f"{SMART.path}.provider",
        (None, "vapi", "livekit"),
        "a model ends the turn in place of punctuation; null: no smart plan; livekit is for English",
        TURN_TAKING,
    ),
)

TARGETS = (VAPI,)
