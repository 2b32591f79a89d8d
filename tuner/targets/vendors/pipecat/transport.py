"""Pipecat before its strategies (0.0.60 to 0.0.98): the VAD and Smart-Turn stand in the transport's parameters.

Source: pipecat-ai 0.0.60 to 0.0.98 (transports/base_transport.py, base_input.py, llm_response.py, pipeline/task.py).
A turn ends at the VAD's report, or at Smart-Turn's yes; a final transcript that comes later ends it
`aggregation_timeout` after itself. Nothing bounds the wait for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stages.arrays import Floats
from stages.vector import CHOICES
from tuner.space.deployable import Coupling, at_least, follows
from tuner.targets.field import Field
from tuner.targets.rule import Fixed, Ours, Rule, Theirs, direct, times
from tuner.targets.vendors.pipecat.fields import SDK, SMART_STOP, STOP, WINDOW_MS, flag, seconds
from tuner.targets.vendors.pipecat.interrupting import PIPELINE
from tuner.targets.vendors.pipecat.rules import SILENCES, in_windows, windows_ms
from tuner.targets.vendors.pipecat.stack import STACK
from tuner.targets.vendors.pipecat.versions import AGGREGATION_S, COUNTS_WORDS_SINCE, WORDS_STOP
from tuner.targets.versions.history import LATER, at
from tuner.targets.versions.version import Version

TRANSPORT, COUNTER = "TransportParams", "MinWordsInterruptionStrategy"
COUNTERS = Field(f"{PIPELINE}.interruption_strategies", "any", source=SDK, note="0.0.69 to 0.0.108: words are counted")
COUNT = Field(f"{COUNTER}.min_words", "integer", low=1, high=10, reads=(0, 1000), source=SDK)
EMULATED = flag("LLMUserAggregatorParams.enable_emulated_vad_interruptions", False, "since 0.0.78")
ENABLED = flag(f"{TRANSPORT}.vad_enabled", False, "needed until 0.0.65; a vad_analyzer is enough from 0.0.66 on")
EMULATED_WAIT = seconds("LLMUserAggregatorParams.turn_emulated_vad_timeout", 0.8, 60, "of turns without voice")
SILENCE_NAMES = ("vad.silence_ms", "endpointing.silence_ms", "endpointing.max_silence_ms")


def aggregation(version: Version) -> Field:
    """How long after a late transcript the turn ends, with a version's default."""
    note = "after a final transcript that comes later than the VAD's report"
    return seconds("LLMUserAggregatorParams.aggregation_timeout", at(AGGREGATION_S, version), 3, note)


def counts_words(version: Version) -> bool:
    """Whether a version has strategies that count words."""
    return not version < Version(COUNTS_WORDS_SINCE)


def stack(version: Version, smart: bool) -> dict[str, Fixed]:
    """What these versions do, and what they have nothing for."""
    found = {
        **STACK,
        "asr.final_timeout_ms": Fixed(10_000.0, "this version of Pipecat waits for the transcript as long as it takes"),
        "asr.empty_timeout_ms": Fixed(None, "this version of Pipecat waits for the transcript as long as it takes"),
        "endpointing.eot_threshold": Fixed(0.5, "Smart-Turn takes a turn for finished above 0.5")
        if smart
        else Fixed(None, "no Smart-Turn is in the transport's parameters"),
    }
    if counts_words(version):
        return found
    return found | {
        "barge_in.on_voice": Fixed(True, LATER),
        "barge_in.min_words": Fixed(0, LATER),
        "barge_in.on_words": Fixed(at(WORDS_STOP, version), "this version of Pipecat has no choice of that"),
    }


def upgrades(version: Version) -> dict[str, str]:
    """What takes a later version -> which."""
    names = ("barge_in.on_voice", "barge_in.min_words")
    return {} if counts_words(version) else dict.fromkeys(names, COUNTS_WORDS_SINCE)


def rules(version: Version, smart: bool) -> tuple[Rule, ...]:
    """How the transport's waits are ours."""
    late = direct("asr.late_final_ms", aggregation(version), values=())
    return (*((_silence(), _patience()) if smart else (_one_silence(),)), late, *_stops(version))


def couplings(version: Version, smart: bool) -> tuple[Coupling, ...]:
    """What follows from what."""
    silence, patience = "endpointing.silence_ms", "endpointing.max_silence_ms"
    longest = at_least(patience, "vad.silence_ms") if smart else follows(patience, "vad.silence_ms")
    if not counts_words(version):
        return (follows(silence, "vad.silence_ms"), longest)
    both = ("barge_in.on_words", "barge_in.on_voice")
    return (
        follows(silence, "vad.silence_ms"),
        longest,
        Coupling("barge_in.on_words", both, _words(version), "final where words are counted"),
        Coupling(
            "barge_in.min_words", ("barge_in.min_words", "barge_in.on_voice"), _counted, "0 where voice is enough"
        ),
    )


