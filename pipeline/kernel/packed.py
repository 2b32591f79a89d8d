"""Complete turns as the kernel reads them: a row a turn, a row a pause, a row an overlap."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from pipeline.turns.columns import Columns
from stages.arrays import Floats, Ints

INF = np.inf

# The columns of a turn's row; the draws of the LLM, then of the TTS, stand behind them. TOOLS counts the rounds.
END, SCORE, RELEASE, ONSET_LAG, EOT_DELAY, UP, DOWN, FINAL, INTERIM = range(9)
LLM_FALLBACK, TOKEN, CLAUSE, SENTENCE, REPLY, PREFILL, TURNS, NEEDS = range(9, 17)
TTS_FALLBACK, TOKEN_AUDIO, FIRST, LEAD, OTHER, TOOLS, DRAWS = range(17, 24)

# The columns of a pause's row. It is quiet; the words before it are final, or shown; it is over, and that is noticed;
# how long the user then talks, and how long a gap the VAD hears.
P_QUIET, P_HEARD, P_SHOWN, P_SCORE, P_OVER, P_BACK, P_TALK, P_GAP = range(8)
P_DELAY, P_HELD = P_GAP + 1, P_GAP + 2
"""Columns behind those of a pause's row in a tile: what the end-of-turn model takes, and since when words before the
pauses are held as final."""


class Packed(NamedTuple):
    """Times in ms; rows in the order of the columns."""

    turns: Floats
    """(n, DRAWS + 2 d): see above."""
    pauses: Floats
    """(pauses, 8): see above."""
    overlaps: Floats
    """(overlaps, 5): start, length, kind, words, score."""
    tools: Floats
    """(rounds of tool calls, 1 + d): how long the tools run, then the draws of the LLM's next request."""
    pause_start: Ints
    overlap_start: Ints
    tool_start: Ints
    draws: int


def pack(columns: Columns) -> Packed:
    """The rows of complete turns; IncompleteTurn where a value is missing or censored."""
    columns.require_complete()
    c = columns
    tokens = np.nan_to_num(c.history_tokens.astype(np.float64))
    prefill = c.prefill_ms_per_1k / 1000 * tokens  # timing model, section 3
    fields: list[Any] = [
        *(c.end_ms, c.eot_score, c.release_ms, c.onset_lag_ms, c.eot_delay_ms, c.up_ms, c.down_ms, c.final_ms),
        *(c.interim_ms, c.fallback_ttft_ms, c.token_ms, c.clause_tokens, c.sentence_tokens, c.reply_tokens, prefill),
        *(np.nan_to_num(c.history_turns), np.nan_to_num(c.history_needs), c.fallback_ttfb_ms, c.ms_per_token),
        *(c.index == 0, c.lead_ms, np.nan_to_num(c.other_ms), np.diff(c.tool_start)),
    ]
    tools = _tools(c)
    draws = max(c.ttft_ms.shape[1], c.ttfb_ms.shape[1], tools.shape[1] - 1)
    turns = np.full((len(c), DRAWS + 2 * draws), np.inf)
    for place, values in enumerate(fields):
        turns[:, place] = values
    turns[:, DRAWS : DRAWS + c.ttft_ms.shape[1]] = c.ttft_ms
    turns[:, DRAWS + draws : DRAWS + draws + c.ttfb_ms.shape[1]] = c.ttfb_ms
    pauses = _pauses(c)
    overlaps = [c.overlap_at_ms, c.overlap_ms, c.overlap_kind, c.overlap_words, c.overlap_score]
    return Packed(
        turns,
        _rows(pauses, len(c.pause_ms)),
        _rows(overlaps, len(c.overlap_ms)),
        np.pad(tools, ((0, 0), (0, draws + 1 - tools.shape[1])), constant_values=np.inf),
        c.pause_start,
        c.overlap_start,
        c.tool_start,
        draws,
    )


def _tools(c: Columns) -> Floats:
    """The rounds of tool calls, without the attempts that none has a draw for."""
    used = np.isfinite(c.tool_ttft_ms).any(axis=0)
    most = int(np.flatnonzero(used)[-1]) + 1 if used.any() else 1
    return np.column_stack([c.tool_ms, c.tool_ttft_ms[:, :most]])


def _pauses(c: Columns) -> list[Any]:
    """The columns of a pause's row: what the server knows of it, and when, whatever the settings."""
    counts = np.diff(c.pause_start)
    owner, some = np.repeat(np.arange(len(c)), counts), counts > 0
    mouth = c.pause_at_ms + c.up_ms[owner]
    over = c.pause_at_ms + c.pause_ms
    goes_on = np.append(c.pause_at_ms[1:], np.nan)
    goes_on[c.pause_start[1:][some] - 1] = c.end_ms[some]
    heard = over + c.up_ms[owner]
    return [
        *(mouth + c.pause_release_ms, mouth + c.final_ms[owner], mouth + c.interim_ms[owner], c.pause_score, heard),
        *(heard + c.pause_onset_lag_ms, goes_on - over, c.pause_ms + c.pause_onset_lag_ms - c.pause_release_ms),
    ]


def _rows(columns: list[Any], n: int) -> Floats:
    table = np.empty((n, len(columns)))
    for place, values in enumerate(columns):
        table[:, place] = values
    return table
