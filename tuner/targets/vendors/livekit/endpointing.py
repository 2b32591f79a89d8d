"""Which detector ends a turn on LiveKit, after how long; and what to doubt of it (timing model, section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuner.space.axes import SCORES
from tuner.targets.idle import Idle
from tuner.targets.rule import Ours, Rule, Theirs, times
from tuner.targets.vendors.livekit.fields import DEFAULT_DETECTOR
from tuner.targets.vendors.livekit.parts import STREAM_THRESHOLD, TEXT_THRESHOLD, USUAL_VAD_MS, Parts, listening


def _streams(parts: Parts, given: Theirs) -> bool:
    return bool(given[parts.detection.path] == DEFAULT_DETECTOR) and listening(parts, given) != "none"


def shortest_ms(parts: Parts, given: Theirs) -> float:
    """The delay of a turn that is taken for finished."""
    stated = given[parts.min_delay.path]
    return parts.min_delay.ms(stated) if stated is not None else 300.0 if _streams(parts, given) else 500.0


def _longest_ms(parts: Parts, given: Theirs) -> float:
    stated = given[parts.max_delay.path]
    return parts.max_delay.ms(stated) if stated is not None else 2500.0 if _streams(parts, given) else 3000.0


def counts_from(parts: Parts, given: Theirs) -> str:
    """What the delays count from, by the mode, the VAD that there is, and the version."""
    there = listening(parts, given)
    if given[parts.detection.path] != "stt":
        return "final" if there == "none" else "speech"
    if parts.works.adapter_ends and not streaming(given):
        return "speech"
    with_vad = {
        "as vad": there != "none",
        "later of both": there != "none",
        "added": False,
        "added without own vad": there == "own",
    }
    return "speech" if with_vad[parts.works.stt_mode] else "final"


def streaming(given: Theirs) -> bool:
    """Whether the recogniser that a file names streams; one that does not gets its audio from a VAD, with the end."""
    called = str(given.get("STT.()") or "")
    return not called.endswith("openai.STT") or bool(given.get("STT.use_realtime"))


def detection(parts: Parts) -> Rule:
    """Which detector ends a turn, and the score that it takes."""
    stream, text = parts.stream_threshold, parts.text_threshold
    if text is None:
        return _detection_by_name(parts)
    paths = (parts.detection.path, *(one.path for one in (stream, text, parts.vad) if one))

    def read(given: Theirs) -> dict[str, Any]:
        mode = given[parts.detection.path]
        if mode == DEFAULT_DETECTOR and stream and _streams(parts, given):
            return _scored(given[stream.path], STREAM_THRESHOLD, "stream")
        if mode == "MultilingualModel()":
            return _scored(given[text.path], TEXT_THRESHOLD, "final")
        return {"endpointing.eot_threshold": None, "endpointing.counts_from": counts_from(parts, given)}

    def write(ours: Ours) -> dict[str, Any]:
        threshold = ours["endpointing.eot_threshold"]
        if threshold is None:
            return {parts.detection.path: "stt" if ours["endpointing.counts_from"] == "final" else "vad"}
        if ours["endpointing.score_from"] == "final" or stream is None:
            return {parts.detection.path: "MultilingualModel()", text.path: text.nearest(threshold)}
        return {parts.detection.path: DEFAULT_DETECTOR, stream.path: stream.nearest(threshold)}

    names = ("endpointing.eot_threshold", "endpointing.score_from", "endpointing.counts_from")
    how = "no threshold is vad, or stt where the silences count from the transcript; with one, score_from says which"
    return Rule(names, paths, read, write, {"endpointing.eot_threshold": (None, *SCORES)}, how)


def _detection_by_name(parts: Parts) -> Rule:
    """The same in a form that can name no detector: LiveKit's own is there where none is named, with its threshold."""
    counts, threshold, path = "endpointing.counts_from", "endpointing.eot_threshold", parts.detection.path

    def read(given: Theirs) -> dict[str, Any]:
        scored = STREAM_THRESHOLD if _streams(parts, given) else None
        return {threshold: scored, counts: "final" if given[path] == "stt" else "speech"}

    def write(ours: Ours) -> dict[str, Any]:
        if ours[threshold] is not None:
            return {path: None}
        return {path: "stt" if ours[counts] == "final" else "vad"}

    how = "left out is LiveKit's detector, with a threshold of its own; else final is stt, speech is vad"
    return Rule((threshold, counts), (path,), read, write, {threshold: (None, STREAM_THRESHOLD)}, how)


