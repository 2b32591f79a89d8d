"""How LiveKit's session options and ours correspond, whichever of its forms they stand in (timing model, section 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from stages.arrays import Floats
from stages.vector import CHOICES
from tuner.space.deployable import Coupling, at_least, follows
from tuner.targets.field import Field
from tuner.targets.rule import Ours, Rule, Theirs, direct, times
from tuner.targets.vendors.livekit.endpointing import detection, longest, shortest, vad_silence
from tuner.targets.vendors.livekit.parts import FRAME_MS, Parts, listening


def rules(parts: Parts) -> tuple[Rule, ...]:
    """The rules of a form."""
    return (
        detection(parts),
        shortest(parts),
        longest(parts),
        vad_silence(parts),
        direct("endpointing.onset_ms", parts.vad_speech),
        *_early(parts),
        *_policy("llm", parts.llm_timeout, parts.llm_retries),
        *_policy("tts", parts.tts_timeout, parts.tts_retries),
        _mode(parts),
        _voice(parts),
        *_words(parts),
        *_resume(parts),
        _withdraw(parts),
        *_warmup(parts),
    )


def couplings(parts: Parts) -> tuple[Coupling, ...]:
    """What follows from what: one value of LiveKit's makes several of ours."""
    both = parts.stream_threshold and parts.text_threshold
    asked = _asked("stream", ("vad",)) if both else _asked(*_only_detector(parts))
    return (
        Coupling(
            "endpointing.score_from", ("endpointing.score_from", "endpointing.eot_threshold"), asked, "by the detector"
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
        _withdrawing(parts),
    )


def _only_detector(parts: Parts) -> tuple[str, tuple[str, ...]]:
    """What the one detector of a form is asked with, and the others."""
    return ("final", ("vad", "stream")) if parts.text_threshold else ("stream", ("vad", "final"))


def _withdrawing(parts: Parts) -> Coupling:
    """What stops a premature reply: any speech, or speech that would interrupt."""
    name, voice = "barge_in.withdraw_ms", "barge_in.min_speech_ms"
    if not parts.works.starts_withdraw:
        return Coupling(name, (voice,), lambda voice: np.maximum(voice - FRAME_MS, 0), "min_duration")
    return Coupling(
        name,
        ("barge_in.resume_ms", "endpointing.onset_ms", voice),
        lambda resume, onset, voice: np.where(np.isnan(resume), np.maximum(voice - FRAME_MS, 0), onset),
        "min_speech_duration, or min_duration where false interruptions are not resumed",
    )


def stopping(parts: Parts) -> tuple[Rule, ...]:
    """Whether voice stops the agent, in versions where a session may have no VAD."""
    vad = parts.vad
    if parts.works.own_vad or vad is None:
        return ()

    def read(given: Theirs) -> dict[str, Any]:
        deaf = given[parts.detection.path] == "stt" and parts.works.stt_mode == "as vad"
        return {"barge_in.on_voice": listening(parts, given) != "none" and not deaf}

    return (Rule(("barge_in.on_voice",), (vad.path, parts.detection.path), read, lambda _: {}, how="with a VAD"),)


def _code(name: str, choice: str) -> int:
    return CHOICES[name].index(choice)


def _asked(detector: str, unfit: tuple[str, ...]) -> Callable[[Floats, Floats], Floats]:
    """Where a score is asked, it is that of the detector that there is."""
    fit, others = _code("endpointing.score_from", detector), [_code("endpointing.score_from", one) for one in unfit]
    return lambda asked, threshold: np.where(~np.isnan(threshold) & np.isin(asked, others), fit, asked)


def _counted(counts: Floats, threshold: Floats) -> Floats:
    return np.where(np.isnan(threshold), counts, _code("endpointing.counts_from", "speech"))


def _not_in_stt_mode(early: Floats, counts: Floats) -> Floats:
    """At the final transcript nothing starts early there; at the score of a recogniser that ends turns it does."""
    stt, final = counts == _code("endpointing.counts_from", "final"), early == _code("eager.on", "final")
    return np.where(stt & final, _code("eager.on", "off"), early)


def _not_resumed(resume: Floats) -> Floats:
    return np.isnan(resume).astype(float)


def _early(parts: Parts) -> Iterator[Rule]:
    """Early starts at the final transcript; never in the mode stt."""
    early = parts.early
    if early is None:
        return

    def read(given: Theirs) -> dict[str, Any]:
        most = 1 if parts.early_most is None else given[parts.early_most.path]
        on = given[early.path] and given[parts.detection.path] != "stt" and most > 0
        return {"eager.on": "final" if on else "off", **_on_score(parts, given)}

    paths = tuple(one.path for one in (early, parts.detection, parts.early_most, parts.stt_eager) if one)
    scored = ("eager.threshold",) if parts.stt_eager else ()
    yield Rule(
        ("eager.on", *scored),
        paths,
        read,
        lambda ours: {early.path: ours["eager.on"] == "final", **_on_score_there(parts, ours)},
        {"eager.on": ("off", "final")},
        "final is true, off is false; never in the mode stt",
    )
    yield Rule(
        ("eager.after_premature",),
        tuple(one.path for one in (parts.resumes, parts.resume_after) if one),
        lambda given: {"eager.after_premature": _resume_ms(parts, given) is None},
        lambda _: {},
        how="true where false interruptions are not resumed",
    )
    if parts.early_most is not None:
        yield direct("eager.max_starts", parts.early_most, values=(1, 2, 3, 4, 5))
    if parts.early_tts is not None:
        yield direct("eager.tts", parts.early_tts)
    if (longest_speech := parts.early_longest) is not None:
        values = (*times(longest_speech, 1000, 30_000), None)
        yield direct("eager.max_speech_ms", longest_speech, {None: longest_speech.high}, values)


def _on_score(parts: Parts, given: Theirs) -> dict[str, Any]:
    """Flux's early end of a turn starts the LLM on its score, in the mode stt."""
    if parts.stt_eager is None or given[parts.stt_eager.path] is None or given[parts.detection.path] != "stt":
        return {}
    return {"eager.on": "score", "eager.threshold": given[parts.stt_eager.path]}


def _on_score_there(parts: Parts, ours: Ours) -> dict[str, Any]:
    if parts.stt_eager is None:
        return {}
    stt = ours["endpointing.counts_from"] == "final" and ours["endpointing.eot_threshold"] is None
    on = ours["eager.on"] == "score" and stt
    return {parts.stt_eager.path: parts.stt_eager.nearest(ours["eager.threshold"]) if on else None}


def _policy(group: str, timeout: Field | None, retries: Field | None) -> Iterator[Rule]:
    """A timeout, and one attempt more than there are retries."""
    if timeout is None or retries is None:
        return
    named_timeout, named_attempts = f"{group}.timeout_ms", f"{group}.attempts"
    yield Rule(
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


def _words(parts: Parts) -> Iterator[Rule]:
    if parts.min_words is not None:
        yield direct("barge_in.min_words", parts.min_words, values=(0, 1, 2, 3))


def _resume_ms(parts: Parts, given: Theirs) -> float | None:
    if parts.resumes is None or parts.resume_after is None:
        return None
    after = given[parts.resume_after.path]
    return parts.resume_after.ms(after) if given[parts.resumes.path] and after is not None else None


def _resume(parts: Parts) -> Iterator[Rule]:
    resumes, after = parts.resumes, parts.resume_after
    if resumes is None or after is None:
        return

    def write(ours: Ours) -> dict[str, Any]:
        resume = ours["barge_in.resume_ms"]
        if resume is None:
            return {resumes.path: False}
        return {resumes.path: True, after.path: after.of_ms(resume)}

    yield Rule(
        ("barge_in.resume_ms",),
        (resumes.path, after.path),
        lambda given: {"barge_in.resume_ms": _resume_ms(parts, given)},
        write,
        {"barge_in.resume_ms": (*times(after, 0, 2000), None)},
        "null is not to resume",
    )


def _withdraw(parts: Parts) -> Rule:
    """What stops a premature reply: voice at all, or voice that would interrupt."""

    def read(given: Theirs) -> dict[str, Any]:
        resumed = _resume_ms(parts, given) is not None and parts.works.starts_withdraw
        field = parts.vad_speech if resumed else parts.min_duration
        return {"barge_in.withdraw_ms": field.ms(given[field.path])}

    resuming = (one.path for one in (parts.resumes, parts.resume_after) if one)
    paths = (*resuming, parts.vad_speech.path, parts.min_duration.path)
    how = "the VAD's min_speech_duration; min_duration where false interruptions are not resumed"
    return Rule(("barge_in.withdraw_ms",), paths, read, lambda _: {}, how=how)


def _warmup(parts: Parts) -> Iterator[Rule]:
    name, field = "barge_in.guard_first_ms", parts.warmup
    if field is None:
        return
    yield Rule(
        (name,),
        (field.path,),
        lambda given: {name: field.ms(given[field.path] or 0)},
        lambda ours: {field.path: field.of_ms(ours[name])},
        {name: times(field, 0, 2000)},
        "null is 0",
    )
