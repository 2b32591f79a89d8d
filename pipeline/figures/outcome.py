"""The outcome of one turn under one set of settings: what the user experiences (timing model, sections 4, 5, 8)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stages.model import Model

OF_PAUSES = ("cut_off", "premature", "restarted", "false_start", "wasted_starts")
"""The fields of an outcome that rest on the pauses inside the turn."""

OF_OVERLAPS = (
    *("false_interrupt", "hiccups", "hiccup_ms", "interrupts_met", "interrupts_missed", "stop_ms", "talked_over_ms"),
)
"""The fields that rest on what the microphone picks up while the agent talks."""

MAYBE_UNKNOWN = (*OF_PAUSES, *OF_OVERLAPS, "lost")
"""The fields that are null in a file of outcomes where the recording does not show them."""


class Parts(Model):
    """Where the response time went, in ms; they add up to `response_ms` (timing model, section 4)."""

    network: float
    endpoint: float
    asr: float
    lead: float
    llm: float
    tools: float
    chunk: float
    tts: float
    floor: float
    other: float
    playout: float


class Outcome(Model):
    """The outcome of one turn. Times in ms; `response_ms`, `first_sound_ms` and `parts` are None for a lost turn."""

    response_ms: float | None
    first_sound_ms: float | None
    parts: Parts | None
    cut_off: bool
    premature: int
    lost: bool
    failed: bool
    degraded: bool
    restarted: bool
    false_start: bool
    filler: bool
    history_lost: bool
    llm_starts: int
    wasted_starts: int
    stutter_ms: float
    false_interrupt: bool
    hiccups: int
    hiccup_ms: float
    interrupts_met: int
    interrupts_missed: int
    stop_ms: Annotated[tuple[float, ...], Field(strict=False)]
    talked_over_ms: float
