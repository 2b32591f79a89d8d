"""The two loops over turns: one that writes every outcome down, one that only counts (timing model, section 7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.columns import Floats, Ints
from pipeline.compiled import njit
from pipeline.kernel import DOWN, END, UP, exchange
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
    """(m, len(TALLIES), 5) sums over sessions of y, y*y, y*t, and for missed interrupts t and t*t: see `Tally`."""


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
def count(p: Packed, session_start: Ints, first: int, beyond: int, stop_slot: Ints, rows: Floats, c: Counts) -> None:
    """Count the outcomes of sessions first..beyond under each row of settings.

    `stop_slot` (n,): where the stop time of a turn goes, -1 for a turn that no interrupt can stop.
    """
    seen = np.zeros(len(RATES), dtype=np.int64)
    for m in range(len(rows)):
        s = rules(rows[m])
        for j in range(first, beyond):
            lo, hi = session_start[j], session_start[j + 1]
            turns_here = hi - lo
            starts, met, missed = 0, 0, 0
            any_seen = 0
            for i in range(lo, hi):
                x = exchange(p.turns, p.pauses, p.overlaps, p.pause_start, p.overlap_start, p.draws, i, s)
                t, h = x.lived, x.heard
                answered = not (t.lost or x.failed)
                c.response[m, i] = x.response_ms if answered else np.inf
                if answered:
                    c.sums[m, 0] += x.response_ms
                    c.tops[m] = max(c.tops[m], x.response_ms)
                c.sums[m, 1] += h.talked_over_ms
                c.sums[m, 2] += h.hiccup_ms
                if stop_slot[i] >= 0:
                    c.stops[m, stop_slot[i]] = h.stop_ms
                starts += t.wasted + x.starts
                met += h.met
                missed += h.missed
                bits = (
                    t.cut_off | t.lost << 1 | x.failed << 2 | x.degraded << 3 | t.restarted << 4
                    | t.false_start << 5 | t.filler << 6 | x.history_lost << 7 | h.false_interrupt << 8
                    | (h.hiccups > 0) << 9 | (x.stutter_ms > 0) << 10 | (t.lost or x.first_sound_ms > DEAD_AIR_MS) << 11
                )  # fmt: skip
                if bits:
                    any_seen |= bits
                    for r in range(len(RATES)):
                        seen[r] += bits >> r & 1
            if any_seen:
                for r in range(len(RATES)):
                    y = seen[r]
                    c.tallies[m, r, 0] += y
                    c.tallies[m, r, 1] += y * y
                    c.tallies[m, r, 2] += y * turns_here
                    seen[r] = 0
            c.tallies[m, STARTS, 0] += starts
            c.tallies[m, STARTS, 1] += starts * starts
            c.tallies[m, STARTS, 2] += starts * turns_here
            c.tallies[m, MISSED, 0] += missed
            c.tallies[m, MISSED, 1] += missed * missed
            c.tallies[m, MISSED, 2] += missed * met
            c.tallies[m, MISSED, 3] += met
            c.tallies[m, MISSED, 4] += met * met
