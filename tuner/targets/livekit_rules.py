"""How LiveKit's session options and ours correspond, whichever of its forms they stand in (timing model, section 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from stages.vector import CHOICES
from tuner.ranges import SCORES
from tuner.reach import Floats, Tie, at_least, follows
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Ours, Rule, Theirs, direct, times

TIMERS_MS = 7.0
"""From the first audio to the loudspeaker."""

FRAME_MS = 16.0
"""Half a frame of its VAD: how much later than asked it finds speech long enough."""

GAP_MS = 100.0
"""Before the first retry; before later ones it waits `retry_interval`, 2 s."""

STREAM_THRESHOLD = 0.36
"""Of `inference.TurnDetector()`, its local model, for English; 0.2 (nl) to 0.4 (ko) elsewhere."""

TEXT_THRESHOLD = 0.5
"""Stands for that of the text models, which comes with the model's files, by language."""


USUAL_VAD_MS = 250.0
"""What LiveKit's own VAD waits: a search goes no lower, since shorter silences are gaps between words."""

FREE = frozenset({"vad.silence_ms"})
"""A VAD that waits longer than the endpoint holds it up, and its users can set both."""


@dataclass(frozen=True)
class Parts:
    """The fields of one form that the rules know; None: the form has none."""

    detection: Field
    stream_threshold: Field | None
    text_threshold: Field | None
    min_delay: Field
    max_delay: Field
    enabled: Field
    min_duration: Field
    min_words: Field
    resumes: Field
    resume_after: Field
    early: Field
    early_most: Field | None
    early_tts: Field | None
    warmup: Field
    vad: Field | None
    vad_silence: Field
    vad_speech: Field
    llm_timeout: Field
    llm_retries: Field
    tts_timeout: Field
    tts_retries: Field

    def fields(self) -> tuple[Field, ...]:
        return tuple(one for one in (getattr(self, name) for name in self.__annotations__) if one is not None)


STACK = {
    "asr.final_timeout_ms": Fixed(0.0, "LiveKit commits at the endpoint with the words that it has"),
    "asr.empty_timeout_ms": Fixed(None, "LiveKit waits for a transcript as long as it takes"),
    "llm.hedge": Fixed(False, "LiveKit gives a request up before it sends the next"),
    "llm.retry_gap_ms": Fixed(GAP_MS, "LiveKit waits that long before the first retry, and longer before later ones"),
    "tts.hedge": Fixed(False, "LiveKit gives a request up before it sends the next"),
    "tts.retry_gap_ms": Fixed(GAP_MS, "LiveKit waits that long before the first retry, and longer before later ones"),
    "tts.first_chunk": Fixed("sentence", "LiveKit hands synthesis that does not stream a sentence at a time"),
    "tts.lookahead_tokens": Fixed(2, "LiveKit knows a sentence's end by the tokens after it"),
    "playout.prebuffer_ms": Fixed(TIMERS_MS, "LiveKit's own timers, from the first audio to the loudspeaker"),
    "barge_in.on_voice": Fixed(True, "LiveKit is interrupted by voice that lasts"),
    "barge_in.on_words": Fixed("final", "LiveKit is interrupted by a final transcript too"),
    "barge_in.hangover": Fixed(True, "LiveKit counts the VAD's trailing silence as voice"),
    "barge_in.guard_ms": Fixed(0.0, "LiveKit guards the start of the session alone"),
}
ELSEWHERE = {
    "llm.fallback": "wrap your LLMs in LiveKit's `llm.FallbackAdapter`",
    "tts.fallback": "wrap your TTS in LiveKit's `tts.FallbackAdapter`",
    "llm.max_history": "shorten the chat context in your Agent, as in `on_user_turn_completed`",
    "filler": "have your Agent `say` one, from a timer of its own",
}
BEYOND = {
    "eager.threshold": "LiveKit starts early at the final transcript, not at a score",
    "eager.silence_ms": "LiveKit starts early at the final transcript, not after a silence",
    "barge_in.score_threshold": "LiveKit's interruption model runs in its cloud and has no threshold to set",
}
NOTES = (
    f"Speech counts as long enough for an interruption half a frame of the VAD later than asked: {FRAME_MS:g} ms.",
    f"{TIMERS_MS:g} ms pass from the first audio to the loudspeaker.",
    "`inference.TurnDetector()` hears 200 ms of silence before it answers: in a recording's `speech.eot_delay_ms`.",
    "Retries after the first wait `retry_interval` (2 s) rather than the 100 ms that are replayed.",
    "No early start is made once the user has spoken for `max_speech_duration` (10 s): replayed without that bound.",
    "With synthesis that streams, the first chunk is smaller than the sentence that is replayed.",
    "Where the STT gives end times, the `stt` mode counts from the end of speech; it is read as if it gave none.",
)


