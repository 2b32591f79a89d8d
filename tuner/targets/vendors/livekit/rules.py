"""How LiveKit's session options and ours correspond, whichever of its forms they stand in (timing model, section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stages.arrays import Floats
from stages.vector import CHOICES
from tuner.space.deployable import Coupling, at_least, follows
from tuner.targets.field import Field
from tuner.targets.rule import Ours, Rule, Theirs, direct, times
from tuner.targets.vendors.livekit.endpointing import detection, longest, shortest, vad_silence
from tuner.targets.vendors.livekit.parts import FRAME_MS, Parts


def rules(parts: Parts) -> tuple[Rule, ...]:
    """The rules of a form."""
    return (
        detection(parts),
        shortest(parts),
        longest(parts),
        vad_silence(parts),
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


def couplings() -> tuple[Coupling, ...]:
    """What follows from what: one value of LiveKit's makes several of ours."""
    return (
        Coupling(
            "endpointing.score_from", ("endpointing.score_from", "endpointing.eot_threshold"), _asked, "by the detector"
        ),
        Coupling(
            "endpointing.counts_from", ("endpointing.counts_from", "endpointing.eot_threshold"), _counted, "by the mode"
        ),
        Coupling("eager.on", ("eager.on", "endpointing.counts_from"), _not_in_stt_mode, "off in the mode stt"),
        at_least("endpointing.max_silence_ms", "endpointing.silence_ms"),
        follows("asr.late_final_ms", "endpointing.silence_ms"),
        Coupling(
            "eager.after_premature", ("barge_in.resume_ms",), _not_resumed, "where false interruptions are not resumed"
        ),
        Coupling(
            "barge_in.withdraw_ms",
            ("barge_in.resume_ms", "endpointing.onset_ms", "barge_in.min_speech_ms"),
            lambda resume, onset, voice: np.where(np.isnan(resume), np.maximum(voice - FRAME_MS, 0), onset),
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
    if (longest_speech := parts.early_longest) is not None:
        values = (*times(longest_speech, 1000, 30_000), None)
        yield direct("eager.max_speech_ms", longest_speech, {None: longest_speech.high}, values)


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
