"""Ultravox: `vadSettings` of a call, or of an agent's call template.

Source: the OpenAPI description of its REST API (docs.ultravox.ai) and the page "Understanding VAD". There is no
package that checks these settings.
"""

from __future__ import annotations

from collections.abc import Iterable

from tuner.targets.field import Field
from tuner.targets.json_text import Json
from tuner.targets.rule import Fixed, Theirs
from tuner.targets.silence import ONE_SILENCE, ONE_VOICE, one_silence, one_voice
from tuner.targets.target import Target

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


def _form(name: str, title: str, path: str, roots: tuple[str, ...], marks: tuple[str, ...] = ()) -> Target:
    delay = Field(f"{path}.turnEndpointDelay", "duration", "s", low=0, step=FRAME_S, default="0.384s", source=API)
    turn = Field(
        f"{path}.minimumTurnDuration",
        "duration",
        "s",
        low=0,
        default="0s",
        source=API,
        note="shorter speech is no turn; nothing of ours leaves it out",
    )
    stop = Field(
        f"{path}.minimumInterruptionDuration",
        "duration",
        "s",
        low=0,
        default="0.09s",
        source=API,
        note="ignored where it is below minimumTurnDuration",
    )
    frames = Field(
        f"{path}.frameActivationThreshold",
        "number",
        low=0.1,
        high=1,
        default=0.1,
        source=API,
        note="what counts as voice: the recording's own VAD has decided that",
    )

    def doubts(given: Theirs) -> Iterable[str]:
        if turn.ms(given[turn.path]) > stop.ms(given[stop.path]):
            yield (
                f"minimumTurnDuration {given[turn.path]} is above minimumInterruptionDuration {given[stop.path]}: "
                "Ultravox then ignores the latter, and we do not"
            )

    return Target(
        name=name,
        title=title,
        format=Json(),
        fields=(delay, turn, stop, frames),
        rules=(one_silence(delay), one_voice(stop)),
        ties=(ONE_SILENCE, ONE_VOICE),
        stack=STACK,
        elsewhere=ELSEWHERE,
        beyond=BEYOND,
        roots=roots,
        scopes=(path,),
        doubts=doubts,
        marks=marks,
        older=() if marks else (TEMPLATE,),
        notes=NOTES,
    )


TEMPLATE = _form(
    "ultravox-template",
    "Ultravox (call template)",
    "callTemplate.vadSettings",
    ("callTemplate",),
    marks=("callTemplate.vadSettings", "callTemplate"),
)
CALL = _form("ultravox", "Ultravox", "vadSettings", ("vadSettings",))

TARGETS = (CALL,)
