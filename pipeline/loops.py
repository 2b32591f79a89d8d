"""The two loops over turns: one that writes every outcome down, one that only counts (timing model, section 7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.columns import Floats, Ints
from pipeline.compiled import compiled, inlined
from pipeline.kernel import DOWN, END, UP, Exchange, exchange
from pipeline.packed import Packed
from pipeline.rules import rules
from stages.vector import Vector

FIELDS = (
    *("response_ms", "first_sound_ms", "network", "endpoint", "asr", "llm", "chunk", "tts", "floor", "playout"),
    *("cut_off", "premature", "lost", "failed", "degraded", "restarted", "false_start", "filler", "history_lost"),
    *("llm_starts", "wasted_starts", "stutter_ms", "false_interrupt", "hiccups", "hiccup_ms"),
    *("interrupts_met", "interrupts_missed", "stop_ms", "talked_over_ms"),
)
"""The columns of a recorded outcome."""

RATES = (
    *("cut_off_rate", "lost_rate", "failed_rate", "degraded_rate", "restarted_rate", "false_start_rate"),
    *("filler_rate", "history_lost_rate", "false_interrupt_rate", "hiccup_rate", "stutter_rate", "dead_air_rate"),
)
"""Shares of turns, in the order of their bits."""

STARTS, MISSED = len(RATES), len(RATES) + 1
TALLIES = (*RATES, "llm_starts_per_turn", "missed_interrupt_rate")
"""What is counted, session by session."""

DEAD_AIR_MS = 3000.0


TILE_TURNS = 64
"""So many turns stay in a core's first cache while they meet one row of settings after the other."""

EVENTS, SQUARES, CROSS, TRIALS, SIZES, SESSION = range(6)
"""The rows of a tally: sums over sessions of y, y*y, y*t, t and t*t (see `pipeline.batch.Tally`), and the session under
way. `TRIALS` and `SIZES` are kept for interrupts met alone: the rest is counted against all turns."""


class Counts(NamedTuple):
    """Where m rows of settings are counted."""

    response: Floats
    """(m, n) response time in ms, infinite where there was no answer."""
    stops: Floats
    """(m, slots) stop time in ms, NaN where no interrupt was handled."""
    sums: Floats
    """(m, 3) response time of the turns answered, talked-over and hiccup ms."""
    tops: Floats
    """(m,) the slowest answer in ms."""
    tallies: npt.NDArray[np.int64]
    """(m, 6, len(TALLIES))"""


@compiled
def record(p: Packed, row: Vector, lo: int, hi: int, out: Floats) -> None:
    """Write the outcome of turns lo..hi under a row of settings to their rows of `out` (n, len(FIELDS)).

    Times of a lost turn, and the stop time where no interrupt was handled, are NaN.
    """
    turns = p.turns
    s = rules(row)
    for i in range(lo, hi):
        x = exchange(turns, p.pauses, p.overlaps, p.pause_start, p.overlap_start, p.draws, i, s)
        t, h = x.lived, x.heard
        end, up, down = turns[i, END], turns[i, UP], turns[i, DOWN]
        if t.lost:
            out[i, :10] = np.nan
        else:
            text, chunk, audio = max(t.first_token, t.commit), max(t.chunk, t.commit), max(t.audio, t.commit)
            free = max(audio, t.floor)
            out[i, 0], out[i, 1] = x.response_ms, x.first_sound_ms
            out[i, 2], out[i, 3], out[i, 4] = up + down, t.endpoint - (end + up), t.commit - t.endpoint
            out[i, 5], out[i, 6], out[i, 7] = text - t.commit, chunk - text, audio - chunk
            out[i, 8], out[i, 9] = free - audio, t.play - free
        out[i, 10], out[i, 11], out[i, 12], out[i, 13] = t.cut_off, t.premature, t.lost, x.failed
        out[i, 14], out[i, 15], out[i, 16] = x.degraded, t.restarted, t.false_start
        out[i, 17], out[i, 18], out[i, 19] = t.filler, x.history_lost, x.starts
        out[i, 20], out[i, 21], out[i, 22] = t.wasted, x.stutter_ms, h.false_interrupt
        out[i, 23], out[i, 24], out[i, 25] = h.hiccups, h.hiccup_ms, h.met
        out[i, 26], out[i, 27], out[i, 28] = h.missed, h.stop_ms, h.talked_over_ms


@compiled
def count(p: Packed, session_start: Ints, first: int, beyond: int, stop_slot: Ints, rows: Floats, c: Counts) -> None:
    """Count the outcomes of sessions first..beyond under each row of settings.

    `stop_slot` (n,): where the stop time of a turn goes, -1 for a turn that no interrupt can stop.
    """
    begin = first
    while begin < beyond:
        end = begin + 1
        while end < beyond and session_start[end + 1] - session_start[begin] <= TILE_TURNS:
            end += 1
        for m in range(len(rows)):
            count_tile(p, session_start, begin, end, stop_slot, rows[m], m, c)
        begin = end


@compiled
def count_tile(
    p: Packed, session_start: Ints, begin: int, end: int, stop_slot: Ints, row: Vector, m: int, c: Counts
) -> None:
    """The same for a few sessions under the m-th row."""
    s, response, stops, tally = rules(row), c.response[m], c.stops[m], c.tallies[m]
    session = tally[SESSION]
    total, talked_over, hiccup, top = 0.0, 0.0, 0.0, c.tops[m]
    for j in range(begin, end):
        lo, hi = session_start[j], session_start[j + 1]
        met = 0
        for i in range(lo, hi):
            x = exchange(p.turns, p.pauses, p.overlaps, p.pause_start, p.overlap_start, p.draws, i, s)
            t, h = x.lived, x.heard
            if t.lost or x.failed:
                response[i] = np.inf
            else:
                response[i] = x.response_ms
                total += x.response_ms
                top = max(top, x.response_ms)
            talked_over += h.talked_over_ms
            hiccup += h.hiccup_ms
            if stop_slot[i] >= 0:
                stops[stop_slot[i]] = h.stop_ms
            happened = rate_bits(x)
            if happened:
                for r in range(len(RATES)):
                    session[r] += happened >> r & 1
            session[STARTS] += t.wasted + x.starts
            session[MISSED] += h.missed
            met += h.met
        close(tally, hi - lo, met)
    c.sums[m, 0] += total
    c.sums[m, 1] += talked_over
    c.sums[m, 2] += hiccup
    c.tops[m] = top


@inlined
def close(tally: npt.NDArray[np.int64], turns: int, met: int) -> None:
    """Add up the session under way, and begin another."""
    for r in range(len(TALLIES)):
        y, t = tally[SESSION, r], met if r == MISSED else turns
        tally[EVENTS, r] += y
        tally[SQUARES, r] += y * y
        tally[CROSS, r] += y * t
        tally[SESSION, r] = 0
    tally[TRIALS, MISSED] += met
    tally[SIZES, MISSED] += met * met


@inlined
def rate_bits(x: Exchange) -> int:
    """Which of `RATES` a turn counts towards: bit r for the r-th."""
    t, h = x.lived, x.heard
    dead_air = t.lost or x.first_sound_ms > DEAD_AIR_MS
    return (
        t.cut_off | t.lost << 1 | x.failed << 2 | x.degraded << 3 | t.restarted << 4 | t.false_start << 5
        | t.filler << 6 | x.history_lost << 7 | h.false_interrupt << 8 | (h.hiccups > 0) << 9
        | (x.stutter_ms > 0) << 10 | dead_air << 11
    )  # fmt: skip
