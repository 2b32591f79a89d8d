"""How Pipecat's waits and ours correspond (timing model, section 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuner.space.axes import ladder
from tuner.space.deployable import Coupling, at_least, follows
from tuner.targets.field import Field
from tuner.targets.rule import Ours, Rule, Theirs, times
from tuner.targets.vendors.pipecat.fields import P99, SMART_STOP, SPEECH_TIMEOUT, STOP, STT, TURN_STOP, WINDOW_MS
from tuner.targets.vendors.pipecat.stt import P99_S, UNMARKED, USUAL_P99_S
from tuner.targets.vendors.pipecat.versions import LATE_FINALS_LOST
from tuner.targets.versions.version import Version

LATEST_MS = 3000.0
"""The longest wait for a late transcript that is replayed."""


def lost_finals(version: Version, given: Theirs) -> Iterator[str]:
    """The transcripts that end no turn in some versions."""
    first, last = (Version(one) for one in LATE_FINALS_LOST)
    if first <= version <= last:
        yield (
            f"a final transcript that comes more than {_transcript_ms(given):g} ms after the VAD's report ends no "
            f"turn: only the watchdog does, {given[TURN_STOP.path]:g} s after the last report or transcript (mended in "
            "1.0.0); replayed as if it did"
        )


def smart_rules() -> tuple[Rule, ...]:
    """With Smart-Turn."""
    return (SMART_WAIT, SMART_PATIENCE, SMART_TRANSCRIPT, _empty(0))


def smart_ties() -> tuple[Coupling, ...]:
    return (
        follows("endpointing.silence_ms", "vad.silence_ms"),
        at_least("endpointing.max_silence_ms", "vad.silence_ms"),
        follows("asr.late_final_ms", "asr.final_timeout_ms", most=LATEST_MS),
    )


def timeout_rules() -> tuple[Rule, ...]:
    """With the speech timeout."""
    return (TIMEOUT_VAD, TIMEOUT_WAIT, TIMEOUT_TRANSCRIPT, _empty(1))


def timeout_ties() -> tuple[Coupling, ...]:
    return (
        at_least("endpointing.silence_ms", "vad.silence_ms"),
        follows("endpointing.max_silence_ms", "endpointing.silence_ms"),
        Coupling(
            "asr.late_final_ms",
            ("endpointing.silence_ms", "vad.silence_ms"),
            lambda wait, vad: wait - vad,
            "user_speech_timeout",
        ),
    )


def windows_ms(theirs: Field, given: Theirs) -> float:
    """A time of the VAD, as it counts it."""
    return float(WINDOW_MS * round(theirs.ms(given[theirs.path]) / WINDOW_MS))


def in_windows(theirs: Field, ms: float) -> float:
    """The roundest number of seconds that the VAD counts as the windows next to so many ms."""
    windows = round(min(ms, theirs.ms(theirs.bounds[1])) / WINDOW_MS)
    exact = windows * WINDOW_MS / 1000
    rounded = (round(exact, digits) for digits in (1, 2, 3))
    found = next(one for one in rounded if round(one * 1000 / WINDOW_MS) == windows)
    return float(theirs.nearest(found))


WINDOWS = tuple(float(WINDOW_MS * count) for count in range(1, 32))
SILENCES = WINDOWS[5:]
"""No shorter than Pipecat's own 0.2 s: shorter silences are gaps between words."""

FREE = frozenset({"vad.silence_ms"})
"""Smart-Turn is asked at the VAD's report, and the timeout counts from it: a shorter silence has its price."""


def service(given: Theirs) -> str:
    """The class of the STT service; empty where none is in the file."""
    return str(given[STT.path] or "").rpartition(".")[2]


def _transcript_ms(given: Theirs) -> float:
    """From the VAD's report, how long a transcript is waited for."""
    p99 = given[P99.path]
    if p99 is None:
        p99 = P99_S.get(service(given), USUAL_P99_S)
    return max(0.0, round(P99.ms(p99) - STOP.ms(given[STOP.path]), 6))


def _whole_wait_ms(given: Theirs) -> float:
    """Of the wait for a transcript, what is silence: all of it, where the STT does not mark the last one."""
    return _transcript_ms(given) if service(given) in UNMARKED else 0.0


def _marked_wait_ms(given: Theirs) -> float:
    return 0.0 if service(given) in UNMARKED else _transcript_ms(given)


def _p99_there(ours: Ours, after_ms: float) -> dict[str, Any]:
    stop_ms = 1000 * in_windows(STOP, ours["vad.silence_ms"])
    return {P99.path: P99.of_ms(stop_ms + max(0.0, after_ms))}


def _beyond_vad(ours: Ours) -> float:
    return max(0.0, float(ours["endpointing.silence_ms"] - WINDOW_MS * round(ours["vad.silence_ms"] / WINDOW_MS)))


def _smart_wait(given: Theirs) -> dict[str, Any]:
    vad = windows_ms(STOP, given)
    return {"vad.silence_ms": vad, "endpointing.silence_ms": vad + _whole_wait_ms(given)}


