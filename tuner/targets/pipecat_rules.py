"""How Pipecat's settings and ours correspond (timing model, section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from stages.vector import CHOICES
from tuner.ranges import ladder
from tuner.reach import Floats, Tie, at_least, follows
from tuner.targets.field import Field
from tuner.targets.pipecat_stt import P99_S, TURN_ENDING, UNMARKED, USUAL_P99_S
from tuner.targets.rule import Fixed, Ours, Rule, Theirs, times

SDK = "pipecat-ai 1.14.0"
WINDOW_MS = 32
"""Its VAD counts time in windows of this length."""
TIMERS_MS = 7.0
"""From the first audio to the loudspeaker."""

VAD, WORDS, FEW = "VADUserTurnStartStrategy", "TranscriptionUserTurnStartStrategy", "MinWordsUserTurnStartStrategy"


def seconds(path: str, default: float | None, high: float, note: str = "", low: float = 0) -> Field:
    """A time of Pipecat's, for which it publishes no range."""
    return Field(path, "number", "s", low, high, default=default, reads=(0, 3600), source=SDK, note=note)


def flag(path: str, default: bool, note: str = "") -> Field:
    return Field(path, "flag", default=default, source=SDK, note=note)


STOP = seconds("VADParams.stop_secs", 0.2, 2, "Pipecat's own waits for transcripts suppose 0.2")
START = seconds("VADParams.start_secs", 0.2, 1.2)
SMART_STOP = seconds("SmartTurnParams.stop_secs", 3, 10, "from the VAD's report, where the model says unfinished")
SPEECH_TIMEOUT = seconds("SpeechTimeoutUserTurnStopStrategy.user_speech_timeout", 0.6, 3, "from the VAD's report")
TURN_STOP = seconds("LLMUserAggregatorParams.user_turn_stop_timeout", 5, 33, "from the VAD's report")
P99 = seconds("STT.ttfs_p99_latency", None, 15.0, "left out: the service's own, 0.35 to 2.14; 1.0 where it has none")
STT = Field("STT.()", "text", source=SDK, note="the STT service, any class whose name ends in STTService")
STARTS = Field("UserTurnStrategies.start", "any", default=sorted((VAD, WORDS)), source=SDK, note="in any order")
STOPS = Field("UserTurnStrategies.stop", "any", source=SDK, note="left out: Smart-Turn")
FIRST_WORDS = flag(f"{WORDS}.use_interim", True)
FEWEST = Field(f"{FEW}.min_words", "integer", low=1, high=10, reads=(0, 1000), source=SDK)
FEW_INTERIM = flag(f"{FEW}.use_interim", True)
SMART_WAITS_FOR_WORDS = flag("TurnAnalyzerUserTurnStopStrategy.wait_for_transcript", True)
WAITS_FOR_WORDS = flag("SpeechTimeoutUserTurnStopStrategy.wait_for_transcript", True)
INTERRUPTS = tuple(flag(f"{name}.enable_interruptions", True) for name in (VAD, WORDS, FEW))
FILTERING = tuple(
    Field(f"{name}.()", "text", source=SDK, note="takes the place of UserTurnStrategies")
    for name in ("ExternalUserTurnStrategies", "EagerUserTurnStrategies", "FilterIncompleteUserTurnStrategies")
)
FILTER = flag("LLMUserAggregatorParams.filter_incomplete_user_turns", False, "deprecated")
FIELDS = (
    STOP,
    START,
    Field("VADParams.confidence", "number", low=0, high=1, default=0.7, source=SDK, note="what counts as voice"),
    Field("VADParams.min_volume", "number", low=0, high=1, default=0.6, source=SDK, note="what counts as voice"),
    STARTS,
    STOPS,
    FIRST_WORDS,
    FEWEST,
    FEW_INTERIM,
    *INTERRUPTS,
    TURN_STOP,
    seconds("LLMUserAggregatorParams.user_idle_timeout", 0, 3600, "0 is off; after a reply, so no turn waits for it"),
    FILTER,
    STT,
    P99,
    *FILTERING,
)