def _there(ours: Ours) -> dict[str, Any]:
    return {STOP.path: in_windows(STOP, ours["vad.silence_ms"])}


def _one_silence() -> Rule:
    return Rule(
        SILENCE_NAMES,
        (STOP.path,),
        lambda given: dict.fromkeys(SILENCE_NAMES, windows_ms(STOP, given)),
        _there,
        {"vad.silence_ms": SILENCES},
        f"in windows of {WINDOW_MS} ms: the turn ends at the VAD's report",
    )


def _silence() -> Rule:
    return Rule(
        SILENCE_NAMES[:2],
        (STOP.path,),
        lambda given: dict.fromkeys(SILENCE_NAMES[:2], windows_ms(STOP, given)),
        _there,
        {"vad.silence_ms": SILENCES},
        f"in windows of {WINDOW_MS} ms: Smart-Turn is asked then",
    )


def _patience() -> Rule:
    name = SILENCE_NAMES[2]

    def write(ours: Ours) -> dict[str, Any]:
        vad = WINDOW_MS * round(ours["vad.silence_ms"] / WINDOW_MS)
        return {SMART_STOP.path: SMART_STOP.of_ms(ours[name] - vad)}

    return Rule(
        (name,),
        (SMART_STOP.path, STOP.path),
        lambda given: {name: windows_ms(STOP, given) + SMART_STOP.ms(given[SMART_STOP.path])},
        write,
        {name: times(SMART_STOP, 100, 4000)},
        "the VAD's silence and this",
    )


def _without_voice(version: Version, given: Theirs) -> str:
    """Which transcripts stop the agent where words are not counted."""
    found = str(at(WORDS_STOP, version))
    return found if found != "emulated" else "final" if given[EMULATED.path] else "off"


def _stops(version: Version) -> Iterator[Rule]:
    """Voice, or a count of words in the final transcript; and transcripts without voice, where they interrupt."""
    if not counts_words(version):
        return
    emulates = at(WORDS_STOP, version) == "emulated"

    def read(given: Theirs) -> dict[str, Any]:
        counted = bool(given[COUNTERS.path])
        return {
            "barge_in.on_voice": not counted,
            "barge_in.on_words": "final" if counted else _without_voice(version, given),
            "barge_in.min_words": max(1, given[COUNT.path] or 1) if counted else 0,
        }

    def write(ours: Ours) -> dict[str, Any]:
        words = ours["barge_in.on_words"] != "off"
        counted = not ours["barge_in.on_voice"] and words
        switch = {EMULATED.path: (words or None) if not counted else None} if emulates else {}
        count = max(1, ours["barge_in.min_words"]) if counted else None
        return {COUNTERS.path: [COUNTER] if counted else None, COUNT.path: count, **switch}

    yield Rule(
        ("barge_in.on_voice", "barge_in.on_words", "barge_in.min_words"),
        (COUNTERS.path, COUNT.path, *((EMULATED.path,) if emulates else ())),
        read,
        write,
        {
            "barge_in.on_voice": (False, True),
            "barge_in.on_words": ("off", "final") if emulates else ("off",),
            "barge_in.min_words": (0, 1, 2, 3),
        },
        f"voice, unless {COUNTER} counts words in the final transcript",
    )


def _words(version: Version) -> Any:
    off, final = (CHOICES["barge_in.on_words"].index(one) for one in ("off", "final"))
    emulates = at(WORDS_STOP, version) == "emulated"

    def rule(words: Floats, voice: Floats) -> Floats:
        with_voice = np.where(words == off, off, final) if emulates else np.full_like(words, off)
        return np.where(voice == 0, final, with_voice)

    return rule


def _counted(words: Floats, voice: Floats) -> Floats:
    return np.where(voice == 0, np.maximum(words, 1), 0)


def doubts(version: Version, given: Theirs) -> Iterator[str]:
    """What the transport's form may hold that hardly says what we model."""
    if version < Version("0.0.66") and not given[ENABLED.path]:
        yield f"{ENABLED.path} is not True: this version of Pipecat runs no VAD then; replayed as if it did"
    if given.get(COUNTERS.path):
        yield "words are counted when the user's turn ends: replayed as soon as they are in a final transcript"
