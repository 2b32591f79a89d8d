"""Ultravox: `vadSettings` of a call, or of an agent's call template.

Source: the OpenAPI description of its REST API (docs.ultravox.ai) and the page "Understanding VAD". There is no
package that checks these settings.
"""

from __future__ import annotations

from collections.abc import Iterable

from tuner.formats.json_text import Json
from tuner.targets.field import Field
from tuner.targets.placed import placed
from tuner.targets.rule import Fixed, Theirs
from tuner.targets.target import Target
from tuner.targets.vendors.silence import ONE_SILENCE, ONE_VOICE, one_silence, one_voice

API = "Ultravox OpenAPI, ultravox.v1.VadSettings"
FRAME_S = 0.032

OWN_MODEL = "Ultravox's own; it publishes no setting for it"
STACK = {
    "endpointing.eot_threshold": Fixed(None, "the neural VAD's threshold is not published"),
    "endpointing.counts_from": Fixed("speech", "silence is counted on the audio"),
    "barge_in.mode": Fixed("interrupt", "only the greeting can be made uninterruptible"),
    "barge_in.on_voice": Fixed(True, "voice interrupts"),
    "barge_in.on_words": Fixed("off", "the model hears the audio: no transcript is asked"),
    "barge_in.min_words": Fixed(0, "the model hears the audio: no transcript is asked"),
    "barge_in.score_threshold": Fixed(None, "there is no interruption model with a threshold"),
}
ELSEWHERE = {
    "barge_in.guard_first_ms": "`firstSpeakerSettings.agent.uninterruptible` guards the whole greeting, or none of it",
    "playout": "set `clientBufferSizeMs` of the call's medium",
}
BEYOND = {
    "endpointing": OWN_MODEL,
    "eager": OWN_MODEL,
    "llm": OWN_MODEL,
    "tts": OWN_MODEL,
    "filler": OWN_MODEL,
    "barge_in": OWN_MODEL,
    "asr": "the model hears the audio: no transcript is waited for, and a recording's asr.final_ms is then 0",
}
NOTES = (
    "The built-in VAD works on frames of 32 ms: only multiples of that differ, and they are all that a search tries.",
    "A neural VAD may hold the turn open for longer than `turnEndpointDelay`; when is not published, so an unfinished "
    "turn is replayed as if it ended at the delay.",
)


DELAY = Field("turnEndpointDelay", "duration", "s", low=0, step=FRAME_S, default="0.384s", source=API)
TURN = Field(
    "minimumTurnDuration",
    "duration",
    "s",
    low=0,
    default="0s",
    source=API,
    note="shorter speech is no turn; nothing of ours leaves it out",
)
STOP = Field(
    "minimumInterruptionDuration",
    "duration",
    "s",
    low=0,
    default="0.09s",
    source=API,
    note="ignored where it is below minimumTurnDuration",
)
FRAMES = Field(
    "frameActivationThreshold",
    "number",
    low=0.1,
    high=1,
    default=0.1,
    source=API,
    note="what counts as voice: the recording's own VAD has decided that",
)


def _doubts(given: Theirs) -> Iterable[str]:
    if TURN.ms(given[TURN.path]) > STOP.ms(given[STOP.path]):
        yield (
            f"minimumTurnDuration {given[TURN.path]} is above minimumInterruptionDuration {given[STOP.path]}: "
            "Ultravox then ignores the latter, and we do not"
        )


VAD_SETTINGS = Target(
    name="vadSettings",
    title="Ultravox",
    format=Json(),
    fields=(DELAY, TURN, STOP, FRAMES),
    rules=(one_silence(DELAY), one_voice(STOP)),
    couplings=(ONE_SILENCE, ONE_VOICE),
    stack=STACK,
    elsewhere=ELSEWHERE,
    beyond=BEYOND,
    doubts=_doubts,
    notes=NOTES,
    signs=(r"\bultravox\b",),
)
IN_CALL, IN_TEMPLATE = "vadSettings", "callTemplate.vadSettings"
TEMPLATE = placed(
    VAD_SETTINGS,
    IN_TEMPLATE,
    name="ultravox-template",
    title="Ultravox (call template)",
    roots=("callTemplate",),
    scopes=(IN_TEMPLATE,),
    marks=("callTemplate",),
)
CALL = placed(VAD_SETTINGS, IN_CALL, name="ultravox", roots=(IN_CALL,), scopes=(IN_CALL,), older=(TEMPLATE,))

TARGETS = (CALL,)