STACK = {
    "endpointing.score_from": Fixed("vad", "Pipecat asks Smart-Turn at the VAD's report"),
    "endpointing.counts_from": Fixed("speech", "Pipecat counts from the VAD's report"),
    "tts.first_chunk": Fixed("sentence", "Pipecat hands synthesis a sentence at a time, unless told to stream tokens"),
    "tts.lookahead_tokens": Fixed(1, "Pipecat knows a sentence's end by the token after it"),
    "playout.prebuffer_ms": Fixed(TIMERS_MS, "Pipecat's own timers, from the first audio to the loudspeaker"),
    "barge_in.mode": Fixed("interrupt", "a user's turn that starts interrupts; enable_interruptions is not replayed"),
    "barge_in.hangover": Fixed(False, "Pipecat counts voice alone"),
    "barge_in.guard_ms": Fixed(0.0, "Pipecat guards nothing"),
    "barge_in.guard_first_ms": Fixed(0.0, "Pipecat guards nothing, but for a mute strategy"),
    "barge_in.resume_ms": Fixed(None, "Pipecat does not take up a reply again"),
}
OWN_LLM = "your LLM service's own arguments, such as retry_timeout_secs and retry_on_timeout"
OWN_TTS = "your TTS service's own arguments"
ELSEWHERE = {
    "eager": "EagerUserTurnStrategies, with an STT service that predicts the end of a turn",
    "llm": OWN_LLM,
    "llm.max_history": "shorten or summarise the LLMContext",
    "tts": OWN_TTS,
    "filler": "push a TTSSpeakFrame from a timer of your own",
    "barge_in.score_threshold": "KrispVivaIPUserTurnStartStrategy(threshold=...), with Krisp's model",
}
BEYOND: dict[str, str] = {}
NOTES = (
    f"Its VAD counts in windows of {WINDOW_MS} ms: 0.2 s are {6 * WINDOW_MS} ms.",
    "Its VAD hears the end of speech about 24 ms late and its begin 146 ms late (190 to 450 for speech after a short "
    "pause): in a recording's `speech.release_ms` and `onset_lag_ms`.",
    f"{TIMERS_MS:g} ms pass from the first audio to the loudspeaker.",
    "An STT service that does not mark its final transcripts has all of `ttfs_p99_latency` waited out, as silence.",
    "With an STT service that ends turns itself (Deepgram Flux, Cartesia turns, Zoom AI) tune that service.",
)


def shared_rules() -> tuple[Rule, ...]:
    return (_begins(), _starts())


def shared_ties() -> tuple[Tie, ...]:
    return (
        follows("endpointing.onset_ms", "barge_in.min_speech_ms"),
        follows("barge_in.withdraw_ms", "barge_in.min_speech_ms"),
        Tie(
            "barge_in.on_words",
            ("barge_in.on_words", "barge_in.on_voice"),
            _words_or_voice,
            "words, where voice is not",
        ),
        Tie(
            "barge_in.min_words",
            ("barge_in.min_words", "barge_in.on_voice"),
            _none_with_voice,
            "0 where voice is enough",
        ),
    )


def smart_rules() -> tuple[Rule, ...]:
    return (SMART_WAIT, SMART_PATIENCE, SMART_TRANSCRIPT, _empty(0))


def smart_ties() -> tuple[Tie, ...]:
    return (
        follows("endpointing.silence_ms", "vad.silence_ms"),
        at_least("endpointing.max_silence_ms", "vad.silence_ms"),
        follows("asr.late_final_ms", "asr.final_timeout_ms"),
    )


def timeout_rules() -> tuple[Rule, ...]:
    return (TIMEOUT_VAD, TIMEOUT_WAIT, TIMEOUT_TRANSCRIPT, _empty(1))


