"""Turns in memory: one array a field, turns grouped by session (timing model, section 1).

A missing value is NaN. A fallback that does not exist, and a draw after the last one, are infinite: they never arrive.
Pauses, overlaps and rounds of tool calls stand in arrays of their own, those of turn i at
`pause_start[i]:pause_start[i + 1]`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from stages.arrays import Floats, Ints
from stages.errors import IncompleteTurn
from stages.turn import MAX_DRAWS, Kind

Texts = npt.NDArray[np.bytes_]

KINDS: tuple[str, ...] = get_args(Kind)

SCALARS: dict[str, str] = {
    "end_ms": "speech.end_ms",
    "eot_score": "speech.eot_score",
    "release_ms": "speech.release_ms",
    "onset_lag_ms": "speech.onset_lag_ms",
    "eot_delay_ms": "speech.eot_delay_ms",
    "up_ms": "network.up_ms",
    "down_ms": "network.down_ms",
    "final_ms": "asr.final_ms",
    "interim_ms": "asr.interim_ms",
    "lead_ms": "llm.lead_ms",
    "fallback_ttft_ms": "llm.fallback_ttft_ms",
    "token_ms": "llm.token_ms",
    "clause_tokens": "llm.clause_tokens",
    "sentence_tokens": "llm.sentence_tokens",
    "reply_tokens": "llm.reply_tokens",
    "prefill_ms_per_1k": "llm.prefill_ms_per_1k",
    "fallback_ttfb_ms": "tts.fallback_ttfb_ms",
    "ms_per_token": "tts.ms_per_token",
    "history_tokens": "history.tokens_per_turn",
    "history_turns": "history.turns",
    "history_needs": "history.needs",
    "other_ms": "other_ms",
    "response_ms": "response_ms",
}
"""Column of one value a turn -> the field it holds."""

COUNTS = ("clause_tokens", "sentence_tokens", "reply_tokens", "history_tokens", "history_turns", "history_needs")
"""The columns that hold whole numbers: kept as float32, which is exact up to 16 million and has a NaN."""

CENSORABLE: tuple[str, ...] = (
    "asr.final_ms",
    "llm.fallback_ttft_ms",
    "tts.fallback_ttfb_ms",
    *(f"llm.ttft_ms[{i}]" for i in range(MAX_DRAWS)),
    *(f"tts.ttfb_ms[{i}]" for i in range(MAX_DRAWS)),
)
"""The fields that may be marked as lower bounds; field j is bit j of `Columns.censored`."""

RAGGED = ("pause", "overlap", "tool")
"""What a turn may have any number of."""

NEEDED = (
    *("up_ms", "down_ms", "final_ms", "token_ms", "clause_tokens", "sentence_tokens", "reply_tokens", "ms_per_token"),
    *("ttft_ms", "ttfb_ms", "fallback_ttft_ms", "fallback_ttfb_ms", "prefill_ms_per_1k"),
)
"""The columns that an engine needs."""


@dataclass(frozen=True)
class Columns:
    """n turns of m sessions; arrays of shape (n,) unless another is given. Times in ms."""

    ids: Texts
    session: Ints
    """Which of `session_names` the turn belongs to; non-decreasing."""
    session_names: Texts
    position: Ints
    """The turn's place in the recording."""
    index: Ints
    tags: Texts
    """The turn's tags as a JSON object (see `pipeline.turns.tags`); empty: it has none."""
    end_ms: Floats
    eot_score: Floats
    release_ms: Floats
    onset_lag_ms: Floats
    eot_delay_ms: Floats
    up_ms: Floats
    down_ms: Floats
    final_ms: Floats
    interim_ms: Floats
    lead_ms: Floats
    fallback_ttft_ms: Floats
    token_ms: Floats
    clause_tokens: npt.NDArray[np.float32]
    sentence_tokens: npt.NDArray[np.float32]
    reply_tokens: npt.NDArray[np.float32]
    prefill_ms_per_1k: Floats
    fallback_ttfb_ms: Floats
    ms_per_token: Floats
    history_tokens: npt.NDArray[np.float32]
    history_turns: npt.NDArray[np.float32]
    history_needs: npt.NDArray[np.float32]
    other_ms: Floats
    """NaN: not known, which an engine takes for 0."""
    response_ms: Floats
    ttft_ms: Floats
    """(n, d), d <= 6: a row holds the turn's draws, one an attempt."""
    ttfb_ms: Floats
    """(n, d)"""
    tool_start: Ints
    """(n + 1,)"""
    tool_ms: Floats
    """(rounds,): from the first token of the tool calls to their result."""
    tool_ttft_ms: Floats
    """(rounds, MAX_DRAWS): as `ttft_ms`, of the request that follows."""
    tool_censored: npt.NDArray[np.uint8]
    """(rounds,) bit i: draw i of the request that follows is only a lower bound."""
    pauses_known: npt.NDArray[np.bool_]
    """Whether the recording says where the user paused."""
    pauses_assumed: npt.NDArray[np.bool_]
    """Whether the pauses come from a profile."""
    shortest_pause_ms: Floats
    """A shorter pause cannot have been seen while recording; 0: every pause was."""
    pause_start: Ints
    """(n + 1,)"""
    pause_at_ms: Floats
    pause_ms: Floats
    pause_score: Floats
    pause_release_ms: Floats
    pause_onset_lag_ms: Floats
    overlaps_known: npt.NDArray[np.bool_]
    overlaps_assumed: npt.NDArray[np.bool_]
    overlap_start: Ints
    """(n + 1,)"""
    overlap_at_ms: Floats
    overlap_ms: Floats
    overlap_kind: npt.NDArray[np.int8]
    """Place in `KINDS`."""
    overlap_words: npt.NDArray[np.int16]
    overlap_score: Floats
    censored: npt.NDArray[np.uint16]
    """Bit j: the field `CENSORABLE[j]` is only a lower bound."""

    def __len__(self) -> int:
        return len(self.end_ms)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays together."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    @cached_property
    def session_start(self) -> Ints:
        """(m + 1,): turns of session j stand at session_start[j]:session_start[j + 1]."""
        return np.searchsorted(self.session, np.arange(len(self.session_names) + 1)).astype(np.int32)

    def replace(self, **columns: Any) -> Columns:
        """The same turns with some columns changed."""
        return replace(self, **columns)

    def take(self, turns: npt.NDArray[np.int64]) -> Columns:
        """The turns at these places (ascending), and the sessions that have any of them."""
        kept, session = np.unique(self.session[turns], return_inverse=True)
        changed: dict[str, Any] = {"session": session.astype(np.int32), "session_names": self.session_names[kept]}
        for kind in RAGGED:
            places, changed[f"{kind}_start"] = spans(getattr(self, f"{kind}_start"), turns)
            for name in ragged(kind):
                changed[name] = getattr(self, name)[places]
        for field in fields(self):
            if field.name not in changed:
                changed[field.name] = getattr(self, field.name)[turns]
        return Columns(**changed)

    def of_sessions(self, sessions: npt.NDArray[np.int64]) -> Columns:
        """The turns of these sessions (places in `session_names`)."""
        return self.take(np.flatnonzero(np.isin(self.session, sessions)))

    def require_complete(self) -> None:
        """Raises IncompleteTurn where a value that an engine needs is missing or censored."""
        lacking = [name for name in (*NEEDED, "tool_ms", "tool_ttft_ms") if np.isnan(getattr(self, name)).any()]
        if self.censored.any() or self.tool_censored.any():
            lacking.append("censored values")
        if lacking:
            raise IncompleteTurn(f"complete the turns first: not every turn has {', '.join(lacking)}")

    def find(self, turn_id: str) -> int | None:
        """The place of a turn by its id."""
        places = np.flatnonzero(self.ids == turn_id.encode())
        return int(places[0]) if len(places) else None

    def in_recorded_order(self) -> npt.NDArray[np.int64]:
        """The turns' places in the order of the recording."""
        return np.argsort(self.position, kind="stable")


def ragged(kind: str) -> tuple[str, ...]:
    """The columns that hold the entries of a kind of `RAGGED`."""
    names = tuple(field.name for field in fields(Columns) if field.name.startswith(f"{kind}_"))
    return tuple(name for name in names if name != f"{kind}_start")


def spans(start: Ints, turns: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Ints]:
    """The places of all entries of these turns, and where each turn's begin among them."""
    lengths = (start[1:] - start[:-1])[turns]
    begins = np.concatenate([[0], np.cumsum(lengths)])
    places = np.arange(begins[-1]) - np.repeat(begins[:-1], lengths) + np.repeat(start[:-1][turns], lengths)
    return places, begins.astype(np.int32)
