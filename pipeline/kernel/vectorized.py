"""Some dozens of turns side by side, a column a field, as a core's vector units read them (timing model, section 4).

In most turns nothing comes of a pause, and LLM and TTS answer the first request in time. What such a plain turn comes
to takes no branch that depends on the turn, so a whole tile is worked out as if all its turns were plain, several of
them in one instruction. The same pass finds those that are not: they are walked through one by one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.kernel.compiled import compiled, inlined
from pipeline.kernel.listening import ON_FINAL, in_time, last_silence, listen, may_start_on_earlier_words, pause_in_tile
from pipeline.kernel.overlaps import INTERRUPT
from pipeline.kernel.packed import (
    DRAWS,
    EOT_DELAY,
    INF,
    LEAD,
    OTHER,
    P_BACK,
    P_DELAY,
    P_GAP,
    P_HEARD,
    P_HELD,
    P_TALK,
    TOKEN,
    TOOLS,
    Packed,
)
from pipeline.kernel.policy import ANSWERED, Stages, saved
from pipeline.kernel.rates import marks
from pipeline.kernel.reply import first_chunk, reply
from pipeline.kernel.rules import Rules, rules
from pipeline.kernel.turn import Answer, Lived, finish
from stages.arrays import Floats
from stages.vector import Vector

SIMD_WIDTH = 64
"""Turns in a tile: they stay in a core's first cache while they meet one row of settings after the other."""

PAUSES = 192
"""Room for their pauses; a turn with more of them than that is not plain."""

HELD, LATEST, TTS_DRAW = range(DRAWS + 1, DRAWS + 4)
"""Columns behind those of a turn's row, of which the LLM's first draw is the last: since when words before the last
pauses are held as final, and the TTS's first draw."""

SILENCES = (TTS_DRAW + 1) * SIMD_WIDTH
"""Where the columns of the pauses begin."""

ODD, FEW, MANY, REQUESTS, MET, LEFT = (place * SIMD_WIDTH for place in range(6))
"""Where the notes of turns begin: whether it is not plain, which rates it counts towards (`marks`), its LLM requests,
interrupts that it met, and those of them that were left unheard."""

STIRS, OWNER = 6 * SIMD_WIDTH, 6 * SIMD_WIDTH + PAUSES
"""Where those of pauses begin: whether anything comes of it, and the turn that it belongs to."""

BARE = OWNER + PAUSES
"""Where it is noted that no turn of the tile has a lead, tools, or time that no stage explains."""

Notes = npt.NDArray[np.int64]
Values = Any
"""A turn's row by value: a tuple, which stands in for an array where a constant place is read."""


class Tile(NamedTuple):
    """Room for one tile."""

    columns: Floats
    notes: Notes


def room() -> Tile:
    """Room for one tile, to be filled."""
    return Tile(np.zeros(SILENCES + (P_HELD + 1) * PAUSES), np.zeros(BARE + 1, dtype=np.int64))


@inlined
def fill(tile: Tile, p: Packed, lo: int, last: int) -> int:
    """Take in as many turns from `lo` on as there is room for, none from `last` on; the turn behind them."""
    columns, notes = tile.columns, tile.notes
    begin, hi = p.pause_start[lo], lo + 1
    while hi < last and hi - lo < SIMD_WIDTH and p.pause_start[hi + 1] - begin <= PAUSES:
        hi += 1
    notes[BARE] = 1
    for i in range(lo, hi):
        turn, lane = p.turns[i], i - lo
        if turn[LEAD] > 0 or turn[OTHER] > 0 or turn[TOOLS] > 0:
            notes[BARE] = 0
        for place in range(DRAWS + 1):
            columns[place * SIMD_WIDTH + lane] = turn[place]
        columns[TTS_DRAW * SIMD_WIDTH + lane] = turn[DRAWS + p.draws]
        first, n = p.pause_start[i], p.pause_start[i + 1] - p.pause_start[i]
        held = p.pauses[first, P_HEARD] if n else INF
        columns[HELD * SIMD_WIDTH + lane] = held
        columns[LATEST * SIMD_WIDTH + lane] = p.pauses[first + n - 1, P_HEARD] if n else INF
        notes[MET + lane] = notes[LEFT + lane] = 0
        for k in range(first - begin, min(first - begin + n, PAUSES)):
            for place in range(P_GAP + 1):
                columns[SILENCES + place * PAUSES + k] = p.pauses[begin + k, place]
            columns[SILENCES + P_DELAY * PAUSES + k] = turn[EOT_DELAY]
            columns[SILENCES + P_HELD * PAUSES + k] = held if begin + k > first else INF
            notes[OWNER + k] = lane
    return hi


