"""The two loops over turns: one that writes every outcome down, one that only counts (timing model, section 7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.kernel.compiled import compiled, inlined
from pipeline.kernel.overlaps import UNHEARD, Heard, talk_over
from pipeline.kernel.packed import DOWN, END, LEAD, OTHER, TOOLS, UP, Packed
from pipeline.kernel.rates import RATES, marks, marks_of_talk, spread
from pipeline.kernel.rules import Rules, rules
from pipeline.kernel.turn import Answer, answer, answer_with_tools, answered
from pipeline.kernel.vectorized import FEW, LEFT, MANY, MET, ODD, REQUESTS, Notes, Tile, fill, sweep
from stages.arrays import Floats, Ints
from stages.vector import Vector

FIELDS = (
    *("response_ms", "first_sound_ms", "network", "endpoint", "asr", "lead", "llm", "tools", "chunk", "tts"),
    *("floor", "other", "playout"),
    *("cut_off", "premature", "lost", "failed", "degraded", "restarted", "false_start", "filler", "history_lost"),
    *("llm_starts", "wasted_starts", "stutter_ms", "false_interrupt", "hiccups", "hiccup_ms"),
    *("interrupts_met", "interrupts_missed", "stop_ms", "talked_over_ms"),
)
"""The columns of a recorded outcome."""

STARTS, MISSED = len(RATES), len(RATES) + 1
TALLIES = (*RATES, "llm_starts_per_turn", "missed_interrupt_rate")
"""What is counted, session by session."""

EVENTS, SQUARES, CROSS, TRIALS, SIZES, SESSION, TRIED = ROWS = range(7)
"""The rows of a tally: sums over sessions of y, y*y, y*t, t and t*t (see `pipeline.kernel.batch.Tally`), and y and t
of the session under way. Trials are kept for interrupts met alone: the rest is counted against all turns."""


MEASURED = ("response_ms", "stop_ms", "talked_over_ms", "hiccup_ms")
"""What is more than counted; an unanswered turn's response time is infinite, and NaN that no interrupt was handled."""


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
    tallies: Notes
    """(m, len(ROWS), len(TALLIES))"""


@inlined
def answer_of(p: Packed, i: int, s: Rules) -> Answer:
    """Turn i from the first word to its reply."""
    first = p.pause_start[i]
    n, turn = p.pause_start[i + 1] - first, p.turns[i]
    if turn[TOOLS] > 0:
        found: Answer = answer_with_tools(turn, p.pauses, first, n, p.tools, p.tool_start[i], p.draws, s)
        return found
    return answer(turn, p.pauses, first, n, p.draws, s)


@compiled
def record(
    p: Packed, session_start: Ints, first: int, beyond: int, row: Vector, table: Floats, out: Floats, tally: Notes
) -> None:
    """Write what is more than counted of sessions first..beyond to their columns of `out` (4, n), and count the rest.

    Their whole outcomes go to `table` (len(FIELDS), n), if it has any columns; times of a lost turn, and the stop time
    where no interrupt was handled, are NaN. `tally` (len(ROWS), len(TALLIES)).
    """
    s = rules(row)
    for j in range(first, beyond):
        for i in range(session_start[j], session_start[j + 1]):
            turn, x = p.turns[i], answer_of(p, i, s)
            h = UNHEARD
            if answered(x):
                h = talk_over(turn, p.overlaps, p.overlap_start[i], p.overlap_start[i + 1], s.barge_in)
            out[0, i] = x.response_ms if answered(x) else np.inf
            out[1, i], out[2, i], out[3, i] = h.stop_ms, h.talked_over_ms, h.hiccup_ms
            few, many = marks(x)
            spread(few, many | marks_of_talk(h), tally[SESSION])
            tally[SESSION, STARTS] += x.lived.wasted + x.starts
            tally[SESSION, MISSED] += h.missed
            tally[TRIED, MISSED] += h.met
            if table.shape[1]:
                write(table[:, i], turn, x, h)
        close(tally, session_start[j + 1] - session_start[j])


@inlined
def write(out: Floats, turn: Floats, x: Answer, h: Heard) -> None:
    """The outcome of one turn, in the order of `FIELDS`."""
    t = x.lived
    if t.lost:
        out[:13] = np.nan
    else:
        ask = t.commit + turn[LEAD]
        text, chunk, audio = max(t.first_token, ask), max(t.chunk, ask), max(t.audio, ask)
        free = max(audio, t.floor)
        out[0], out[1] = x.response_ms, x.first_sound_ms
        out[2], out[3] = turn[UP] + turn[DOWN], t.endpoint - (turn[END] + turn[UP])
        out[4], out[5] = t.commit - t.endpoint, ask - t.commit
        out[6], out[7] = text - ask - x.tools_ms, x.tools_ms
        out[8], out[9], out[10] = chunk - text, audio - chunk, free - audio
        out[11], out[12] = turn[OTHER], t.play - free - turn[OTHER]
    out[13], out[14], out[15], out[16] = t.cut_off, t.premature, t.lost, x.failed
    out[17], out[18], out[19] = x.degraded, t.restarted, t.false_start
    out[20], out[21], out[22] = t.filler, x.history_lost, x.starts
    out[23], out[24], out[25] = t.wasted, x.stutter_ms, h.false_interrupt
    out[26], out[27], out[28] = h.hiccups, h.hiccup_ms, h.met
    out[29], out[30], out[31] = h.missed, h.stop_ms, h.talked_over_ms


