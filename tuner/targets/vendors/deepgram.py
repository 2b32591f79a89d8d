"""Deepgram: Flux (`/v2/listen` and its Configure message), and the Voice Agent's listen provider of the same model.

Sources: the types of deepgram-sdk 7.17.0 and developers.deepgram.com/docs/flux/configuration. The page has been
widened: what is written keeps to the older, narrower ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tuner.formats.json_text import Json
from tuner.formats.url_text import Url
from tuner.space.axes import SCORES
from tuner.space.deployable import Coupling
from tuner.targets.field import Field
from tuner.targets.placed import placed
from tuner.targets.rule import Fixed, Ours, Rule, Theirs, direct
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.vendors.recogniser import STAGES, TRANSCRIPT_LATE
from tuner.targets.vendors.silence import ONE_SILENCE, one_silence

SDK = "deepgram-sdk 7.17.0; docs/flux/configuration"
TYPE = ("deepgram.types.deepgram_listen_provider_v2", "DeepgramListenProviderV2")
MODEL = {"model": "flux-general-en"}

THRESHOLD, PATIENCE = "endpointing.eot_threshold", "endpointing.max_silence_ms"

AT_MOST_THE_END = Coupling(
    "eager.threshold", ("eager.threshold", THRESHOLD), lambda eager, end: np.fmin(eager, end), f"at most {THRESHOLD}"
)

MODEL_DECIDES = "the model's confidence ends the turn, with no silence to wait for beside it"
STACK = {
    "vad.silence_ms": Fixed(0.0, MODEL_DECIDES),
    "endpointing.silence_ms": Fixed(0.0, MODEL_DECIDES),
    "endpointing.score_from": Fixed("stream", "the model is asked all along"),
    "endpointing.counts_from": Fixed("speech", "eot_timeout_ms counts from the end of speech"),
    "eager.silence_ms": Fixed(0.0, MODEL_DECIDES),
}
BEYOND = {
    "endpointing": "StartOfTurn and TurnResumed are the model's: no duration is published",
    "asr": "EndOfTurn brings the transcript: nothing more is waited for",
}
AGENT_OWN = "Deepgram's agent has no setting for it"
AGENT_STAGES = {
    "llm.fallback": "list several providers in `agent.think`: they are tried in order",
    "tts.fallback": "list several providers in `agent.speak`: they are tried in order",
    "playout": "set it in your client's player",
}
NOTES = (
    "A replay needs the model's confidence at each pause (`speech.eot_score`, from TurnInfo): without it every pause "
    "would end the turn.",
    "Flux's confidence rises while a silence lasts. A recording holds one score a pause, and the time that it took "
    "in `speech.eot_delay_ms`.",
    TRANSCRIPT_LATE,
)


END = Field(
    "eot_threshold",
    "number",
    low=0.5,
    high=0.9,
    default=0.7,
    reads=(0.5, 1.0),
    source=SDK,
    note="1.0: the model never ends a turn",
)
EAGER = Field(
    "eager_eot_threshold", "number", low=0.3, high=0.9, source=SDK, note="not there: off; at most eot_threshold"
)
TIMEOUT = Field("eot_timeout_ms", "integer", "ms", 500, 10_000, default=5000, reads=(500, 60_000), source=SDK)
VERSION = Field("version", "choice", choices=("v1", "v2"), source=SDK, note="v2 is Flux; v1 has none of these settings")


def _early(given: Theirs) -> dict[str, Any]:
    score = given[EAGER.path]
    return {"eager.on": "off"} if score is None else {"eager.on": "score", "eager.threshold": float(score)}


def _early_there(ours: Ours) -> dict[str, Any]:
    most = END.nearest(END.default if ours[THRESHOLD] is None else ours[THRESHOLD])
    on = ours["eager.on"] == "score"
    return {EAGER.path: EAGER.nearest(min(ours["eager.threshold"], most)) if on else None}


def above_the_end(early_path: str, early: float | None, end_path: str, end: float | None) -> Iterable[str]:
    """Why Deepgram refuses an early threshold above that of the end, which is 0.7 where it is left out."""
    end = END.default if end is None else end
    if early is not None and early > end:
        yield f"{early_path} {early} is above {end_path} {end}: Deepgram answers 400; set it no higher, or leave it out"


def _refused(given: Theirs) -> Iterable[str]:
    yield from above_the_end(EAGER.path, given[EAGER.path], END.path, given[END.path])


def _doubts(given: Theirs) -> Iterable[str]:
    yield "the model's confidence ends a turn: a recording without eot_score cannot tell when"
    if given[END.path] == 1.0:
        yield "eot_threshold is 1.0: the model ends no turn, all of them wait for eot_timeout_ms"


def _agent_doubts(given: Theirs) -> Iterable[str]:
    yield from _doubts(given)
    if given[VERSION.path] != "v2":
        yield "listen.provider.version is not v2: these settings act with Flux alone"


def _of_query(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The SDK has no types for the query of /v2/listen: those of the same settings in an agent are asked."""
    ours = {key: value for key, value in document.items() if "eot" in key}
    return asking(VendorType(*TYPE, given=MODEL))(ours)


