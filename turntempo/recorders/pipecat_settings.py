"""The settings in force in a Pipecat pipeline, as the target `pipecat` reads them from a user's own code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stages.errors import TurntempoError
from stages.settings import Settings
from tuner.targets import target

WINDOW_MS = 32.0
"""Silero's: `stop_secs` and `start_secs` are rounded to whole windows."""

WALKED = 200
"""So many processors are looked at, at most."""

STRATEGY_VALUES = {
    "SpeechTimeoutUserTurnStopStrategy": ("user_speech_timeout", "wait_for_transcript"),
    "TurnAnalyzerUserTurnStopStrategy": ("wait_for_transcript",),
    "TranscriptionUserTurnStartStrategy": ("use_interim", "enable_interruptions"),
    "MinWordsUserTurnStartStrategy": ("min_words", "use_interim", "enable_interruptions"),
    "VADUserTurnStartStrategy": ("enable_interruptions",),
}
"""Class of a strategy -> its arguments that we know; it holds each with an underscore before it."""


def processors(one: Any) -> Iterator[Any]:
    """The processors that are linked with this one, itself first."""
    seen: set[int] = set()
    waiting = [one]
    while waiting and len(seen) < WALKED:
        held = waiting.pop()
        if held is None or id(held) in seen:
            continue
        seen.add(id(held))
        yield held
        waiting += [getattr(held, name, None) for name in ("_prev", "_next")]
        nested = getattr(held, "processors", None)
        waiting += list(nested) if isinstance(nested, list | tuple) else []


def vad_of(one: Any) -> Any:
    """The VAD analyzer that a processor has; None: it has none."""
    controller = getattr(one, "_vad_controller", None)
    for owner, name in ((controller, "_vad_analyzer"), (getattr(one, "_params", None), "vad_analyzer")):
        found = getattr(owner, name, None)
        if callable(getattr(found, "voice_confidence", None)):
            return found
    return None


def in_windows(seconds: float) -> float:
    """A length of the VAD's in ms, as it really is."""
    return WINDOW_MS * round(seconds * 1000 / WINDOW_MS)


def settings_of(linked: Iterable[Any], vad: Any, p99_s: float | None, version: str) -> Settings | None:
    """The settings of a pipeline; None where they are not known, as with turn detection of a service."""
    values: dict[str, Any] = {}
    params = getattr(vad, "params", None)
    for name in ("start_secs", "stop_secs", "confidence", "min_volume"):
        if (value := getattr(params, name, None)) is not None:
            values[f"VADParams.{name}"] = value
    if p99_s is not None:
        values["STT.ttfs_p99_latency"] = p99_s
    for one in linked:
        values |= _of_aggregator(one)
    for name in (f"pipecat@{version}", "pipecat"):
        try:
            found = target(name)
            return found.read(found.format.fresh(values), "the pipeline").settings
        except TurntempoError:
            continue
    return None


def made_ready(version: str) -> None:
    """Load what reading the settings needs, before a call begins: it takes some tenths of a second once."""
    settings_of((), None, None, version)


def _of_aggregator(one: Any) -> dict[str, Any]:
    """The strategies of the user's aggregator, and how long it waits at most."""
    controller = getattr(one, "_user_turn_controller", None)
    strategies = getattr(controller, "_user_turn_strategies", None)
    if strategies is None:
        return {}
    found: dict[str, Any] = {}
    if (timeout := getattr(controller, "_user_turn_stop_timeout", None)) is not None:
        found["LLMUserAggregatorParams.user_turn_stop_timeout"] = timeout
    started, stopped = (list(getattr(strategies, name, None) or ()) for name in ("start", "stop"))
    found["UserTurnStrategies.start"] = sorted(type(strategy).__name__ for strategy in started)
    for strategy in (*started, *stopped):
        name = type(strategy).__name__
        for argument in STRATEGY_VALUES.get(name, ()):
            if (value := getattr(strategy, f"_{argument}", None)) is not None:
                found[f"{name}.{argument}"] = value
        analyzer = getattr(getattr(strategy, "_turn_analyzer", None), "params", None)
        if (stop := getattr(analyzer, "stop_secs", None)) is not None:
            found["SmartTurnParams.stop_secs"] = stop
    return found