@compiled
def count(
    p: Packed, session_start: Ints, first: int, beyond: int, stop_slot: Ints, rows: Floats, c: Counts, tile: Tile
) -> None:
    """Count the outcomes of sessions first..beyond under each row of settings.

    `stop_slot` (n,): where the stop time of a turn goes, -1 for a turn that no interrupt can stop.
    """
    lo, last, session = int(session_start[first]), int(session_start[beyond]), int(first)
    while lo < last:
        hi = fill(tile, p, lo, last)
        for m in range(len(rows)):
            count_tile(p, session_start, session, lo, hi, stop_slot, rows[m], m, c, tile)
        while session_start[session + 1] <= hi and session + 1 < beyond:
            session += 1
        lo = hi


@inlined
def count_tile(
    p: Packed, session_start: Ints, session: int, lo: int, hi: int, stop_slot: Ints, row: Vector, m: int, c: Counts,
    tile: Tile,
) -> None:  # fmt: skip
    """The same for the turns in the tile under the m-th row; the first of them belongs to this session."""
    s, response = rules(row), c.response[m, lo:hi]
    sweep(tile, hi - lo, p.pause_start[hi] - p.pause_start[lo], row, response)
    walk_odd(p, lo, hi, s, response, tile.notes)
    hear(p, lo, hi, stop_slot, s, response, c.stops[m], c.sums[m], tile.notes)
    total, top = 0.0, c.tops[m]
    for ms in response:
        known = ms if ms < np.inf else 0.0
        total += known
        top = max(top, known)
    c.sums[m, 0] += total
    c.tops[m] = top
    add_up(session_start, session, lo, hi, c.tallies[m], tile.notes)


@inlined
def walk_odd(p: Packed, lo: int, hi: int, s: Rules, response: Floats, notes: Notes) -> None:
    """The turns that are not plain, one by one."""
    for i in range(lo, hi):
        lane = i - lo
        if notes[ODD + lane]:
            x = answer_of(p, i, s)
            response[lane] = x.response_ms if answered(x) else np.inf
            notes[FEW + lane], notes[MANY + lane] = marks(x)
            notes[REQUESTS + lane] = x.lived.wasted + x.starts


@inlined
def hear(
    p: Packed, lo: int, hi: int, stop_slot: Ints, s: Rules, response: Floats, stops: Floats, sums: Floats, notes: Notes
) -> None:
    """What is said over the replies of the turns that were answered."""
    talked_over, hiccup = 0.0, 0.0
    for i in range(lo, hi):
        first, beyond, lane = p.overlap_start[i], p.overlap_start[i + 1], i - lo
        if beyond > first:
            h = talk_over(p.turns[i], p.overlaps, first, beyond, s.barge_in) if response[lane] < np.inf else UNHEARD
            talked_over += h.talked_over_ms
            hiccup += h.hiccup_ms
            notes[MANY + lane] |= marks_of_talk(h)
            notes[MET + lane], notes[LEFT + lane] = h.met, h.missed
            if stop_slot[i] >= 0:
                stops[stop_slot[i]] = h.stop_ms
    sums[1] += talked_over
    sums[2] += hiccup


@inlined
def add_up(session_start: Ints, session: int, lo: int, hi: int, tally: Notes, notes: Notes) -> None:
    """The notes of a tile's turns, session by session; the last may go on in the next tile."""
    at = lo
    while at < hi:
        end = min(session_start[session + 1], hi)
        few, many, starts, met, left = 0, 0, 0, 0, 0
        for lane in range(at - lo, end - lo):
            few += notes[FEW + lane]
            many += notes[MANY + lane]
            starts += notes[REQUESTS + lane]
            met += notes[MET + lane]
            left += notes[LEFT + lane]
        spread(few, many, tally[SESSION])
        tally[SESSION, STARTS] += starts
        tally[SESSION, MISSED] += left
        tally[TRIED, MISSED] += met
        if end == session_start[session + 1]:
            close(tally, end - session_start[session])
            session += 1
        at = end


@inlined
def close(tally: Notes, turns: int) -> None:
    """Add up the session under way, and begin another."""
    met = tally[TRIED, MISSED]
    for r in range(len(TALLIES)):
        y, t = tally[SESSION, r], met if r == MISSED else turns
        tally[EVENTS, r] += y
        tally[SQUARES, r] += y * y
        tally[CROSS, r] += y * t
        tally[SESSION, r] = 0
    tally[TRIALS, MISSED] += met
    tally[SIZES, MISSED] += met * met
    tally[TRIED, MISSED] = 0