LISTENING = (
    "channels",
    "diarize",
    "encoding",
    "filler_words",
    "keyterm",
    "keywords",
    "language",
    "language_hint",
    "mip_opt_out",
    "model",
    "multichannel",
    "numerals",
    "profanity_filter",
    "punctuate",
    "redact",
    "replace",
    "sample_rate",
    "search",
    "smart_format",
    "tag",
    "version",
)
"""The other settings of a listen request: none of them has an effect on timing."""
ENDING = direct(THRESHOLD, END)
ENDING_V2 = replace(
    ENDING,
    theirs=(VERSION.path, END.path),
    write=lambda ours: {VERSION.path: "v2", **ENDING.write(ours)},
    how="of version v2",
)
STARTING = Rule(
    ("eager.on", "eager.threshold"),
    (EAGER.path,),
    _early,
    _early_there,
    {
        "eager.on": ("off", "score"),
        "eager.threshold": tuple(score for score in SCORES if EAGER.bounds[0] <= score <= EAGER.bounds[1]),
    },
    "not there: off; else on score at this threshold",
)

QUERY = Target(
    name="deepgram-flux",
    title="Deepgram Flux",
    format=Json(),
    fields=(END, EAGER, TIMEOUT),
    rules=(ENDING, STARTING, direct(PATIENCE, TIMEOUT)),
    couplings=(AT_MOST_THE_END,),
    stack=STACK,
    elsewhere=STAGES,
    beyond=BEYOND,
    refused=_refused,
    doubts=_doubts,
    notes=NOTES,
    also=(Url(),),
    no_timing=LISTENING,
    signs=(r"\bflux-general\b", r"/v2/listen\b"),
    check=_of_query,
)
CONFIGURE = placed(
    QUERY,
    "thresholds",
    name="deepgram-flux-configure",
    title="Deepgram Flux (Configure message)",
    marks=("thresholds",),
    check=asking(VendorType(*TYPE, "thresholds", MODEL)),
)
FLUX = replace(QUERY, older=(CONFIGURE,))
PROVIDER = "agent.listen.provider"
AGENT = placed(
    replace(QUERY, fields=(VERSION, *QUERY.fields), rules=(ENDING_V2, *QUERY.rules[1:]), doubts=_agent_doubts),
    PROVIDER,
    name="deepgram-agent",
    title="Deepgram Voice Agent",
    elsewhere=AGENT_STAGES,
    beyond=BEYOND | dict.fromkeys(("llm", "tts", "filler", "barge_in", "eager"), AGENT_OWN),
    roots=("agent", "agent.listen", PROVIDER),
    check=asking(VendorType(*TYPE, PROVIDER, MODEL)),
)

SPEECH_END = Field(
    "endpointing",
    "integer",
    "ms",
    10,
    3000,
    default=10,
    special=(False,),
    reads=(0, 60_000),
    source=f"{SDK.partition(';')[0]}; docs/endpointing",
    note="false: off. No range is published",
)
NOVA_OTHERS = (
    Field("utterance_end_ms", "integer", "ms", 0, source=SDK, note="an end a second way; 1000 and more is advised"),
    Field("vad_events", "flag", source=SDK),
    Field("interim_results", "flag", source=SDK, note="utterance_end_ms wants it"),
)
NOVA_WAIT = one_silence(SPEECH_END, "speech_final comes then; what your agent waits for besides is its own")


def _nova_doubts(given: Theirs) -> Iterable[str]:
    if given[SPEECH_END.path] is False:
        yield "endpointing is false: no silence ends speech; replayed with our wait"
    if given["utterance_end_ms"] is not None:
        yield "utterance_end_ms ends speech a second way, by the words' times: replayed without it"


NOVA = Target(
    name="deepgram-nova",
    title="Deepgram Nova",
    format=Json(),
    fields=(SPEECH_END, *NOVA_OTHERS),
    rules=(replace(NOVA_WAIT, read=lambda given: {} if given[SPEECH_END.path] is False else NOVA_WAIT.read(given)),),
    couplings=(ONE_SILENCE,),
    stack={
        "endpointing.eot_threshold": Fixed(None, "a silence ends speech, no model"),
        "endpointing.counts_from": Fixed("speech", "silence is counted on the audio"),
    },
    elsewhere=STAGES,
    beyond={
        "endpointing": "the recogniser's own; it publishes no setting for it",
        "asr": "the end of the turn brings the transcript: nothing more is waited for",
    },
    also=(Url(),),
    no_timing=LISTENING,
    signs=(r"/v1/listen\b", r"\bnova-\d"),
    doubts=_nova_doubts,
    notes=(TRANSCRIPT_LATE, "An agent framework around it waits by its own settings too."),
)

TARGETS = (FLUX, NOVA, AGENT)