@compiled
def sweep(tile: Tile, n: int, pauses: int, row: Vector, response: Floats) -> None:
    """What n turns with so many pauses come to under a row of settings if they are plain, and which of them are not.

    Every loop takes its lanes from constant places of two arrays: that is what lets the compiler take several at once.
    """
    s, notes = rules(row), tile.notes
    # A loop of its own for each case that is common: what is constant in it costs nothing.
    on_final = s.listen.preemptive == ON_FINAL
    if notes[BARE] and not on_final:
        for lane in range(n):
            note(notes, response, lane, plain(bare_turn(tile.columns, lane), s, False))
    elif notes[BARE]:
        for lane in range(n):
            note(notes, response, lane, plain(bare_turn(tile.columns, lane), s, True))
    else:
        for lane in range(n):
            note(notes, response, lane, plain(whole_turn(tile.columns, lane), s, True))
    if pauses > PAUSES:
        notes[ODD] = 1
        return
    if on_final:
        for k in range(pauses):
            notes[STIRS + k] = stirs(tile.columns, SILENCES + k, s, True)
    else:
        for k in range(pauses):
            notes[STIRS + k] = stirs(tile.columns, SILENCES + k, s, False)
    for k in range(pauses):
        notes[ODD + notes[OWNER + k]] |= notes[STIRS + k]


@inlined
def note(notes: Notes, response: Floats, lane: int, found: tuple[bool, Answer]) -> None:
    """Note what a turn comes to."""
    odd, x = found
    response[lane] = x.response_ms
    few, many = marks(x)
    notes[ODD + lane], notes[FEW + lane], notes[MANY + lane], notes[REQUESTS + lane] = odd, few, many, 1


@inlined
def bare_turn(columns: Floats, lane: int) -> Values:
    """A turn's columns as values, in a tile where `LEAD`, `OTHER` and `TOOLS` are 0: constants cost nothing."""
    c, w = columns[lane:], SIMD_WIDTH
    return (
        c[0], c[w], c[2 * w], c[3 * w], c[4 * w], c[5 * w], c[6 * w], c[7 * w], c[8 * w], c[9 * w], c[10 * w],
        c[11 * w], c[12 * w], c[13 * w], c[14 * w], c[15 * w], c[16 * w], c[17 * w], c[18 * w], c[19 * w],
        0.0, 0.0, 0.0, c[23 * w], c[24 * w], c[25 * w], c[26 * w],
    )  # fmt: skip


@inlined
def whole_turn(columns: Floats, lane: int) -> Values:
    """A turn's columns as values: `TTS_DRAW` is the last."""
    c, w = columns[lane:], SIMD_WIDTH
    return (
        c[0], c[w], c[2 * w], c[3 * w], c[4 * w], c[5 * w], c[6 * w], c[7 * w], c[8 * w], c[9 * w], c[10 * w],
        c[11 * w], c[12 * w], c[13 * w], c[14 * w], c[15 * w], c[16 * w], c[17 * w], c[18 * w], c[19 * w], c[20 * w],
        c[21 * w], c[22 * w], c[23 * w], c[24 * w], c[25 * w], c[26 * w],
    )  # fmt: skip


@inlined
def plain(turn: Values, s: Rules, on_final: bool) -> tuple[bool, Answer]:
    """Whether more than this happens in the turn, and what it comes to if not: one reply to its last silence.

    `on_final`: a constant; whether replies may begin on final transcripts before the commit.
    """
    v = s.listen
    tokens, c = first_chunk(turn, s.speak)
    llm_ready, tts_ready = max(0.0, turn[DRAWS] - saved(turn, s.max_history)), turn[TTS_DRAW]
    stages = Stages(llm_ready, 1, ANSWERED, False, 0.0, 0.0, (c - 1) * turn[TOKEN], tts_ready, ANSWERED)
    silence = last_silence(turn, turn[HELD])
    endpoint, commit, started = listen(v, silence)
    late = on_final and may_start_on_earlier_words(v, silence, commit)
    started = in_time(v, silence, turn[LATEST]) if late else started
    preemptive, partial = (started < commit) & (v.max_starts > 0), silence.heard > commit
    r = reply(s.speak, turn, stages, preemptive, started, commit, 0.0)
    lived = Lived(
        False, commit, endpoint, 0.0, r.first_token, r.chunk, r.audio, r.play, r.sound, INF,
        False, False, 0, False, partial, r.filler, 0,
    )  # fmt: skip
    restarts = partial & (v.late_final >= 0) & (s.barge_in.mode == INTERRUPT)
    odd = (llm_ready > s.llm.timeout) | (tts_ready > s.tts.timeout) | restarts | (turn[TOOLS] > 0)
    odd |= late & (turn[LATEST] > commit) & (turn[HELD] <= commit)
    return odd, finish(turn, s, lived, stages, tokens, c, tts_ready)


@inlined
def stirs(columns: Floats, at: int, s: Rules, on_final: bool) -> bool:
    """Whether anything comes of the pause whose columns begin at `at`, if nothing came of those before it."""
    v, c, w = s.listen, columns[at:], PAUSES
    silence = pause_in_tile(c, w)
    _, commit, started = listen(v, silence)
    back = c[P_BACK * w] + min(v.onset, c[P_TALK * w])
    preemptive = (started < back) & (started < commit) & (v.max_starts > 0)
    earlier = on_final and may_start_on_earlier_words(v, silence, commit)
    return bool((v.vad_silence < c[P_GAP * w]) & ((commit < back) | preemptive | earlier))
