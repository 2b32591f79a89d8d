"""The stage policy as compiled code: what LLM and TTS take in a turn (timing model, section 3)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.kernel.compiled import inlined
from pipeline.kernel.packed import DRAWS, INF, LLM_FALLBACK, PREFILL, TOKEN, TTS_FALLBACK, TURNS
from stages.arrays import Floats
from stages.vector import Vector, places

LLM = places("llm.timeout_ms", "llm.attempts", "llm.retry_gap_ms", "llm.hedge", "llm.fallback")
TTS = places("tts.timeout_ms", "tts.attempts", "tts.retry_gap_ms", "tts.hedge", "tts.fallback")
(MAX_HISTORY,) = places("llm.max_history")

ANSWERED, FELL_BACK, GAVE_UP = 0, 1, 2  # what became of a stage's policy


class Policy(NamedTuple):
    """When a stage is given up, and what then."""

    timeout: float
    attempts: int
    gap: float
    hedge: bool
    fallback: bool


@inlined
def policy_of(row: Vector, stage: tuple[int, ...]) -> Policy:
    """That of a row of settings; `stage` is `LLM` or `TTS`."""
    return Policy(row[stage[0]], int(row[stage[1]]), row[stage[2]], row[stage[3]] > 0, row[stage[4]] > 0)


@inlined
def max_history(row: Vector) -> float:
    """How many past turns are kept; infinite: all."""
    return INF if np.isnan(row[MAX_HISTORY]) else row[MAX_HISTORY]


class Stages(NamedTuple):
    """What LLM and TTS take in a turn: the same for every reply in it, premature or restarted."""

    llm_ready: float
    """Of the first request."""
    llm_starts: int
    """Requests beyond the one that each round of tool calls needs."""
    llm_fate: int
    tools: bool
    """Whether the first request called any."""
    tools_ms: float
    """How long they ran."""
    chain_ms: float
    """From the first call to the first spoken token, or to giving up: the tools, and the requests after them."""
    chunk_ms: float
    """From the first token to the end of the first chunk."""
    tts_ready: float
    tts_fate: int


@inlined
def policy(
    turn: Floats, first: int, draws: int, saved: float, p: Policy, fallback_draw: float
) -> tuple[float, int, int]:
    """When a stage's answer is there, how many requests that took, and what became of it (timing model, section 3)."""
    ready, starts = INF, 0
    if p.hedge:
        for k in range(p.attempts):
            if k * p.timeout >= ready:
                break
            starts += 1
            if k < draws:
                ready = min(ready, k * p.timeout + max(0.0, turn[first + k] - saved))
        end = p.attempts * p.timeout
        if ready <= end:
            return ready, starts, ANSWERED
    else:
        for k in range(p.attempts):
            starts += 1
            if k < draws:
                draw = max(0.0, turn[first + k] - saved)
                if draw <= p.timeout:
                    ready = k * (p.timeout + p.gap) + draw
                    break
        if ready < INF:
            return ready, starts, ANSWERED
        end = p.attempts * p.timeout + (p.attempts - 1) * p.gap
    if p.fallback and fallback_draw < INF:
        return end + fallback_draw, starts + 1, FELL_BACK
    return end, starts, GAVE_UP


@inlined
def saved(turn: Floats, kept: float) -> float:
    """What a history of so many turns takes off the first token, in ms (timing model, section 3)."""
    return float(turn[PREFILL] * max(0.0, turn[TURNS] - kept))


@inlined
def chain(
    tools: Floats, lo: int, hi: int, draws: int, less: float, p: Policy, fallback_draw: float
) -> tuple[float, float, int, int]:
    """Rounds lo..hi of tool calls one after the other: how long they and the requests after them take, how long the
    tools run, how many requests that takes beyond one a round, and what became of them."""
    chain_ms, tools_ms, more, fate = 0.0, 0.0, 0, ANSWERED
    for r in range(lo, hi):
        ready, starts, ended = policy(tools[r], 1, draws, less, p, fallback_draw)
        chain_ms += tools[r, 0] + ready
        tools_ms += tools[r, 0]
        more += starts - 1
        fate = max(fate, ended)
        if ended == GAVE_UP:
            break
    return chain_ms, tools_ms, more, fate


@inlined
def work(turn: Floats, d: int, llm: Policy, kept: float, tts: Policy, c: float) -> Stages:
    """What LLM and TTS take without tools, in most turns that of the first attempt; c tokens make the first chunk."""
    less = saved(turn, kept)
    llm_ready, starts, llm_fate = max(0.0, turn[DRAWS] - less), 1, ANSWERED
    if llm_ready > llm.timeout:
        llm_ready, starts, llm_fate = policy(turn, DRAWS, d, less, llm, turn[LLM_FALLBACK])
    tts_ready, tts_fate = turn[DRAWS + d], ANSWERED
    if tts_ready > tts.timeout:
        tts_ready, _, tts_fate = policy(turn, DRAWS + d, d, 0.0, tts, turn[TTS_FALLBACK])
    return Stages(llm_ready, starts, llm_fate, False, 0.0, 0.0, (c - 1) * turn[TOKEN], tts_ready, tts_fate)


@inlined
def with_tools(x: Stages, turn: Floats, tools: Floats, lo: int, hi: int, d: int, llm: Policy, kept: float) -> Stages:
    """The same with rounds lo..hi of tool calls (timing model, section 3: tools)."""
    if lo == hi or x.llm_fate == GAVE_UP:
        return x
    chain_ms, tools_ms, more, fate = chain(tools, lo, hi, d, saved(turn, kept), llm, turn[LLM_FALLBACK])
    return Stages(
        x.llm_ready, x.llm_starts + more, max(x.llm_fate, fate), True, tools_ms, chain_ms,
        x.chunk_ms, x.tts_ready, x.tts_fate,
    )  # fmt: skip
