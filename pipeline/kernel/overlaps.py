"""What happens while the agent talks, as compiled code (timing model, section 5).

Overlaps are rows of their own; their times are ms since the user first hears the reply.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.kernel.compiled import inlined
from pipeline.kernel.packed import DOWN, FINAL, FIRST, INF, INTERIM, ONSET_LAG, RELEASE, REPLY, TOKEN_AUDIO, UP
from stages.arrays import Floats
from stages.vector import Vector, code, places

VAD_SILENCE, MODE, WITHDRAW = places("vad.silence_ms", "barge_in.mode", "barge_in.withdraw_ms")
ON_VOICE, ON_WORDS, MIN_SPEECH, MIN_WORDS, HANGOVER = places(
    "barge_in.on_voice", "barge_in.on_words", "barge_in.min_speech_ms", "barge_in.min_words", "barge_in.hangover"
)
SCORE_THRESHOLD, GUARD, GUARD_FIRST, RESUME = places(
    "barge_in.score_threshold", "barge_in.guard_ms", "barge_in.guard_first_ms", "barge_in.resume_ms"
)

INTERRUPT, IGNORE = code("barge_in.mode", "interrupt"), code("barge_in.mode", "ignore")
NO_WORDS, INTERIM_WORDS = code("barge_in.on_words", "off"), code("barge_in.on_words", "interim")

AT, LENGTH, KIND, WORDS, O_SCORE = range(5)  # the columns of an overlap's row


class BargingIn(NamedTuple):
    """The settings of what speech over the agent, or after its premature reply, does."""

    mode: int
    withdraw: float
    on_voice: bool
    on_words: int
    min_speech: float
    min_words: int
    hangover: float
    """The VAD's trailing silence where it counts, else 0."""
    score_threshold: float
    """NaN: the model is not asked."""
    guard: float
    guard_first: float
    resume: float
    """NaN: a stopped reply is over."""
    vad_silence: float


@inlined
def barging_in(row: Vector) -> BargingIn:
    """Those of a row of settings."""
    hangover = row[VAD_SILENCE] if row[HANGOVER] > 0 else 0.0
    return BargingIn(
        int(row[MODE]), row[WITHDRAW], row[ON_VOICE] > 0, int(row[ON_WORDS]), row[MIN_SPEECH], int(row[MIN_WORDS]),
        hangover, row[SCORE_THRESHOLD], row[GUARD], row[GUARD_FIRST], row[RESUME], row[VAD_SILENCE],
    )  # fmt: skip


class Heard(NamedTuple):
    """What happened while the agent talked."""

    stop_ms: float
    """NaN: no interrupt was handled."""
    false_interrupt: bool
    hiccups: int
    hiccup_ms: float
    met: int
    missed: int
    talked_over_ms: float


UNHEARD = Heard(np.nan, False, 0, 0.0, 0, 0, 0.0)
"""No reply, and so nothing that met it."""


@inlined
def stopped(turn: Floats, overlaps: Floats, j: int, over: BargingIn, guard: float, need: int) -> float:
    """When overlap j stops the agent; infinite: it does not (timing model, section 5)."""
    at, ms, words = overlaps[j, AT], overlaps[j, LENGTH], overlaps[j, WORDS]
    late = max(at, guard)
    stop = INF
    voice = late + turn[ONSET_LAG] + over.min_speech
    if over.on_voice and at + ms > late and at + ms + turn[RELEASE] + over.hangover >= voice:
        if over.min_words == 0:
            stop = voice
        elif words >= over.min_words:
            stop = max(voice, at + ms * over.min_words / words)
    if over.on_words != NO_WORDS and words >= need and at >= guard:
        shown = at + ms + turn[FINAL]
        if over.on_words == INTERIM_WORDS:
            shown = at + min(ms * need / words + turn[INTERIM], ms + turn[FINAL])
        stop = min(stop, shown)
    return stop


@inlined
def talk_over(turn: Floats, overlaps: Floats, lo: int, hi: int, over: BargingIn) -> Heard:
    """The overlaps one by one, until one ends the reply (timing model, section 5)."""
    rest = turn[REPLY] * turn[TOKEN_AUDIO]
    delay = turn[UP] + turn[DOWN]
    guard = max(over.guard, over.guard_first) if turn[FIRST] else over.guard
    need = max(1, over.min_words)
    hiccups, hiccup_ms, met, missed, talked_over = 0, 0.0, 0, 0, 0.0
    for j in range(lo, hi):
        at, ms = overlaps[j, AT], overlaps[j, LENGTH]
        if at >= rest:
            break
        interrupt = overlaps[j, KIND] == 0
        met += interrupt
        stop = INF
        if over.mode == INTERRUPT and not overlaps[j, O_SCORE] < over.score_threshold:
            stop = stopped(turn, overlaps, j, over, guard, need) + delay
        if stop < rest:
            if interrupt:
                return Heard(stop - at, False, hiccups, hiccup_ms, met, missed, talked_over)
            if not (over.resume >= 0 and overlaps[j, WORDS] < need):
                return Heard(np.nan, True, hiccups, hiccup_ms, met, missed, talked_over)
            gap = max(0.0, at + ms + turn[RELEASE] + over.vad_silence + over.resume + delay - stop)
            hiccups += 1
            hiccup_ms += gap
            rest += gap
        elif interrupt:
            missed += 1
            talked_over += min(ms, rest - at)
    return Heard(np.nan, False, hiccups, hiccup_ms, met, missed, talked_over)
