"""Runs of two agent frameworks with scripted stages, in the timing model's words (timing model, section 9).

A run is a folder: the framework's settings, and a line for each scripted turn with what was measured at the loudspeaker
and the framework's own events. The settings are read by the frameworks' targets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from stages.settings import Settings
from stages.turn import Turn
from tuner.formats.tree import NULL, leaves
from tuner.targets import target
from tuner.targets.target import Reading

Json = dict[str, Any]

PIPECAT_LAGS_MS = (24, 146)
"""How late Pipecat's VAD hears speech end, and begin."""

EOT_DELAY_MS = 45
"""Smart-Turn's answer, from the VAD's report."""


class Measured(NamedTuple):
    """What a microphone at the loudspeaker and the framework's events say of one turn; None: not told."""

    response_ms: float
    cut_off: bool
    premature: int
    llm_starts: int
    false_start: bool | None
    restarted: bool | None
    false_interrupt: bool
    hiccups: int
    hiccup_ms: float
    interrupts_missed: int
    stop_ms: tuple[float, ...]


class Case(NamedTuple):
    """One scripted turn."""

    turn: Turn
    measured: Measured


class Run(NamedTuple):
    """A framework under one set of settings."""

    name: str
    settings: Settings
    cases: tuple[Case, ...]


def livekit(folder: Path) -> Run:
    """A run of LiveKit Agents."""
    settings = livekit_reading(json.loads((folder / "settings.json").read_text())).settings
    lines = _lines(folder / "truth.jsonl")
    return Run(folder.name, settings, tuple(Case(_turn(one["turn"]), _by_livekit(one["measured"])) for one in lines))


def pipecat(folder: Path, own_lags: bool = False) -> Run:
    """A run of Pipecat; `own_lags`: the VAD's lags at every silence as its events show them, else typical ones."""
    settings = pipecat_reading(json.loads((folder / "pipecat_settings.json").read_text())).settings
    cases = []
    for one in _lines(folder / "ground_truth.jsonl"):
        speech = _scored(one["turn"]["speech"], one["measured"]["log"])
        if own_lags:
            speech = _with_lags(speech, one["measured"]["vad"], settings)
        overlaps = one["turn"]["overlaps"]
        cases.append(Case(_turn(one["turn"] | {"speech": speech}), _by_pipecat(one["measured"], overlaps)))
    return Run(folder.name, settings, tuple(cases))


def livekit_reading(data: Json) -> Reading:
    """LiveKit's session options as its target reads them from Python."""
    session = "AgentSession"
    connection = f"{session}.conn_options.llm_conn_options"
    options = {name: data[name] for name in ("turn_detection", "endpointing", "interruption", "preemptive_generation")}
    warmup = data["aec_warmup_duration"]
    return _read(
        "livekit",
        dict(leaves(options, f"{session}.turn_handling."))
        | {
            f"{session}.aec_warmup_duration": NULL if warmup is None else warmup,
            "VAD.min_speech_duration": data["vad"]["min_speech"],
            "VAD.min_silence_duration": data["vad"]["min_silence"],
            f"{connection}.timeout": data["llm"]["timeout"],
            f"{connection}.max_retry": data["llm"]["max_retry"],
        },
    )


def pipecat_reading(data: Json) -> Reading:
    """Pipecat's VAD, turn strategy and transcription options as its target reads them from Python."""
    smart = data["stop"]["strategy"] == "smart_turn"
    waits = {"SmartTurnParams.stop_secs": data["stop"].get("smart_stop_secs")}
    timeout = {"SpeechTimeoutUserTurnStopStrategy.user_speech_timeout": data["stop"].get("user_speech_timeout")}
    return _read(
        "pipecat",
        {
            "VADParams.start_secs": data["vad"]["start_secs"],
            "VADParams.stop_secs": data["vad"]["stop_secs"],
            "STT.ttfs_p99_latency": data["stt"]["ttfs_p99"],
            "LLMUserAggregatorParams.user_turn_stop_timeout": data["user_turn_stop_timeout"],
        }
        | (waits if smart else timeout),
    )


def _read(vendor: str, values: Json) -> Reading:
    """The vendor's values, written as its own code and read from there."""
    found = target(vendor)
    return found.read(found.format.fresh(values), vendor)


def _lines(path: Path) -> Iterator[Json]:
    for line in path.read_text().splitlines():
        yield json.loads(line)


def _turn(plain: Json) -> Turn:
    """The scripted turn; there was no history to read, so reading it costs nothing."""
    return Turn.model_validate(plain | {"llm": plain["llm"] | {"prefill_ms_per_1k": 0}})


def _by_livekit(data: Json) -> Measured:
    return Measured(
        data["response_ms"],
        data["cut_off"],
        data["premature"],
        data["llm_calls"],
        data["stale_start"],
        None,
        data["false_interrupt"],
        len(data["hiccup_ms"]),
        sum(data["hiccup_ms"]),
        data["missed"],
        tuple(data["stop_ms"]),
    )


def _by_pipecat(data: Json, overlaps: list[Json]) -> Measured:
    """Its stops are told whoever made the sound; there are no hiccups, since it never resumes."""
    interrupts = sum(overlap["kind"] == "interrupt" for overlap in overlaps)
    stopped = tuple(data["stop_ms"])
    return Measured(
        data["response_ms"],
        data["cut_off"],
        data["premature"],
        data["llm_starts"] + data["wasted_starts"],
        None,
        data["restarted"],
        bool(stopped) and not interrupts,
        0,
        0.0,
        interrupts if not stopped else 0,
        stopped if interrupts else (),
    )


def _scored(speech: Json, log: list[Any]) -> Json:
    """The speech with what the end-of-turn model said at each silence: it heard real sound, and was not scripted."""
    silences = [dict(pause) for pause in speech["pauses"]]
    end = {"at_ms": speech["end_ms"]}
    for when_ms, kind, detail in log:
        if kind == "eot":
            asked = [silence for silence in (*silences, end) if silence["at_ms"] < when_ms][-1]
            if asked.get("eot_score") is None:
                asked["eot_score"] = detail["score"]
    release_ms, onset_lag_ms = PIPECAT_LAGS_MS
    lags = {"release_ms": release_ms, "onset_lag_ms": onset_lag_ms, "eot_delay_ms": EOT_DELAY_MS}
    return speech | lags | {"pauses": silences, "eot_score": end.get("eot_score")}


def _with_lags(speech: Json, vad: list[Any], settings: Settings) -> Json:
    """The speech with the VAD's lags as its events show them: it reports an end after `silence_ms` that it hears."""
    pauses = []
    for pause in speech["pauses"]:
        until_ms = pause["at_ms"] + pause["ms"]
        release_ms = _lag(vad, "UserStopped", pause["at_ms"], settings.vad.silence_ms)
        onset_lag_ms = _lag(vad, "UserStarted", until_ms, settings.endpointing.onset_ms)
        pauses.append(pause | {"release_ms": release_ms, "onset_lag_ms": onset_lag_ms})
    release_ms = _lag(vad, "UserStopped", speech["end_ms"], settings.vad.silence_ms)
    return speech | {"pauses": pauses, "release_ms": release_ms}


def _lag(vad: list[Any], kind: str, from_ms: float, asked_ms: float) -> float:
    """How much later than asked the VAD spoke up."""
    spoke_up_ms: float = next(when_ms for when_ms, what in vad if what == kind and when_ms > from_ms)
    return spoke_up_ms - from_ms - asked_ms
