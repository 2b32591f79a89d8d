"""Runs of two agent frameworks with scripted stages, as turns and outcomes (timing model, section 9).

A run is a folder with the settings of the framework and a line for each scripted turn: the measurement at the
loudspeaker and the events of the framework. The targets of the frameworks read the settings.
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
from tuner.targets.readings import Reading

Json = dict[str, Any]

PIPECAT_LAGS_MS = (24, 146)
"""How late the VAD of Pipecat hears speech end, and begin."""

EOT_DELAY_MS = 45
"""From the report of the VAD to the answer of Smart-Turn."""


class Measured(NamedTuple):
    """One turn, measured at the loudspeaker and by the events of the framework; None: not measured."""

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


class ScriptedTurn(NamedTuple):
    """One scripted turn."""

    turn: Turn
    measured: Measured


class Run(NamedTuple):
    """A framework under one set of settings."""

    name: str
    settings: Settings
    turns: tuple[ScriptedTurn, ...]


def livekit(folder: Path) -> Run:
    """A run of LiveKit Agents."""
    settings = livekit_reading(json.loads((folder / "settings.json").read_text())).settings
    lines = _lines(folder / "truth.jsonl")
    return Run(
        folder.name, settings, tuple(ScriptedTurn(_turn(one["turn"]), _by_livekit(one["measured"])) for one in lines)
    )


def pipecat(folder: Path, own_lags: bool = False) -> Run:
    """A run of Pipecat. `own_lags`: with the lags of its VAD from its events; else with typical lags."""
    settings = pipecat_reading(json.loads((folder / "pipecat_settings.json").read_text())).settings
    turns = []
    for one in _lines(folder / "ground_truth.jsonl"):
        speech = _scored(one["turn"]["speech"], one["measured"]["log"])
        if own_lags:
            speech = _with_lags(speech, one["measured"]["vad"], settings)
        overlaps = one["turn"]["overlaps"]
        turns.append(ScriptedTurn(_turn(one["turn"] | {"speech": speech}), _by_pipecat(one["measured"], overlaps)))
    return Run(folder.name, settings, tuple(turns))


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
    """Reads values of a vendor: they are written as its own code, which its target then reads."""
    found = target(vendor)
    return found.read(found.format.fresh(values), vendor)


def _lines(path: Path) -> Iterator[Json]:
    for line in path.read_text().splitlines():
        yield json.loads(line)


def _turn(plain: Json) -> Turn:
    """The scripted turn; it has no history, so reading it takes no time."""
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
    """A stop of Pipecat counts for any kind of sound. There are no hiccups, since Pipecat does not resume."""
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
    """The speech with the scores of the end-of-turn model, which heard real sound and was not scripted."""
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
    """The speech with the lags of the VAD from its events. The VAD reports an end after `silence_ms` of silence."""
    pauses = []
    for pause in speech["pauses"]:
        until_ms = pause["at_ms"] + pause["ms"]
        release_ms = _lag(vad, "UserStopped", pause["at_ms"], settings.vad.silence_ms)
        onset_lag_ms = _lag(vad, "UserStarted", until_ms, settings.endpointing.onset_ms)
        pauses.append(pause | {"release_ms": release_ms, "onset_lag_ms": onset_lag_ms})
    release_ms = _lag(vad, "UserStopped", speech["end_ms"], settings.vad.silence_ms)
    return speech | {"pauses": pauses, "release_ms": release_ms}


def _lag(vad: list[Any], kind: str, from_ms: float, asked_ms: float) -> float:
    """How much later than set the VAD reported."""
    spoke_up_ms: float = next(when_ms for when_ms, what in vad if what == kind and when_ms > from_ms)
    return spoke_up_ms - from_ms - asked_ms
