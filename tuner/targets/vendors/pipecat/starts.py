"""What starts a user's turn on Pipecat, and so stops the agent (timing model, section 9); and what to doubt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from stages.arrays import Floats
from stages.vector import CHOICES
from tuner.space.deployable import Coupling, follows
from tuner.targets.field import Field
from tuner.targets.rule import Ours, Rule, Theirs
from tuner.targets.vendors.pipecat.fields import (
    FEW,
    FEW_INTERIM,
    FEWEST,
    FILTER,
    FILTERING,
    FIRST_WORDS,
    START,
    STARTS,
    STOPS,
    VAD,
    WINDOW_MS,
    WORDS,
    started_by,
)
from tuner.targets.vendors.pipecat.rules import WINDOWS, in_windows, windows_ms


def start_rules() -> tuple[Rule, ...]:
    """Of both forms."""
    return (*begins(), _starts())


def start_ties() -> tuple[Coupling, ...]:
    """Of both forms."""
    return (
        *begin_ties(),
        Coupling(
            "barge_in.on_words",
            ("barge_in.on_words", "barge_in.on_voice"),
            _words_or_voice,
            "words, where voice is not",
        ),
        Coupling(
            "barge_in.min_words",
            ("barge_in.min_words", "barge_in.on_voice"),
            _none_with_voice,
            "0 where voice is enough",
        ),
    )


def begin_ties() -> tuple[Coupling, ...]:
    """Of every form: one length of voice makes three of ours."""
    return (
        follows("endpointing.onset_ms", "barge_in.min_speech_ms"),
        follows("barge_in.withdraw_ms", "barge_in.min_speech_ms"),
    )


def begins() -> tuple[Rule, ...]:
    """Of every form: the voice that begins a turn."""
    names = ("barge_in.min_speech_ms", "endpointing.onset_ms", "barge_in.withdraw_ms")
    rule = Rule(
        names,
        (START.path,),
        lambda given: dict.fromkeys(names, windows_ms(START, given)),
        lambda ours: {START.path: in_windows(START, ours["barge_in.min_speech_ms"])},
        {"barge_in.min_speech_ms": WINDOWS},
        f"in windows of {WINDOW_MS} ms: voice that begins a turn stops the agent too",
    )
    return (rule,)


def _started(given: Theirs) -> dict[str, Any]:
    """What starts a user's turn, and so stops the agent."""
    names = started_by(given)
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


def doubts(given: Theirs, waits: Field | None) -> Iterable[str]:
    """What a file may hold that hardly says what we model; `waits`: the switch of the wait for a transcript, if any."""
    known = {VAD, WORDS, FEW}
    if given[STARTS.path] is not None and not isinstance(given[STARTS.path], list):
        yield f"{STARTS.path} is not written out as a list: read as {VAD} and {WORDS}"
    for name in sorted(set(started_by(given)) - known):
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
    if waits is not None and not given[waits.path]:
        yield f"{waits.path} is off: replayed as if the transcript were waited for"
