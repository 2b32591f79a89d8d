"""The recogniser beside Pipecat's own settings: its waits, and what they do to ours.

Source: pipecat-ai 0.0.60 to 1.14.0, services/{deepgram,assemblyai,azure,soniox}.
"""

from __future__ import annotations

from collections.abc import Iterator

from tuner.formats.python.calls import Made
from tuner.targets.field import Field
from tuner.targets.idle import Idle
from tuner.targets.rule import Theirs
from tuner.targets.vendors.deepgram import above_the_end
from tuner.targets.vendors.pipecat.fields import SDK, STOPS, STT
from tuner.targets.vendors.pipecat.stt import TURN_ENDING

HOLDERS = ("params", "settings", "connection_params")
"""Arguments of an STT service that hold its settings: the older and the present names."""
OPTIONS = Made("LiveOptions", ("LiveOptions",), "LiveOptions", "STT.live_options", several=True)


def _all(key: str, unit: str = "ms", note: str = "") -> tuple[Field, ...]:
    kept = (f"STT.{holder}.{key}" for holder in HOLDERS)
    return tuple(
        Field(path, "number", unit, reads=(0, 3_600_000), nullable=True, source=SDK, note=note) for path in kept
    )


EAGER, END, LATEST = _all("eager_eot_threshold", ""), _all("eot_threshold", ""), _all("eot_timeout_ms")
OWN_WAITS = (
    *_all("endpointing", note="Deepgram"),
    *_all("max_endpoint_delay_ms", note="Soniox"),
    *_all("segmentation_silence_timeout_ms", note="Azure"),
    *_all("min_turn_silence", note="AssemblyAI"),
    *_all("max_turn_silence", note="AssemblyAI"),
)
LIVE = Field("LiveOptions.endpointing", "any", source=SDK, note="Deepgram: ms, or False")
UTTERANCE = Field("LiveOptions.utterance_end_ms", "any", source=SDK, note="Deepgram: ms as text")
FORCED = Field("STT.vad_force_turn_endpoint", "flag", default=True, source=SDK, note="AssemblyAI, Soniox")
FIELDS = (*EAGER, *END, *LATEST, *OWN_WAITS, LIVE, UTTERANCE, FORCED)
NO_TIMING = ("LiveOptions.vad_events", "LiveOptions.interim_results", "LiveOptions.smart_format", "STT.live_options")


def refused(given: Theirs) -> Iterator[str]:
    """What Deepgram refuses, and Pipecat does not check."""
    for eager, end in zip(EAGER, END, strict=True):
        yield from above_the_end(eager.path, given[eager.path], end.path, given[end.path])


def ends_turns(given: Theirs) -> bool:
    """Whether the STT service ends turns by itself."""
    return str(given[STT.path] or "").rpartition(".")[2] in TURN_ENDING


def _lets_it(given: Theirs) -> bool:
    """Whether no strategy of the file's own goes before the service's."""
    return ends_turns(given) and given.get(STOPS.path) is None


def idle(local: tuple[str, ...]) -> tuple[Idle, ...]:
    """Waits of ours beside a service that ends turns, and waits of a service whose turns the VAD ends."""
    forced = tuple(one.path for one in OWN_WAITS if one.path.rpartition(".")[2] in ("max_turn_silence",))
    return (
        Idle(local, lambda given: f"{given[STT.path]} ends turns itself", _lets_it),
        Idle(forced, "vad_force_turn_endpoint is on: the VAD ends the turn", lambda given: bool(given[FORCED.path])),
    )


def doubts(given: Theirs) -> Iterator[str]:
    """What a recogniser of its own settings does that no setting of ours is."""
    if ends_turns(given):
        yield (
            f"{given[STT.path]} ends turns itself: tune that service; this is replayed as if it did not, and without "
            "the 0.5 s that ExternalUserTurnStopStrategy adds"
        )
    for one in (*OWN_WAITS, LIVE):
        value = given[one.path]
        if value and not isinstance(value, bool) and not one.path.endswith("max_turn_silence"):
            yield (
                f"{one.path} {value} is the recogniser's own wait: before 0.0.102 it delays the final transcript, from "
                "then on the VAD's report ends it; a recording's asr.final_ms has it"
            )
