"""The tables of docs/guide: settings, profile of the turns, and the figures that show the trade-off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SILENCE, PATIENCE, BELIEF = "endpointing.silence_ms", "endpointing.max_silence_ms", "endpointing.eot_threshold"
P50, P95, P99 = "response_ms.p50", "response_ms.p95", "response_ms.p99"
CUT_OFF, STARTS, STUTTER = "cut_off_rate", "llm_starts_per_turn", "stutter_rate"
MISSED, FALSE, STOP, OVER = "missed_interrupt_rate", "false_interrupt_rate", "stop_ms.p50", "talked_over_ms"

SOUND = {SILENCE: 400, PATIENCE: 3000, BELIEF: 0.1}
"""Reasonable endpointing, so that a page shows only the effect of its own settings."""


SOUNDS = ("backchannel", "noise", "echo")
ECHO = ("echo",)


@dataclass(frozen=True)
class Row:
    """The label of a row, and the settings it changes. `sounds`: the only kinds of sound besides interrupts."""

    label: str
    changes: dict[str, Any]
    sounds: tuple[str, ...] = SOUNDS


@dataclass(frozen=True)
class Table:
    """One table of a page; the figures in `drawn` have a bar."""

    page: str
    name: str
    varied: str
    profile: str
    rows: tuple[Row, ...]
    figures: tuple[str, ...]
    drawn: tuple[str, ...]
    base: dict[str, Any] = field(default_factory=dict)


def steps(name: str, values: Iterable[Any], **also: Any) -> tuple[Row, ...]:
    """One row for each value of a setting."""
    unit = " ms" if name.endswith("_ms") else ""
    return tuple(Row("null" if one is None else f"{one}{unit}", {name: one} | also) for one in values)


def _waits() -> tuple[Row, ...]:
    return tuple(Row(f"{ms} ms", {SILENCE: ms, PATIENCE: ms}) for ms in (300, 500, 700, 1000, 1500, 2000, 3000))


def _early() -> tuple[Row, ...]:
    scored = ((one, {"eager.on": "score", "eager.threshold": one}) for one in (0.95, 0.7, 0.5, 0.3))
    plain = (Row("off", {}), *(Row(f"score, {one}", changes) for one, changes in scored))
    return (*plain, Row("final", {"eager.on": "final"}))


def _hedges() -> tuple[Row, ...]:
    hedged = {"llm.attempts": 3, "llm.hedge": True}
    return (
        Row("none", {"llm.timeout_ms": 10_000}),
        *(Row(f"after {ms} ms", {"llm.timeout_ms": ms} | hedged) for ms in (2000, 1200, 800, 700, 600, 500)),
    )


def _modes() -> tuple[Row, ...]:
    least = "barge_in.min_speech_ms"
    return (
        *(Row(f"{ms} ms", {least: ms}) for ms in (100, 200, 300, 400, 500, 700, 1000)),
        Row("never (append)", {"barge_in.mode": "append"}),
    )


TABLES: tuple[Table, ...] = (
    Table("endpointing", "wait", "silence waited for", "ai-tutor", _waits(), (P50, CUT_OFF, STARTS), (P50, CUT_OFF)),
    Table(
        "endpointing",
        "model",
        BELIEF,
        "ai-tutor",
        steps(BELIEF, (None, 0.05, 0.1, 0.3, 0.5, 0.9)),
        (P50, P95, CUT_OFF),
        (P95, CUT_OFF),
        {SILENCE: 400, PATIENCE: 3000},
    ),
    Table(
        "early-start",
        "starts",
        "eager.on, eager.threshold",
        "support-call",
        _early(),
        (P50, P95, STARTS, CUT_OFF),
        (P50, STARTS),
        {SILENCE: 1000, PATIENCE: 3000, BELIEF: 0.3},
    ),
    Table(
        "timeouts",
        "once",
        "llm.timeout_ms",
        "support-call",
        steps("llm.timeout_ms", (600, 800, 1200, 2000, 4000, 8000, 20_000)),
        (P95, P99, "failed_rate", "dead_air_rate"),
        ("failed_rate", "dead_air_rate"),
        SOUND,
    ),
    Table(
        "timeouts",
        "retried",
        "llm.timeout_ms",
        "support-call",
        steps("llm.timeout_ms", (600, 800, 1200, 2000, 4000, 8000, 20_000)),
        (P95, P99, "failed_rate", "dead_air_rate", STARTS),
        ("failed_rate", "dead_air_rate"),
        SOUND | {"llm.attempts": 3},
    ),
    Table("hedging", "hedges", "second request", "support-call", _hedges(), (P95, P99, STARTS), (P99, STARTS), SOUND),
    Table(
        "first-chunk",
        "chunk",
        "tts.first_chunk",
        "companion-toy",
        steps("tts.first_chunk", ("clause", "sentence", "reply")),
        (P50, P95, STUTTER),
        (P50, STUTTER),
        SOUND,
    ),
    Table(
        "first-chunk",
        "prebuffer",
        "playout.prebuffer_ms",
        "companion-toy",
        steps("playout.prebuffer_ms", (0, 50, 100, 200, 300, 500)),
        (P50, STUTTER),
        (P50, STUTTER),
        SOUND | {"tts.first_chunk": "clause"},
    ),
    Table(
        "fillers",
        "after",
        "filler.after_ms",
        "companion-toy",
        steps("filler.after_ms", (None, 2500, 2000, 1500, 1200, 1000)),
        ("dead_air_rate", P50, P95, "filler_rate"),
        ("dead_air_rate", P50),
        SOUND | {"llm.timeout_ms": 3000, "llm.attempts": 2},
    ),
    Table(
        "history",
        "turns",
        "llm.max_history",
        "ai-tutor",
        steps("llm.max_history", (None, 64, 32, 16, 8, 4, 1)),
        (P50, P95, "history_lost_rate"),
        (P50, "history_lost_rate"),
        SOUND,
    ),
    Table(
        "barge-in",
        "voice",
        "barge_in.min_speech_ms",
        "support-call",
        _modes(),
        (MISSED, FALSE, STOP, OVER),
        (MISSED, FALSE),
        SOUND,
    ),
    Table(
        "backchannels",
        "ways",
        "what it takes to stop",
        "support-call",
        (
            Row("300 ms of voice", {}),
            Row("500 ms of voice", {"barge_in.min_speech_ms": 500}),
            Row("300 ms and one word", {"barge_in.min_words": 1}),
            Row("300 ms and two words", {"barge_in.min_words": 2}),
            Row("300 ms, going on after 600 ms of silence", {"barge_in.resume_ms": 600}),
            Row("300 ms and a score of 0.5", {"barge_in.score_threshold": 0.5}),
        ),
        (MISSED, FALSE, "hiccup_rate", STOP),
        (MISSED, FALSE),
        SOUND,
    ),
    Table(
        "echo",
        "kinds",
        "what the microphone hears beside the user",
        "companion-toy",
        (Row("all of it", {}), *(Row(f"{one} alone", {}, (one,)) for one in SOUNDS)),
        (FALSE,),
        (FALSE,),
        SOUND,
    ),
    Table(
        "echo",
        "ways",
        "what it takes to stop, with echo alone",
        "companion-toy",
        (
            Row("300 ms of voice", {}, ECHO),
            Row("600 ms of voice", {"barge_in.min_speech_ms": 600}, ECHO),
            Row("300 ms, not in the first second", {"barge_in.guard_ms": 1000}, ECHO),
            Row("300 ms and two words", {"barge_in.min_words": 2}, ECHO),
            Row("300 ms and a score of 0.5", {"barge_in.score_threshold": 0.5}, ECHO),
        ),
        (MISSED, FALSE, STOP),
        (MISSED, FALSE),
        SOUND,
    ),
)