def timeout_ties() -> tuple[Tie, ...]:
    return (
        at_least("endpointing.silence_ms", "vad.silence_ms"),
        follows("endpointing.max_silence_ms", "endpointing.silence_ms"),
        Tie(
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


def _service(given: Theirs) -> str:
    return str(given[STT.path] or "").rpartition(".")[2]


def _transcript_ms(given: Theirs) -> float:
    """From the VAD's report, how long a transcript is waited for."""
    p99 = given[P99.path]
    if p99 is None:
        p99 = P99_S.get(_service(given), USUAL_P99_S)
    return max(0.0, round(P99.ms(p99) - STOP.ms(given[STOP.path]), 6))


def _whole_wait_ms(given: Theirs) -> float:
    """Of the wait for a transcript, what is silence: all of it, where the STT does not mark the last one."""
    return _transcript_ms(given) if _service(given) in UNMARKED else 0.0


def _marked_wait_ms(given: Theirs) -> float:
    return 0.0 if _service(given) in UNMARKED else _transcript_ms(given)


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
    told = "`user_speech_timeout` less" if after_timeout else ""
    return Rule((name,), paths, read, write, {name: ladder(300, 10_000)}, told)


def _begins() -> Rule:
    names = ("barge_in.min_speech_ms", "endpointing.onset_ms", "barge_in.withdraw_ms")
    return Rule(
        names,
        (START.path,),
        lambda given: dict.fromkeys(names, windows_ms(START, given)),
        lambda ours: {START.path: in_windows(START, ours["barge_in.min_speech_ms"])},
        {"barge_in.min_speech_ms": WINDOWS},
        f"in windows of {WINDOW_MS} ms: voice that begins a turn stops the agent too",
    )


def _names(given: Theirs) -> tuple[str, ...]:
    named = given[STARTS.path]
    return tuple(map(str, named)) if isinstance(named, list) else (VAD, WORDS)


def _started(given: Theirs) -> dict[str, Any]:
    """What starts a user's turn, and so stops the agent."""
    names = _names(given)
    voice, few = VAD in names, FEW in names and VAD not in names
    interim = given[FEW_INTERIM.path] if few else given[FIRST_WORDS.path]
    words = few or WORDS in names
    return {
        "barge_in.on_voice": voice or not words,
        "barge_in.on_words": ("interim" if interim else "final") if words else "off",
        "barge_in.min_words": (max(1, given[FEWEST.path] or 1) if few else 1) if words and not voice else 0,
    }


def _started_there(ours: Ours) -> dict[str, Any]:
    words = ours["barge_in.on_words"]
    if not ours["barge_in.on_voice"] and words != "off":
        few = max(1, ours["barge_in.min_words"])
        return {STARTS.path: [FEW], FEWEST.path: few, FEW_INTERIM.path: words == "interim"}
    if words == "off":
        return {STARTS.path: [VAD]}
    return {STARTS.path: sorted((VAD, WORDS)), FIRST_WORDS.path: words == "interim"}


def _starts() -> Rule:
    return Rule(
        ("barge_in.on_voice", "barge_in.on_words", "barge_in.min_words"),
        (STARTS.path, FIRST_WORDS.path, FEWEST.path, FEW_INTERIM.path),
        _started,
        _started_there,
        {
            "barge_in.on_voice": (False, True),
            "barge_in.on_words": ("off", "final", "interim"),
            "barge_in.min_words": (0, 1, 2, 3),
        },
        f"voice is {VAD}, with {WORDS} for words besides; words alone are {FEW}",
    )


def _words_or_voice(words: Floats, voice: Floats) -> Floats:
    off, interim = (CHOICES["barge_in.on_words"].index(one) for one in ("off", "interim"))
    return np.where((voice == 0) & (words == off), interim, words)


def _none_with_voice(words: Floats, voice: Floats) -> Floats:
    return np.where(voice == 0, np.maximum(words, 1), 0)


def doubts(given: Theirs, waits: Field) -> Iterable[str]:
    """What a file may hold that hardly says what we model."""
    known = {VAD, WORDS, FEW}
    if given[STARTS.path] is not None and not isinstance(given[STARTS.path], list):
        yield f"{STARTS.path} is not written out as a list: read as {VAD} and {WORDS}"
    for name in sorted(set(_names(given)) - known):
        yield f"{STARTS.path} has {name}: replayed without it"
    stops = given[STOPS.path]
    for name in stops if isinstance(stops, list) else ():
        if name not in ("TurnAnalyzerUserTurnStopStrategy", "SpeechTimeoutUserTurnStopStrategy"):
            yield f"{STOPS.path} has {name}: replayed without it"
    for one in FILTERING:
        if given[one.path] is not None:
            yield f"{given[one.path]} is used: replayed as UserTurnStrategies with its defaults"
    if given[FILTER.path]:
        yield f"{FILTER.path} is on: the LLM may hold a turn open; replayed without it"
    if any(not given[one.path] for one in INTERRUPTS):
        yield "enable_interruptions is off for a start strategy: replayed as if what it starts interrupted"
    if not given[waits.path]:
        yield f"{waits.path} is off: replayed as if the transcript were waited for"
    if _service(given) in TURN_ENDING:
        yield f"{_service(given)} ends turns itself: tune that service; this is replayed as if it did not"