SMART_WAIT = Rule(
    ("vad.silence_ms", "endpointing.silence_ms"),
    (STOP.path, P99.path, STT.path),
    _smart_wait,
    lambda ours: {STOP.path: in_windows(STOP, ours["vad.silence_ms"])},
    {"vad.silence_ms": SILENCES},
    f"in windows of {WINDOW_MS} ms; Smart-Turn is asked then, so one value makes both",
)


def _smart_patience(given: Theirs) -> dict[str, Any]:
    wait = max(SMART_STOP.ms(given[SMART_STOP.path]), _whole_wait_ms(given))
    return {"endpointing.max_silence_ms": windows_ms(STOP, given) + wait}


def _smart_patience_there(ours: Ours) -> dict[str, Any]:
    vad = WINDOW_MS * round(ours["vad.silence_ms"] / WINDOW_MS)
    return {SMART_STOP.path: SMART_STOP.of_ms(ours["endpointing.max_silence_ms"] - vad)}


SMART_PATIENCE = Rule(
    ("endpointing.max_silence_ms",),
    (SMART_STOP.path, STOP.path, P99.path, STT.path),
    _smart_patience,
    _smart_patience_there,
    {"endpointing.max_silence_ms": times(SMART_STOP, 100, 4000)},
    "the VAD's silence and this",
)


def _smart_transcript(given: Theirs) -> dict[str, Any]:
    return {"asr.final_timeout_ms": _marked_wait_ms(given), "asr.late_final_ms": _transcript_ms(given)}


SMART_TRANSCRIPT = Rule(
    ("asr.final_timeout_ms", "asr.late_final_ms"),
    (P99.path, STOP.path, STT.path),
    _smart_transcript,
    lambda ours: _p99_there(ours, _beyond_vad(ours) + ours["asr.final_timeout_ms"]),
    {"asr.final_timeout_ms": ladder(0, 3000)},
    "it counts from the end of speech, so `stop_secs` less",
)

TIMEOUT_VAD = Rule(
    ("vad.silence_ms",),
    (STOP.path,),
    lambda given: {"vad.silence_ms": windows_ms(STOP, given)},
    lambda ours: {STOP.path: in_windows(STOP, ours["vad.silence_ms"])},
    {"vad.silence_ms": SILENCES},
    f"in windows of {WINDOW_MS} ms",
)


def _timeout_ms(given: Theirs) -> float:
    return SPEECH_TIMEOUT.ms(given[SPEECH_TIMEOUT.path])


def _timeout_wait(given: Theirs) -> dict[str, Any]:
    silence = windows_ms(STOP, given) + max(_timeout_ms(given), _whole_wait_ms(given))
    return {
        "endpointing.silence_ms": silence,
        "endpointing.max_silence_ms": silence,
        "asr.late_final_ms": _timeout_ms(given),
    }


TIMEOUT_WAIT = Rule(
    ("endpointing.silence_ms", "endpointing.max_silence_ms", "asr.late_final_ms"),
    (SPEECH_TIMEOUT.path, STOP.path, P99.path, STT.path),
    _timeout_wait,
    lambda ours: {SPEECH_TIMEOUT.path: SPEECH_TIMEOUT.of_ms(_beyond_vad(ours))},
    {"endpointing.silence_ms": ladder(50, 3000)},
    "the VAD's silence and this",
)


def _timeout_transcript_there(ours: Ours) -> dict[str, Any]:
    """Without a wait beyond the timeout, no more than the VAD's silence is asked for."""
    wait = ours["asr.final_timeout_ms"]
    return _p99_there(ours, _beyond_vad(ours) + wait if wait > 0 else 0)


TIMEOUT_TRANSCRIPT = Rule(
    ("asr.final_timeout_ms",),
    (P99.path, STOP.path, SPEECH_TIMEOUT.path, STT.path),
    lambda given: {"asr.final_timeout_ms": max(0.0, _marked_wait_ms(given) - _timeout_ms(given))},
    _timeout_transcript_there,
    {"asr.final_timeout_ms": ladder(0, 3000)},
    "it counts from the end of speech: `stop_secs` and `user_speech_timeout` less, at least 0",
)


def _empty(after_timeout: int) -> Rule:
    """The bound on a turn without words; in the speech-timeout form it runs beside the timeout."""
    name = "asr.empty_timeout_ms"

    def read(given: Theirs) -> dict[str, Any]:
        beside = _timeout_ms(given) if after_timeout else 0.0
        return {name: max(0.0, round(TURN_STOP.ms(given[TURN_STOP.path]) - beside, 6))}

    def write(ours: Ours) -> dict[str, Any]:
        bound = 30_000.0 if ours[name] is None else ours[name]
        return {TURN_STOP.path: TURN_STOP.of_ms(bound + after_timeout * min(_beyond_vad(ours), 3000))}

    paths = (TURN_STOP.path, *((SPEECH_TIMEOUT.path,) if after_timeout else ()))
    how = "`user_speech_timeout` less" if after_timeout else ""
    return Rule((name,), paths, read, write, {name: ladder(300, 10_000)}, how)
