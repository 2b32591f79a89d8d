"""Runs of two agent frameworks with scripted stages, in the timing model's words (timing model, section 9).

A run is a folder: the framework's settings, and a line for each scripted turn with what was measured at the loudspeaker
and the framework's own events. Vendors' settings are mapped here for these runs alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from stages.settings import Settings
from stages.turn import Turn

Json = dict[str, Any]

TIMERS_MS = 7
"""From the first audio to the loudspeaker, in both frameworks."""

FRAME_MS = 16
"""Half a frame of LiveKit's VAD: how much later than asked it finds speech long enough."""

PIPECAT_WINDOW_MS = 32
"""Pipecat's VAD counts time in windows of this length."""

PIPECAT_LAGS_MS = (24, 146)
"""How late its VAD hears speech end, and begin."""

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
    settings = livekit_settings(json.loads((folder / "settings.json").read_text()))
    lines = _lines(folder / "truth.jsonl")
    return Run(folder.name, settings, tuple(Case(_turn(one["turn"]), _by_livekit(one["measured"])) for one in lines))


def pipecat(folder: Path, own_lags: bool = False) -> Run:
    """A run of Pipecat; `own_lags`: the VAD's lags at every silence as its events show them, else typical ones."""
    settings = pipecat_settings(json.loads((folder / "pipecat_settings.json").read_text()))
    cases = []
    for one in _lines(folder / "ground_truth.jsonl"):
        speech = _scored(one["turn"]["speech"], one["measured"]["log"])
        if own_lags:
            speech = _with_lags(speech, one["measured"]["vad"], settings)
        overlaps = one["turn"]["overlaps"]
        cases.append(Case(_turn(one["turn"] | {"speech": speech}), _by_pipecat(one["measured"], overlaps)))
    return Run(folder.name, settings, tuple(cases))


def livekit_settings(data: Json) -> Settings:
    """LiveKit's session options as settings."""
    delays, stop, early, vad = (data[name] for name in ("endpointing", "interruption", "preemptive_generation", "vad"))
    resumes = stop["resume_false_interruption"]
    begins_ms = vad["min_speech"] * 1000
    return Settings().replace(
        {
            "vad.silence_ms": vad["min_silence"] * 1000,
            "endpointing.silence_ms": delays["min_delay"] * 1000,
            "endpointing.max_silence_ms": delays["max_delay"] * 1000,
            "endpointing.onset_ms": begins_ms,
            "eager.on": "final" if early["enabled"] else "off",
            "eager.max_starts": early["max_retries"],
            "eager.after_premature": not resumes,
            "eager.tts": early["preemptive_tts"],
            "asr.final_timeout_ms": 0,
            "asr.empty_timeout_ms": None,
            "asr.late_final_ms": delays["min_delay"] * 1000,
            "llm.timeout_ms": data["llm"]["timeout"] * 1000,
            "llm.attempts": data["llm"]["max_retry"] + 1,
            "llm.retry_gap_ms": 100,
            "tts.lookahead_tokens": 2,
            "playout.prebuffer_ms": TIMERS_MS,
            "barge_in.withdraw_ms": begins_ms if resumes else stop["min_duration"] * 1000,
            "barge_in.on_words": "final",
            "barge_in.min_speech_ms": stop["min_duration"] * 1000 + FRAME_MS,
            "barge_in.min_words": stop["min_words"],
            "barge_in.hangover": True,
            "barge_in.guard_first_ms": (data["aec_warmup_duration"] or 0) * 1000,
            "barge_in.resume_ms": stop["false_interruption_timeout"] * 1000 if resumes else None,
        }
    )


def pipecat_settings(data: Json) -> Settings:
    """Pipecat's VAD, turn strategy and transcription options as settings."""
    ends_ms, begins_ms = (
        PIPECAT_WINDOW_MS * round(data["vad"][name] * 1000 / PIPECAT_WINDOW_MS) for name in ("stop_secs", "start_secs")
    )
    smart = data["stop"]["strategy"] == "smart_turn"
    patience_ms = 1000 * (data["stop"]["smart_stop_secs"] if smart else data["stop"]["user_speech_timeout"])
    transcript_ms = 1000 * (data["stt"]["ttfs_p99"] - data["vad"]["stop_secs"])
    asked_ms = 0 if smart else patience_ms
    return Settings().replace(
        {
            "vad.silence_ms": ends_ms,
            "endpointing.silence_ms": ends_ms + asked_ms,
            "endpointing.max_silence_ms": ends_ms + patience_ms,
            "endpointing.eot_threshold": 0.5 if smart else None,
            "endpointing.onset_ms": begins_ms,
            "asr.final_timeout_ms": max(0, transcript_ms - asked_ms),
            "asr.empty_timeout_ms": data["user_turn_stop_timeout"] * 1000 - asked_ms,
            "asr.late_final_ms": transcript_ms if smart else patience_ms,
            "llm.timeout_ms": 60000,
            "tts.timeout_ms": 60000,
            "playout.prebuffer_ms": TIMERS_MS,
            "barge_in.withdraw_ms": begins_ms,
            "barge_in.on_words": "interim",
            "barge_in.min_speech_ms": begins_ms,
        }
    )


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
