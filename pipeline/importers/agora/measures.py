"""What Agora measures of one turn, in each of the shapes in which it tells it.

Source: docs.agora.io, "Query conversation turn information", "Notification event types", "Optimize latency"; types of
agora-agents 2.12.0 (GetTurnsAgentsResponse) and of agent-client-toolkit-ts. All times are ms. The segments of a turn
are: algorithm_processing (the wait for the end of the turn), asr_ttlw (from the end of speech to the last word),
llm_ttft, llm_ftfs (first token to first sentence), tts_ttfb, transport (absent for the Web SDK); llm_ttfa of a model
that speaks. Webhook 111 says llm_ttfb for llm_ttft, and llm_ttfs counts from the request.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.importers.json_values import Object, count, entries, group, number, text
from pipeline.importers.moments import ms_of

SEGMENTS = {
    "algorithm_processing": "algorithm",
    "asr_ttlw": "asr_ttlw",
    "llm_ttft": "llm_ttft",
    "llm_ttfb": "llm_ttft",
    "llm_ttfa": "llm_ttfa",
    "llm_ftfs": "llm_ftfs",
    "llm_ttfs": "llm_ttfs",
    "tts_ttfb": "tts_ttfb",
    "transport": "transport",
}
"""Name of a segment -> the measure here."""

LIVE = {
    ("asr", "ttlw"): "asr_ttlw",
    ("llm", "ttft"): "llm_ttft",
    ("llm", "ttfb"): "llm_ttft",
    ("llm", "ttfs"): "llm_ttfs",
    ("mllm", "ttfa"): "llm_ttfa",
    ("tts", "ttfb"): "tts_ttfb",
}
"""Module and name of a live metric -> the measure."""


@dataclass
class AgoraTurn:
    """One turn, as far as the messages so far describe it."""

    number: int
    where: str
    start_at: float | None = None
    kind: str | None = None
    ended: str | None = None
    speech_ms: float | None = None
    e2e_ms: float | None = None
    measures: dict[str, float] = field(default_factory=dict)

    def take(self, name: str | None, ms: float | None) -> None:
        """Keep a measure that is not known yet."""
        if name is not None and ms is not None:
            self.measures.setdefault(name, ms)

    @property
    def spoken(self) -> bool:
        """Whether a user began it with speech; where nobody says so, whether more than a voice ran: a greeting has
        neither words that were heard nor a request."""
        if self.kind is not None:
            return self.kind == "voice_input"
        return self.e2e_ms is not None or any(name in self.measures for name in ("asr_ttlw", "llm_ttft", "llm_ttfa"))


def is_turn(held: Object) -> bool:
    """Whether an object is a turn of the REST interface or of webhook 112."""
    return count(held, "turn_id") is not None and (
        "e2e_latency_ms" in group(held, "metrics") or "segmented_latency_ms" in group(held, "metrics") or _dated(held)
    )


def _dated(held: Object) -> bool:
    return "start_at" in group(held, "start")


def add_turn(turn: AgoraTurn, held: Object) -> None:
    """Add what a turn object tells."""
    start, end, metrics = group(held, "start"), group(held, "end"), group(held, "metrics")
    turn.start_at = turn.start_at if turn.start_at is not None else ms_of(start.get("start_at"))
    turn.kind, turn.ended = turn.kind or text(start, "type"), turn.ended or text(end, "type")
    if turn.speech_ms is None:
        turn.speech_ms = number(group(start, "metadata"), "speech_duration_ms")
    if turn.e2e_ms is None:
        turn.e2e_ms = number(metrics, "e2e_latency_ms")
    for one in entries(metrics, "segmented_latency_ms"):
        turn.take(SEGMENTS.get(text(one, "name") or ""), number(one, "latency"))
    add_named(turn, group(metrics, "segmented_latency_ms"))


def add_named(turn: AgoraTurn, held: Object) -> None:
    """Add measures that stand under their names."""
    for name, kept in SEGMENTS.items():
        turn.take(kept, number(held, name))


def add_live(turn: AgoraTurn, held: Object) -> None:
    """Add a live metric of the data channel."""
    module, name = text(held, "module") or "", (text(held, "metric_name") or "").lower()
    known = LIVE.get((module, name)) or SEGMENTS.get(name)
    turn.take(known, number(held, "latency_ms"))
