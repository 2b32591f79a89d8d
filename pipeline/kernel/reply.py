"""A reply as compiled code: from the LLM's start to its sound (timing model, section 4)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.kernel.compiled import inlined
from pipeline.kernel.packed import CLAUSE, INF, LEAD, OTHER, REPLY, SENTENCE
from pipeline.kernel.policy import GAVE_UP, Stages
from stages.arrays import Floats
from stages.vector import Vector, code, places

PREEMPTIVE_TTS, FIRST_CHUNK, LOOKAHEAD = places("eager.tts", "tts.first_chunk", "tts.lookahead_tokens")
PREBUFFER, FILLER_AFTER, FILLER = places("playout.prebuffer_ms", "filler.after_ms", "filler.ms")

CLAUSE_CHUNK, SENTENCE_CHUNK = code("tts.first_chunk", "clause"), code("tts.first_chunk", "sentence")


class Speaking(NamedTuple):
    """How a reply becomes sound."""

    preemptive_tts: bool
    first_chunk: int
    lookahead: int
    prebuffer: float
    filler_after: float
    """Infinite: no filler."""
    filler: float


@inlined
def speaking(row: Vector) -> Speaking:
    """That of a row of settings."""
    after = INF if np.isnan(row[FILLER_AFTER]) else row[FILLER_AFTER]
    return Speaking(
        row[PREEMPTIVE_TTS] > 0, int(row[FIRST_CHUNK]), int(row[LOOKAHEAD]), row[PREBUFFER], after, row[FILLER]
    )


class Replied(NamedTuple):
    """When one reply's text and audio were ready, and when it was heard."""

    first_token: float
    chunk: float
    audio: float
    play: float
    sound: float
    filler: bool


@inlined
def reply(
    v: Speaking, turn: Floats, stages: Stages, preemptive: bool, started: float, commit: float, floor: float
) -> Replied:
    """One reply from its LLM's start to its sound; `started` is when it was begun, if that was before the commit."""
    ask = commit + turn[LEAD]
    first_token = (started if preemptive else ask) + stages.llm_ready
    if stages.tools:
        first_token = max(first_token, ask) + stages.chain_ms
    if stages.llm_fate == GAVE_UP:
        chunk = first_token
        audio = first_token
    else:
        chunk = first_token + stages.chunk_ms
        audio = (chunk if v.preemptive_tts else max(chunk, ask)) + stages.tts_ready
    play = max(max(audio, ask), floor) + turn[OTHER] + v.prebuffer
    sound = play
    filler = play > commit + v.filler_after
    if filler:
        sound = commit + v.filler_after
        play = max(play, commit + v.filler_after + v.filler)
    return Replied(first_token, chunk, audio, play, sound, filler)


@inlined
def first_chunk(turn: Floats, v: Speaking) -> tuple[float, float]:
    """Tokens of the reply that are spoken first, and how many must be there before (timing model, section 4)."""
    tokens = turn[REPLY]
    if v.first_chunk == CLAUSE_CHUNK:
        tokens = turn[CLAUSE]
    elif v.first_chunk == SENTENCE_CHUNK:
        tokens = turn[SENTENCE]
    return tokens, min(tokens + v.lookahead, turn[REPLY])
