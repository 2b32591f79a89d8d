"""Which detector ends a turn on LiveKit, after how long; and what to doubt of it (timing model, section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuner.space.axes import SCORES
from tuner.targets.rule import Ours, Rule, Theirs, times
from tuner.targets.vendors.livekit.parts import STREAM_THRESHOLD, TEXT_THRESHOLD, USUAL_VAD_MS, Parts


def _streams(parts: Parts, given: Theirs) -> bool:
    return bool(given[parts.detection.path] == "TurnDetector()")


def _shortest_ms(parts: Parts, given: Theirs) -> float:
    stated = given[parts.min_delay.path]
    return parts.min_delay.ms(stated) if stated is not None else 300.0 if _streams(parts, given) else 500.0


def _longest_ms(parts: Parts, given: Theirs) -> float:
    stated = given[parts.max_delay.path]
    return parts.max_delay.ms(stated) if stated is not None else 2500.0 if _streams(parts, given) else 3000.0


def detection(parts: Parts) -> Rule:
    """Which detector ends a turn, and the score that it takes."""
    stream, text = parts.stream_threshold, parts.text_threshold
    paths = (parts.detection.path, *(one.path for one in (stream, text) if one))

    def read(given: Theirs) -> dict[str, Any]:
        mode = given[parts.detection.path]
        if mode == "TurnDetector()" and stream:
            return _scored(given[stream.path], STREAM_THRESHOLD, "stream")
        if mode == "MultilingualModel()" and text:
            return _scored(given[text.path], TEXT_THRESHOLD, "final")
        counts = "final" if mode == "stt" else "speech"
        return {"endpointing.eot_threshold": None, "endpointing.counts_from": counts}

    def write(ours: Ours) -> dict[str, Any]:
        threshold = ours["endpointing.eot_threshold"]
        if threshold is None or not stream or not text:
            return {parts.detection.path: "stt" if ours["endpointing.counts_from"] == "final" else "vad"}
        if ours["endpointing.score_from"] == "final":
            return {parts.detection.path: "MultilingualModel()", text.path: text.nearest(threshold)}
        return {parts.detection.path: "TurnDetector()", stream.path: stream.nearest(threshold)}

    names = ("endpointing.eot_threshold", "endpointing.score_from", "endpointing.counts_from")
    if not stream:
        return _detection_by_name(parts)
    told = "no threshold is vad, or stt where the silences count from the transcript; with one, score_from says which"
    return Rule(names, paths, read, write, {"endpointing.eot_threshold": (None, *SCORES)}, told)


def _detection_by_name(parts: Parts) -> Rule:
    """The same in a form that can name no detector."""
    name, path = "endpointing.counts_from", parts.detection.path
    return Rule(
        (name,),
        (path,),
        lambda given: {name: "final" if given[path] == "stt" else "speech"},
        lambda ours: {path: "stt" if ours[name] == "final" else "vad"},
        told="final is stt, speech is vad",
    )


def _scored(stated: float | None, usual: float, asked: str) -> dict[str, Any]:
    return {
        "endpointing.eot_threshold": usual if stated is None else stated,
        "endpointing.score_from": asked,
        "endpointing.counts_from": "speech",
    }


def shortest(parts: Parts) -> Rule:
    """One delay is both the silence and the wait after a late final."""
    names = ("endpointing.silence_ms", "asr.late_final_ms")
    return Rule(
        names,
        (parts.min_delay.path, parts.detection.path),
        lambda given: dict.fromkeys(names, _shortest_ms(parts, given)),
        lambda ours: {parts.min_delay.path: parts.min_delay.of_ms(ours["endpointing.silence_ms"])},
        {"endpointing.silence_ms": times(parts.min_delay, 0, 3000)},
        "counted from the end of speech: the VAD's silence is within it, not before it",
    )


def longest(parts: Parts) -> Rule:
    """The wait where the score says that the turn is not finished."""
    name = "endpointing.max_silence_ms"
    return Rule(
        (name,),
        (parts.max_delay.path, parts.detection.path),
        lambda given: {name: _longest_ms(parts, given)},
        lambda ours: {parts.max_delay.path: parts.max_delay.of_ms(ours[name])},
        {name: times(parts.max_delay, 0, 10_000)},
    )


def vad_silence(parts: Parts) -> Rule:
    """Each VAD has a silence of its own where none is given."""
    kind = parts.vad

    def read(given: Theirs) -> dict[str, Any]:
        stated = given[parts.vad_silence.path]
        plugin = kind is not None and not given[kind.path].startswith("inference")
        return {"vad.silence_ms": parts.vad_silence.ms(stated) if stated is not None else 550.0 if plugin else 250.0}

    paths = (parts.vad_silence.path, *((kind.path,) if kind else ()))
    return Rule(
        ("vad.silence_ms",),
        paths,
        read,
        lambda ours: {parts.vad_silence.path: parts.vad_silence.of_ms(ours["vad.silence_ms"])},
        {"vad.silence_ms": times(parts.vad_silence, USUAL_VAD_MS, 1000)},
    )


def doubts(parts: Parts, given: Theirs) -> Iterable[str]:
    """What every form may hold that hardly says what we model."""
    mode = given[parts.detection.path]
    if mode == "manual":
        yield "turn detection is manual: the app ends the turn, so no silence setting acts; read as vad"
    if mode == "realtime_llm":
        yield "turn detection is realtime_llm: the realtime model ends the turn, by settings of its own; read as vad"
    if mode is None:
        yield "no turn detection is named: LiveKit chooses a realtime model, the VAD or the STT; read as vad"
    if mode == "stt":
        yield "turn detection is stt: the delays are read as counting from the final transcript, as without end times"
    if mode == "TurnDetector()" and parts.stream_threshold and given[parts.stream_threshold.path] is None:
        yield (
            f"inference.TurnDetector() has a threshold for each language and version: read as {STREAM_THRESHOLD}, the "
            "local model's for English; give it unlikely_threshold to be sure"
        )
    if mode == "MultilingualModel()" and parts.text_threshold and given[parts.text_threshold.path] is None:
        yield (
            f"the text model's thresholds come with its files, by language: read as {TEXT_THRESHOLD}; give it "
            "unlikely_threshold to be sure"
        )
