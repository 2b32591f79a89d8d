"""Pipecat's settings: the arguments of its constructors, with the defaults of a version.

Source: pipecat-ai 0.0.60 to 1.14.0 (audio/vad, audio/turn/smart_turn, turns, llm_response_universal.py).
"""

from __future__ import annotations

from tuner.targets.field import Field
from tuner.targets.rule import Theirs
from tuner.targets.vendors.pipecat.versions import NEWEST, P99_SINCE, STOP_S
from tuner.targets.versions.history import at
from tuner.targets.versions.version import Version

SDK = "pipecat-ai 0.0.60 to 1.14.0"
WINDOW_MS = 32
"""Its VAD counts time in windows of this length."""
TIMERS_MS = 7.0
"""From the first audio to the loudspeaker."""

VAD, WORDS, FEW = "VADUserTurnStartStrategy", "TranscriptionUserTurnStartStrategy", "MinWordsUserTurnStartStrategy"


def seconds(path: str, default: float | None, high: float, note: str = "", low: float = 0) -> Field:
    """A time of Pipecat's, for which it publishes no range."""
    return Field(path, "number", "s", low, high, default=default, reads=(0, 3600), source=SDK, note=note)


def flag(path: str, default: bool, note: str = "") -> Field:
    return Field(path, "flag", default=default, source=SDK, note=note)


def stop(version: Version) -> Field:
    """The silence after which the VAD reports, with a version's default."""
    own = "" if version < Version(P99_SINCE) else "Pipecat's own waits for transcripts suppose 0.2"
    return seconds("VADParams.stop_secs", at(STOP_S, version), 2, own)


STOP = stop(Version(NEWEST))
START = seconds("VADParams.start_secs", 0.2, 1.2)
SMART_STOP = seconds("SmartTurnParams.stop_secs", 3, 10, "from the VAD's report, where the model says unfinished")
SPEECH_TIMEOUT = seconds("SpeechTimeoutUserTurnStopStrategy.user_speech_timeout", 0.6, 3, "from the VAD's report")
TURN_STOP = seconds(
    "LLMUserAggregatorParams.user_turn_stop_timeout", 5, 33, "from the VAD's report, or the last transcript after it"
)
P99 = seconds("STT.ttfs_p99_latency", None, 15.0, "left out: the service's own, 0.35 to 2.14; 1.0 where it has none")
STT = Field("STT.()", "text", source=SDK, note="the STT service, any class whose name ends in STTService")
STARTS = Field("UserTurnStrategies.start", "any", default=sorted((VAD, WORDS)), source=SDK, note="in any order")
STOPS = Field("UserTurnStrategies.stop", "any", source=SDK, note="left out: Smart-Turn")
FIRST_WORDS = flag(f"{WORDS}.use_interim", True)
FEWEST = Field(f"{FEW}.min_words", "integer", low=1, high=10, reads=(0, 1000), source=SDK)
FEW_INTERIM = flag(f"{FEW}.use_interim", True)
SMART_WAITS_FOR_WORDS = flag("TurnAnalyzerUserTurnStopStrategy.wait_for_transcript", True)
WAITS_FOR_WORDS = flag("SpeechTimeoutUserTurnStopStrategy.wait_for_transcript", True)
INTERRUPTS = tuple(flag(f"{name}.enable_interruptions", True) for name in (VAD, WORDS, FEW))
FILTERING = tuple(
    Field(f"{name}.()", "text", source=SDK, note="takes the place of UserTurnStrategies")
    for name in ("ExternalUserTurnStrategies", "EagerUserTurnStrategies", "FilterIncompleteUserTurnStrategies")
)
FILTER = flag("LLMUserAggregatorParams.filter_incomplete_user_turns", False, "deprecated")
OF_VAD = (
    START,
    Field("VADParams.confidence", "number", low=0, high=1, default=0.7, source=SDK, note="what counts as voice"),
    Field("VADParams.min_volume", "number", low=0, high=1, default=0.6, source=SDK, note="what counts as voice"),
)
OF_STRATEGIES = (
    STARTS,
    STOPS,
    FIRST_WORDS,
    FEWEST,
    FEW_INTERIM,
    *INTERRUPTS,
    TURN_STOP,
    seconds("LLMUserAggregatorParams.user_idle_timeout", 0, 3600, "0 is off; after a reply, so no turn waits for it"),
    FILTER,
    STT,
    P99,
    *FILTERING,
)


def started_by(given: Theirs) -> tuple[str, ...]:
    """The start strategies that a file uses."""
    named = given.get(STARTS.path)
    return tuple(map(str, named)) if isinstance(named, list) else (VAD, WORDS)
