"""The recogniser and the synthesis of a LiveKit session: their own waits, and what they do to ours.

Source: the plugins of livekit-agents 1.0.0 to 1.8.9 (deepgram, assemblyai, azure, soniox, speechmatics, google,
elevenlabs). A recogniser that waits for a silence of its own gives its final transcript that much later: it is in a
recording's `asr.final_ms`, whatever the session waits for.
"""

from __future__ import annotations

from collections.abc import Iterator

from tuner.formats.python.calls import Made
from tuner.targets.field import Field
from tuner.targets.idle import Idle
from tuner.targets.rule import Theirs
from tuner.targets.vendors.deepgram import above_the_end
from tuner.targets.vendors.livekit.endpointing import counts_from, shortest_ms, streaming
from tuner.targets.vendors.livekit.fields import EAGER
from tuner.targets.vendors.livekit.parts import Parts

SDK = "livekit-agents 1.0.0 to 1.8.9"
STT, TTS = "STT", "TTS"
MADE = (
    Made(STT, ("STT", "STTv2"), "deepgram.STTv2", "AgentSession.stt", several=True),
    Made(TTS, ("TTS",), "elevenlabs.TTS", "AgentSession.tts", several=True),
)


def _wait(key: str, unit: str = "ms", note: str = "") -> Field:
    return Field(f"{STT}.{key}", "number", unit, reads=(0, 3_600_000), nullable=True, source=SDK, note=note)


def _share(key: str) -> Field:
    return Field(f"{STT}.{key}", "number", low=0, high=1, source=SDK)


END = _share("eot_threshold")
SILENCES = (
    _wait("endpointing_ms", note="Deepgram Nova: left out 25; 0 is off"),
    _wait("min_turn_silence", note="AssemblyAI: left out 100"),
    _wait("min_end_of_turn_silence_when_confident", note="AssemblyAI: the deprecated name of min_turn_silence"),
    _wait("extra_kwargs.min_turn_silence", note="AssemblyAI through `inference.STT`"),
    _wait("extra_kwargs.endpointing", note="Deepgram through `inference.STT`"),
    _wait("segmentation_silence_timeout_ms", note="Azure: left out, its SDK's own"),
    _wait("params.max_endpoint_delay_ms", note="Soniox: an upper bound; left out 500, 2000 since 1.6.4"),
    _wait("end_of_utterance_silence_trigger", "s", "Speechmatics"),
    _wait("speech_end_timeout", "s", "Google"),
)
"""How long a recogniser waits in a silence before it ends speech: each vendor's own argument."""
OTHERS = (
    _wait("utterance_end_ms", note="Deepgram: an end a second way, the first to come counts"),
    _wait("max_turn_silence", note="AssemblyAI: where it is not confident"),
    _wait("eot_timeout_ms", note="Deepgram Flux: left out 5000"),
    _wait("segmentation_max_time_ms"),
    _wait("max_delay", "s", "Speechmatics: waits .25 to .45 s whatever is set"),
    _wait("interruption_delay"),
    _share("end_of_turn_confidence_threshold"),
    _share("vad_threshold"),
    Field(f"{STT}.no_delay", "flag", source=SDK, note="no effect without smart_format"),
    Field(f"{STT}.smart_format", "flag", source=SDK),
    Field(f"{STT}.vad_events", "flag", source=SDK),
    Field(f"{STT}.interim_results", "flag", source=SDK),
    Field(f"{STT}.use_realtime", "flag", source=SDK),
)
CALLED = Field(f"{STT}.()", "text", source=SDK, note="the recogniser's class")
CHUNKS = Field(f"{TTS}.chunk_length_schedule", "list", source=SDK, note="ElevenLabs: characters before each chunk")
AUTO = Field(f"{TTS}.auto_mode", "flag", source=SDK, note="ElevenLabs: no waiting for whole chunks")
FIELDS = (*SILENCES, *OTHERS, END, CALLED, CHUNKS, AUTO)


def own_silence(given: Theirs) -> tuple[str, float] | None:
    """The recogniser's own silence that a file states: its path, and ms; None: it states none, or that it is off."""
    for one in SILENCES:
        if given[one.path]:
            return one.path, one.ms(given[one.path])
    return None


def starts_on_score(parts: Parts, given: Theirs) -> float | None:
    """The score at which Flux has the LLM started early, in the mode stt."""
    return given[EAGER.path] if given[parts.detection.path] == "stt" else None


def refused(given: Theirs) -> Iterator[str]:
    """What Deepgram refuses."""
    yield from above_the_end(EAGER.path, given[EAGER.path], END.path, given[END.path])


def _longer(parts: Parts, given: Theirs) -> bool:
    """Whether the recogniser's own silence is longer than the delay, which then changes nothing."""
    own = own_silence(given)
    return own is not None and counts_from(parts, given) == "speech" and own[1] >= shortest_ms(parts, given)


def _reason(given: Theirs) -> str:
    path, ms = own_silence(given) or ("", 0.0)
    return f"the recogniser's own {ms / 1000:g} s (`{path}`) come later"


def idle(parts: Parts) -> tuple[Idle, ...]:
    """The delay that a recogniser's own silence hides."""
    return (
        Idle((parts.min_delay.path,), _reason, lambda given: _longer(parts, given)),
        Idle(
            (f"{STT}.no_delay",),
            "smart_format is off",
            lambda given: not given[f"{STT}.smart_format"],
        ),
    )


def doubts(parts: Parts, given: Theirs) -> Iterator[str]:
    """What a recogniser or a synthesis of its own settings does that no setting of ours is."""
    own = own_silence(given)
    if own is not None:
        yield from _of_silence(parts, given, *own)
    if given[EAGER.path] is not None and starts_on_score(parts, given) is None:
        yield f"{EAGER.path} starts the LLM early in the mode stt alone: replayed without it"
    if not streaming(given):
        yield "openai.STT does not stream: its final transcript comes after the VAD's silence and its own time"
    for one in (CHUNKS, AUTO):
        if given[one.path] is not None and given[one.path] is not True:
            yield f"{one.path} {given[one.path]} delays the first audio: not read, it is in a recording's tts.ttfb_ms"


def _of_silence(parts: Parts, given: Theirs, path: str, ms: float) -> Iterator[str]:
    delay = shortest_ms(parts, given)
    if given[parts.detection.path] == "stt" and counts_from(parts, given) == "final":
        yield (
            f"{path}: the recogniser ends speech after {ms:g} ms of silence, and the delay of {delay:g} ms is added: a "
            f"turn ends after {ms + delay:g} ms and the recogniser's own time"
        )
    yield (
        f"{path} {given[path]:g} is in a recording's asr.final_ms, which no setting of ours moves; without a recording "
        f"add {ms:g} ms to the assumed one"
    )
