"""Observations of one exchange: each value with where it comes from. What every importer of an agent's log gives."""

from __future__ import annotations

from typing import Literal

import msgspec

from pipeline.importers.spoken_text import Tokens
from stages.turn import Overlap, Pause


class Value(msgspec.Struct, frozen=True, gc=False):
    """A time in ms, and where it comes from; `censored`: a lower bound."""

    ms: float
    origin: Literal["measured", "derived", "censored"] = "measured"


def measured(ms: float | None) -> Value | None:
    """The value as the source gives it."""
    return None if ms is None else Value(ms)


def derived(ms: float | None) -> Value | None:
    """A value worked out from others."""
    return None if ms is None else Value(ms, "derived")


def at_least(ms: float | None) -> Value | None:
    """A lower bound."""
    return None if ms is None else Value(ms, "censored")


class ToolRound(msgspec.Struct, frozen=True):
    """A round of tool calls: from the first token of the call to the result, and the request after it."""

    ms: Value | None
    ttft_ms: tuple[Value | None, ...] = ()


class Observed(msgspec.Struct, frozen=True):
    """One exchange as a source shows it; None, or an empty tuple: not known.

    Times in ms. Delays of draws are a value an attempt, in order; attempts beyond are not known.
    """

    session: str
    place: str = ""
    """Where it stands in the source, for messages: a turn's name there, or file and line."""
    number: int | None = None
    """The source's own number of the turn: gaps show turns that it left out."""
    index: int | None = None
    """How often the agent had spoken before; None: the place in the session."""
    at_ms: float | None = None
    """When the user's speech began, on the source's clock."""
    speech_ms: Value | None = None
    """From the user's first speech to the end of the turn, pauses included."""
    pauses: tuple[Pause, ...] | None = None
    eot_score: float | None = None
    eot_delay_ms: Value | None = None
    release_ms: Value | None = None
    onset_lag_ms: Value | None = None
    final_ms: Value | None = None
    """From the end of speech to the final transcript."""
    interim_ms: Value | None = None
    end_of_turn_ms: Value | None = None
    """From the end of speech to the commit: of the settings' making, so no field of a turn, but other values are held
    against it."""
    lead_ms: Value | None = None
    """From the commit to the first request to the LLM."""
    ttft_ms: tuple[Value | None, ...] = ()
    tools: tuple[ToolRound, ...] = ()
    token_ms: Value | None = None
    tokens: Tokens | None = None
    """As a model counts them, where that is known; else by words."""
    ttfb_ms: tuple[Value | None, ...] = ()
    ms_per_token: Value | None = None
    network_ms: Value | None = None
    """Both ways together. None: the source measures at the server, and the network is in no value of it."""
    overlaps: tuple[Overlap, ...] | None = None
    response_ms: Value | None = None
    early: bool | None = None
    """Whether the LLM was asked before the commit; None: not known."""
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    """What else the source says of it, such as a language: not part of a turn yet."""