def rules(parts: Parts) -> tuple[Rule, ...]:
    """The rules of a form."""
    return (
        _detection(parts),
        _shortest(parts),
        Rule(
            ("endpointing.max_silence_ms",),
            (parts.max_delay.path, parts.detection.path),
            lambda given: {"endpointing.max_silence_ms": _longest_ms(parts, given)},
            lambda ours: {parts.max_delay.path: parts.max_delay.of_ms(ours["endpointing.max_silence_ms"])},
            {"endpointing.max_silence_ms": times(parts.max_delay, 0, 10_000)},
        ),
        _vad_silence(parts),
        direct("endpointing.onset_ms", parts.vad_speech),
        *_early(parts),
        _policy("llm", parts.llm_timeout, parts.llm_retries),
        _policy("tts", parts.tts_timeout, parts.tts_retries),
        _mode(parts),
        _voice(parts),
        direct("barge_in.min_words", parts.min_words, values=(0, 1, 2, 3)),
        _resume(parts),
        _withdraw(parts),
        _warmup(parts),
    )


def ties() -> tuple[Tie, ...]:
    """What follows from what: one value of LiveKit's makes several of ours."""
    return (
        Tie(
            "endpointing.score_from", ("endpointing.score_from", "endpointing.eot_threshold"), _asked, "by the detector"
        ),
        Tie(
            "endpointing.counts_from", ("endpointing.counts_from", "endpointing.eot_threshold"), _counted, "by the mode"
        ),
        Tie("eager.on", ("eager.on", "endpointing.counts_from"), _not_in_stt_mode, "off in the mode stt"),
        at_least("endpointing.max_silence_ms", "endpointing.silence_ms"),
        follows("asr.late_final_ms", "endpointing.silence_ms"),
        Tie(
            "eager.after_premature", ("barge_in.resume_ms",), _not_resumed, "where false interruptions are not resumed"
        ),
        Tie(
            "barge_in.withdraw_ms",
            ("barge_in.resume_ms", "endpointing.onset_ms", "barge_in.min_speech_ms"),
            lambda resume, onset, voice: np.where(np.isnan(resume), voice - FRAME_MS, onset),
            "min_speech_duration, or min_duration where false interruptions are not resumed",
        ),
    )


def _code(name: str, choice: str) -> int:
    return CHOICES[name].index(choice)


def _asked(asked: Floats, threshold: Floats) -> Floats:
    stream = _code("endpointing.score_from", "stream")
    unfit = ~np.isnan(threshold) & (asked == _code("endpointing.score_from", "vad"))
    return np.where(unfit, stream, asked)


def _counted(counts: Floats, threshold: Floats) -> Floats:
    return np.where(np.isnan(threshold), counts, _code("endpointing.counts_from", "speech"))


def _not_in_stt_mode(early: Floats, counts: Floats) -> Floats:
    return np.where(counts == _code("endpointing.counts_from", "final"), _code("eager.on", "off"), early)


def _not_resumed(resume: Floats) -> Floats:
    return np.isnan(resume).astype(float)


def _streams(parts: Parts, given: Theirs) -> bool:
    return bool(given[parts.detection.path] == "TurnDetector()")


def _shortest_ms(parts: Parts, given: Theirs) -> float:
    stated = given[parts.min_delay.path]
    return parts.min_delay.ms(stated) if stated is not None else 300.0 if _streams(parts, given) else 500.0


def _longest_ms(parts: Parts, given: Theirs) -> float:
    stated = given[parts.max_delay.path]
    return parts.max_delay.ms(stated) if stated is not None else 2500.0 if _streams(parts, given) else 3000.0


def _detection(parts: Parts) -> Rule:
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


def _shortest(parts: Parts) -> Rule:
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


def _vad_silence(parts: Parts) -> Rule:
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


def _early(parts: Parts) -> Iterator[Rule]:
    """Early starts at the final transcript; never in the mode stt."""

    def read(given: Theirs) -> dict[str, Any]:
        most = 1 if parts.early_most is None else given[parts.early_most.path]
        on = given[parts.early.path] and given[parts.detection.path] != "stt" and most > 0
        return {"eager.on": "final" if on else "off"}

    paths = (parts.early.path, parts.detection.path, *((parts.early_most.path,) if parts.early_most else ()))
    yield Rule(
        ("eager.on",),
        paths,
        read,
        lambda ours: {parts.early.path: ours["eager.on"] == "final"},
        {"eager.on": ("off", "final")},
        "final is true, off is false; never in the mode stt",
    )
    yield Rule(
        ("eager.after_premature",),
        (parts.resumes.path, parts.resume_after.path),
        lambda given: {"eager.after_premature": _resume_ms(parts, given) is None},
        lambda _: {},
        told="true where false interruptions are not resumed",
    )
    if parts.early_most is not None:
        yield direct("eager.max_starts", parts.early_most, values=(1, 2, 3, 4, 5))
    if parts.early_tts is not None:
        yield direct("eager.tts", parts.early_tts)