def of_one_language(stated: Any) -> float | None:
    """The threshold of `default`, else of English, else the first, where there is one for each language."""
    if not isinstance(stated, dict):
        return None if stated is None else float(stated)
    usual = (stated[one] for one in ("default", "en") if one in stated)
    return next(usual, next(iter(stated.values()), None))


def _scored(stated: Any, usual: float, asked: str) -> dict[str, Any]:
    threshold = of_one_language(stated)
    return {
        "endpointing.eot_threshold": usual if threshold is None else threshold,
        "endpointing.score_from": asked,
        "endpointing.counts_from": "speech",
    }


def shortest(parts: Parts) -> Rule:
    """One delay is both the silence and the wait after a late final."""
    names = ("endpointing.silence_ms", "asr.late_final_ms")
    return Rule(
        names,
        (parts.min_delay.path, parts.detection.path),
        lambda given: dict.fromkeys(names, shortest_ms(parts, given)),
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


def vad_ms(parts: Parts, given: Theirs) -> float:
    """The silence after which the VAD reports; 0 where there is none."""
    stated, there = given[parts.vad_silence.path], listening(parts, given)
    if there == "none":
        return 0.0
    if stated is not None:
        return parts.vad_silence.ms(stated)
    bundled = there == "bundled" or (parts.vad is not None and "inference" in (given[parts.vad.path] or ""))
    return USUAL_VAD_MS if bundled else round(1000 * parts.works.silero_s, 6)


def idle(parts: Parts) -> tuple[Idle, ...]:
    """Delays that change nothing beside the VAD, or without a detector."""

    def hidden(given: Theirs) -> bool:
        return counts_from(parts, given) == "speech" and shortest_ms(parts, given) <= vad_ms(parts, given)

    def unasked(given: Theirs) -> bool:
        return given[parts.detection.path] in ("vad", "stt", None)

    def reason(given: Theirs) -> str:
        return f"the VAD's {vad_ms(parts, given) / 1000:g} s come later"

    later = Idle((parts.min_delay.path,), reason, hidden)
    return (later, Idle((parts.max_delay.path,), "no detector says that a turn is not finished", unasked))


def vad_silence(parts: Parts) -> Rule:
    """Each VAD has a silence of its own where none is given."""
    kind = parts.vad

    def read(given: Theirs) -> dict[str, Any]:
        return {"vad.silence_ms": vad_ms(parts, given)}

    paths = (parts.vad_silence.path, *((kind.path,) if kind else ()))
    return Rule(
        ("vad.silence_ms",),
        paths,
        read,
        lambda ours: {parts.vad_silence.path: parts.vad_silence.of_ms(ours["vad.silence_ms"])},
        {"vad.silence_ms": times(parts.vad_silence, USUAL_VAD_MS, 1000)},
    )


def implied(parts: Parts, ours: Ours) -> Theirs:
    """That a session has a VAD, where its silence is written: versions without one of their own have none else."""
    if parts.vad is None or parts.works.own_vad or not ours["vad.silence_ms"]:
        return {}
    return {parts.vad.path: "silero.VAD.load"}


def doubts(parts: Parts, given: Theirs) -> Iterable[str]:
    """What every form may hold that hardly says what we model."""
    mode = given[parts.detection.path]
    if mode == "manual":
        yield "turn detection is manual: the app ends the turn, so no silence setting acts; read as vad"
    if mode == "realtime_llm":
        yield "turn detection is realtime_llm: the realtime model ends the turn, by settings of its own; read as vad"
    if mode is None:
        yield "no turn detection is named: LiveKit chooses a realtime model, the VAD or the STT; read as vad"
    if mode == "stt" and counts_from(parts, given) == "final":
        yield "turn detection is stt: the delays are read as counting from the final transcript, as without end times"
    if mode == "stt" and counts_from(parts, given) == "speech":
        yield "turn detection is stt: the turn ends with the STT's end of speech, or after the delay if that is later"
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
