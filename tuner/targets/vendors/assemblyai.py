"""AssemblyAI streaming: the connection parameters, for the models that go by punctuation and for universal streaming.

Sources: the types of assemblyai 1.8.2, the vendor's page on turn detection. Its types know no range: 50 ms is the
shortest silence that its users were seen to set (stt-benchmark#14), and the longest are ours.
"""

from __future__ import annotations

from collections.abc import Iterable

from tuner.formats.json_text import Json
from tuner.formats.url_text import Url
from tuner.space.deployable import at_least
from tuner.targets.field import Field
from tuner.targets.renamed import Renamed
from tuner.targets.rule import Fixed, Rule, Theirs, direct
from tuner.targets.sdk_checks.strict import VendorType, asking
from tuner.targets.target import Target
from tuner.targets.vendors.recogniser import STAGES, TRANSCRIPT_LATE
from tuner.targets.vendors.silence import ONE_SILENCE, WAIT, one_silence

SDK = "assemblyai 1.8.2"
RANGE = f"{SDK}; least: stt-benchmark#14"
UNRANGED = "no range is published; written within what was seen to be taken and what we replay"
PATIENCE, THRESHOLD = "endpointing.max_silence_ms", "endpointing.eot_threshold"
PARAMETERS = VendorType("assemblyai.streaming.v3.models", "RealTimeParameters", given={"sample_rate": 16_000})

MIN, MAX, SURE = "min_turn_silence", "max_turn_silence", "end_of_turn_confidence_threshold"
OLD_MIN = Field(
    "min_end_of_turn_silence_when_confident", "integer", "ms", low=0, source=SDK, note=f"deprecated: {MIN} now"
)
MODEL = Field("speech_model", "text", source=SDK)
OTHERS = (
    MODEL,
    OLD_MIN,
    Field("mode", "choice", choices=("min_latency", "balanced", "max_accuracy"), default="balanced", source=SDK),
    Field(
        "vad_threshold", "number", low=0, high=1, source=SDK, note="what counts as voice; the default is the model's"
    ),
    Field(
        "interruption_delay",
        "integer",
        "ms",
        0,
        1000,
        default=500,
        source="livekit/agents#5819, by the vendor",
        note="when the first partial comes: a recording's asr.interim_ms, not a setting of ours",
    ),
    Field("turn_left_pad_ms", "integer", "ms", low=0, source=SDK, note="audio before a turn: costs no time"),
)


def _silences(least_ms: int, most_ms: int) -> tuple[Field, Field]:
    """min_turn_silence and max_turn_silence, with a model's defaults."""
    return (
        Field(MIN, "integer", "ms", 50, 3000, default=least_ms, reads=(0, 60_000), source=RANGE, note=UNRANGED),
        Field(MAX, "integer", "ms", 50, 10_000, default=most_ms, reads=(0, 60_000), source=RANGE, note=UNRANGED),
    )


def _target(
    name: str, title: str, ends: tuple[Field, ...], rules: tuple[Rule, ...], asked: dict[str, Fixed], universal: bool
) -> Target:
    def doubts(given: Theirs) -> Iterable[str]:
        model = given[MODEL.path] or ""
        if model and model.startswith("universal-streaming") != universal:
            other = "assemblyai" if universal else "assemblyai-universal"
            yield f"speech_model is {model}: read this file as {other} instead"
        if not universal and given[SURE] is not None:
            yield f"{SURE} is of universal streaming: read this file as assemblyai-universal instead"

    return Target(
        name=name,
        title=title,
        format=Json(),
        fields=(*ends, *OTHERS),
        rules=rules,
        couplings=(ONE_SILENCE, at_least(PATIENCE, WAIT)),
        stack={"endpointing.counts_from": Fixed("speech", "silences are counted on the audio"), **asked},
        elsewhere=STAGES,
        beyond={
            "endpointing": "the recogniser's own; it publishes no setting for it",
            "asr": "the end of the turn brings the transcript: nothing more is waited for",
        },
        renamed=(Renamed(OLD_MIN.path, MIN, note="the deprecated name of {new}: read as that"),),
        doubts=doubts,
        notes=(
            TRANSCRIPT_LATE,
            "LiveKit's plugin has defaults of its own: 100 and 100 ms, where the API has 100 and 1000.",
            "An agent framework around it waits by its own settings too, in LiveKit and Pipecat on top of these.",
        ),
        also=(Url(),),
        signs=(
            r"\bstreaming(\.eu)?\.assemblyai\.com\b",
            r"\buniversal-streaming\b" if universal else r"\b(universal-3|u3-rt)",
        ),
        check=asking(PARAMETERS),
    )


LEAST, MOST = _silences(100, 1000)
NOT_HERE = Field(SURE, "number", low=0, high=1, source=SDK, note="of universal streaming: no effect here")
PUNCTUATED = _target(
    "assemblyai",
    "AssemblyAI streaming (Universal-3)",
    (LEAST, MOST, NOT_HERE),
    (
        one_silence(LEAST, "then the words are looked at: with a full stop the turn is over"),
        direct(PATIENCE, MOST, how="then it is over in any case"),
    ),
    {
        THRESHOLD: Fixed(0.5, "a full stop is a yes or a no: any threshold between 0 and 1 tells them apart"),
        "endpointing.score_from": Fixed("vad", "the words are looked at after min_turn_silence"),
    },
    universal=False,
)
LEAST_2, MOST_2 = _silences(400, 1280)
CONFIDENCE = Field(SURE, "number", low=0, high=1, default=0.4, source=f"{SDK}; the default: its docs' balanced preset")
UNIVERSAL = _target(
    "assemblyai-universal",
    "AssemblyAI universal streaming",
    (LEAST_2, MOST_2, CONFIDENCE),
    (
        one_silence(LEAST_2, "where the model is confident"),
        direct(PATIENCE, MOST_2, how="where it is not"),
        direct(THRESHOLD, CONFIDENCE),
    ),
    {"endpointing.score_from": Fixed("stream", "the model is asked all along")},
    universal=True,
)

TARGETS = (PUNCTUATED, UNIVERSAL)
