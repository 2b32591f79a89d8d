"""Listening as compiled code: when a silence ends the turn, and when a reply is begun before that.

Timing model, section 4: endpoint, commit and preemptive generation. Times are ms on the server's clock.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.kernel.compiled import inlined
from pipeline.kernel.packed import (
    END,
    EOT_DELAY,
    FINAL,
    INF,
    INTERIM,
    P_DELAY,
    P_HEARD,
    P_HELD,
    P_QUIET,
    P_SCORE,
    P_SHOWN,
    RELEASE,
    SCORE,
    UP,
)
from stages.arrays import Floats
from stages.vector import Vector, code, places

VAD_SILENCE, SILENCE, MAX_SILENCE, THRESHOLD = places(
    "vad.silence_ms", "endpointing.silence_ms", "endpointing.max_silence_ms", "endpointing.eot_threshold"
)
SCORE_FROM, COUNTS_FROM, ONSET = places("endpointing.score_from", "endpointing.counts_from", "endpointing.onset_ms")
PREEMPTIVE_ON, PREEMPTIVE_THRESHOLD, PREEMPTIVE_SILENCE = places("eager.on", "eager.threshold", "eager.silence_ms")
MAX_STARTS, AFTER_PREMATURE, MAX_SPEECH = places("eager.max_starts", "eager.after_premature", "eager.max_speech_ms")
FINAL_TIMEOUT, EMPTY_TIMEOUT, LATE_FINAL = places("asr.final_timeout_ms", "asr.empty_timeout_ms", "asr.late_final_ms")

FROM_STREAM, FROM_FINAL = code("endpointing.score_from", "stream"), code("endpointing.score_from", "final")
COUNTS_FROM_FINAL = code("endpointing.counts_from", "final")
ON_SCORE, ON_FINAL = code("eager.on", "score"), code("eager.on", "final")


class Listening(NamedTuple):
    """The settings of VAD, endpointing, preemptive generation and the wait for the transcript."""

    vad_silence: float
    silence: float
    max_silence: float
    eot_threshold: float
    scoring: bool
    score_from: int
    counts_from_final: bool
    onset: float
    preemptive: int
    preemptive_threshold: float
    preemptive_silence: float
    max_starts: int
    after_premature: bool
    max_speech: float
    """Infinite: no bound."""
    final_timeout: float
    empty_timeout: float
    """Infinite: no bound."""
    late_final: float
    """NaN: a late final is ignored."""


@inlined
def listening(row: Vector) -> Listening:
    """Those of a row of settings."""
    return Listening(
        row[VAD_SILENCE], row[SILENCE], row[MAX_SILENCE], row[THRESHOLD], not np.isnan(row[THRESHOLD]),
        int(row[SCORE_FROM]), row[COUNTS_FROM] == COUNTS_FROM_FINAL, row[ONSET],
        int(row[PREEMPTIVE_ON]), row[PREEMPTIVE_THRESHOLD], row[PREEMPTIVE_SILENCE],
        int(row[MAX_STARTS]), row[AFTER_PREMATURE] > 0, INF if np.isnan(row[MAX_SPEECH]) else row[MAX_SPEECH],
        row[FINAL_TIMEOUT], INF if np.isnan(row[EMPTY_TIMEOUT]) else row[EMPTY_TIMEOUT], row[LATE_FINAL],
    )  # fmt: skip


class Silence(NamedTuple):
    """One silence as the server hears it."""

    begun: float
    """The user's first speech of the turn."""
    quiet: float
    """It begins."""
    heard: float
    """The final transcript of the words before it."""
    shown: float
    """Their last one in an interim transcript."""
    held: float
    """The first final transcript of earlier words that are not committed; infinite: there are none."""
    score: float
    """NaN: not known."""
    delay: float
    """What the end-of-turn model takes."""


@inlined
def last_silence(turn: Floats, held: float) -> Silence:
    """The one that the user ends the turn with."""
    mouth = turn[END] + turn[UP]
    return Silence(
        turn[UP], mouth + turn[RELEASE], mouth + turn[FINAL], mouth + turn[INTERIM], held, turn[SCORE], turn[EOT_DELAY]
    )


@inlined
def pause(turn: Floats, pauses: Floats, p: int, held: float) -> Silence:
    """One inside the turn: a row of its own."""
    return Silence(
        turn[UP], pauses[p, P_QUIET], pauses[p, P_HEARD], pauses[p, P_SHOWN], held, pauses[p, P_SCORE], turn[EOT_DELAY]
    )


@inlined
def pause_in_tile(c: Floats, w: int) -> Silence:
    """The same where pauses stand side by side, a column of `w` for each place; `c` begins at this pause.

    When its turn began is not at hand: no start counts as too late, and whoever walks the turn finds out.
    """
    return Silence(INF, c[P_QUIET * w], c[P_HEARD * w], c[P_SHOWN * w], c[P_HELD * w], c[P_SCORE * w], c[P_DELAY * w])


@inlined
def listen(v: Listening, x: Silence) -> tuple[float, float, float]:
    """Endpoint, commit and preemptive start of a silence, were it to last; infinite: no start."""
    scored = v.scoring & (not np.isnan(x.score))
    report = x.quiet + v.vad_silence
    asked = report
    if v.score_from == FROM_STREAM:
        asked = x.quiet
    elif v.score_from == FROM_FINAL:
        asked = max(report, min(x.heard, x.held))
    answer = asked + x.delay
    wait = v.max_silence if scored & (x.score < v.eot_threshold) else v.silence
    counted = x.heard if v.counts_from_final & (x.heard > report) else x.quiet
    endpoint = max(counted + wait, report)
    endpoint = max(endpoint, answer) if scored else endpoint
    commit = max(endpoint, min(x.heard, max(endpoint + v.final_timeout, x.held), endpoint + v.empty_timeout))
    return endpoint, commit, preemptive_start(v, x, answer)


@inlined
def in_time(v: Listening, x: Silence, start: float) -> float:
    """The preemptive start, if the user has not spoken for too long by then; infinite otherwise."""
    return start if start <= x.begun + v.max_speech else INF


@inlined
def preemptive_start(v: Listening, x: Silence, answer: float) -> float:
    """When a reply may be begun before the commit; infinite: never. `answer`: the end-of-turn model's."""
    start = x.heard if v.preemptive == ON_FINAL else INF
    if v.preemptive == ON_SCORE and x.score >= v.preemptive_threshold:
        start = max(x.quiet + v.preemptive_silence, answer, x.shown)
    return in_time(v, x, start)


@inlined
def may_start_on_earlier_words(v: Listening, x: Silence, commit: float) -> bool:
    """Whether the commit comes with earlier words at hand, not with the last: a reply may be begun on those."""
    return bool((v.preemptive == ON_FINAL) & (x.heard >= commit) & (x.held <= commit))


@inlined
def start_on_earlier_words(v: Listening, x: Silence, commit: float, pauses: Floats, first: int, beyond: int) -> float:
    """The last final transcript that the commit came after, of the words before pauses first..beyond."""
    start = INF
    for p in range(first, beyond):
        if pauses[p, P_HEARD] <= commit:
            start = pauses[p, P_HEARD]
    return in_time(v, x, start)