def _policy(group: str, timeout: Field, retries: Field) -> Rule:
    """A timeout, and one attempt more than there are retries."""
    named_timeout, named_attempts = f"{group}.timeout_ms", f"{group}.attempts"
    return Rule(
        (named_timeout, named_attempts),
        (timeout.path, retries.path),
        lambda given: {named_timeout: timeout.ms(given[timeout.path]), named_attempts: given[retries.path] + 1},
        lambda ours: {
            timeout.path: timeout.of_ms(ours[named_timeout]),
            retries.path: retries.nearest(ours[named_attempts] - 1),
        },
        {named_timeout: times(timeout, 100, 15_000), named_attempts: (1, 2, 3, 4)},
        "one attempt more than there are retries",
    )


def _mode(parts: Parts) -> Rule:
    return Rule(
        ("barge_in.mode",),
        (parts.enabled.path,),
        lambda given: {"barge_in.mode": "interrupt" if given[parts.enabled.path] else "ignore"},
        lambda ours: {parts.enabled.path: ours["barge_in.mode"] == "interrupt"},
        {"barge_in.mode": ("interrupt", "ignore")},
        "interrupt is true, ignore is false",
    )


def _voice(parts: Parts) -> Rule:
    length = parts.min_duration
    return Rule(
        ("barge_in.min_speech_ms",),
        (length.path,),
        lambda given: {"barge_in.min_speech_ms": length.ms(given[length.path]) + FRAME_MS},
        lambda ours: {length.path: length.of_ms(ours["barge_in.min_speech_ms"] - FRAME_MS)},
        {"barge_in.min_speech_ms": tuple(round(ms + FRAME_MS, 6) for ms in times(length, 0, 1000))},
        f"{FRAME_MS:g} ms more than it",
    )


def _resume_ms(parts: Parts, given: Theirs) -> float | None:
    after = given[parts.resume_after.path]
    return parts.resume_after.ms(after) if given[parts.resumes.path] and after is not None else None


def _resume(parts: Parts) -> Rule:
    def write(ours: Ours) -> dict[str, Any]:
        resume = ours["barge_in.resume_ms"]
        if resume is None:
            return {parts.resumes.path: False}
        return {parts.resumes.path: True, parts.resume_after.path: parts.resume_after.of_ms(resume)}

    return Rule(
        ("barge_in.resume_ms",),
        (parts.resumes.path, parts.resume_after.path),
        lambda given: {"barge_in.resume_ms": _resume_ms(parts, given)},
        write,
        {"barge_in.resume_ms": (*times(parts.resume_after, 0, 2000), None)},
        "null is not to resume",
    )


def _withdraw(parts: Parts) -> Rule:
    """What stops a premature reply: voice at all, or voice that would interrupt."""

    def read(given: Theirs) -> dict[str, Any]:
        resumed = _resume_ms(parts, given) is not None
        field = parts.vad_speech if resumed else parts.min_duration
        return {"barge_in.withdraw_ms": field.ms(given[field.path])}

    paths = (parts.resumes.path, parts.resume_after.path, parts.vad_speech.path, parts.min_duration.path)
    told = "the VAD's min_speech_duration; min_duration where false interruptions are not resumed"
    return Rule(("barge_in.withdraw_ms",), paths, read, lambda _: {}, told=told)


def _warmup(parts: Parts) -> Rule:
    name, field = "barge_in.guard_first_ms", parts.warmup
    return Rule(
        (name,),
        (field.path,),
        lambda given: {name: field.ms(given[field.path] or 0)},
        lambda ours: {field.path: field.of_ms(ours[name])},
        {name: times(field, 0, 2000)},
        "null is 0",
    )


def doubts(parts: Parts, given: Theirs) -> Iterable[str]:
    """What every form may hold that hardly says what we model."""
    mode = given[parts.detection.path]
    if mode == "manual":
        yield "turn detection is manual: the app ends the turn, so no silence setting acts; read as vad"
    if mode == "realtime_llm":
        yield "turn detection is realtime_llm: the realtime model ends the turn, by settings of its own; read as vad"
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
