"""From Pipecat's metrics, as `MetricsFrame` carries them, to the events of a session.

Source: pipecat-ai 1.14.0, metrics/metrics.py. They say when each stage answered, and how long it had taken; of speech
they know the end, which the STT's time counts from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from pipeline.importers.json_values import Object, count, entries, group, number, seconds, text
from pipeline.importers.observed.sessions import Sessions
from pipeline.importers.observed.timeline import Commit, Draw, Measure, Request, Score, Synthesis, Timeline
from pipeline.importers.pipecat.lags import Stage, speech_end, stage_of
from pipeline.importers.spoken_text import NOMINAL, NOMINAL_TOKENS


def metrics_of(held: Object) -> list[Object]:
    """The metrics in an object: a frame with a list of them, or one alone."""
    listed = [one for one in entries(held, "data") if isinstance(one, dict) and _is_metric(one)]
    return listed or ([held] if _is_metric(held) else [])


def _is_metric(held: Object) -> bool:
    kind = kind_of(held)
    return kind is not None and text(held, "processor") is not None


def kind_of(held: Object) -> str | None:
    """What a metric is: ttfb, aggregation, processing, turn or usage; None: of no use here."""
    for key in ("type", "class", "__class__", "metric"):
        if name := text(held, key):
            if (kind := _kind_named(name)) is not None:
                return kind
            break
    return "turn" if "is_complete" in held and "probability" in held else None


@lru_cache(maxsize=256)
def _kind_named(name: str) -> str | None:
    return next((kind for kind, sign in _SIGNS.items() if name.startswith(sign)), None)


_SIGNS = {
    "ttfb": "TTFBMetrics",
    "aggregation": "TextAggregationMetrics",
    "processing": "ProcessingMetrics",
    "turn": "TurnMetrics",
    "usage": "LLMUsageMetrics",
}


@dataclass
class _Exchange:
    """What is known of the exchange that goes on."""

    reply: str
    silence: float | None = None
    final: float | None = None
    asked: Request | None = None
    spoken: bool = False


@dataclass
class MetricLog:
    """Puts metrics into a session, in the order in which they came."""

    sessions: Sessions
    _now: _Exchange = field(default_factory=lambda: _Exchange("reply-1"))
    _count: int = 1

    def take(self, one: Object, at: float, session: str, where: str) -> None:
        """Add a metric that came at this time (ms of the clock)."""
        timeline = self.sessions.at(session, at, where)
        value, processor = seconds(one, "value"), text(one, "processor") or ""
        stage = stage_of(processor)
        match kind_of(one):
            case "turn":
                self._score(one, timeline, at)
            case "ttfb" if value is not None and value > 0:
                self._first(stage, timeline, at, value)
            case "aggregation" if value is not None:
                self._aggregated(timeline, value)
            case "usage":
                self._used(one, timeline)

    def _score(self, one: Object, timeline: Timeline, at: float) -> None:
        probability = number(one, "probability")
        if probability is not None and 0 <= probability <= 1:
            timeline.scores.append(Score(at, probability, number(one, "e2e_processing_time_ms")))

    def _first(self, stage: Stage | None, timeline: Timeline, at: float, value: float) -> None:
        """The first byte of a stage."""
        match stage:
            case "stt":
                if self._now.asked is not None:
                    self._next()
                self._now.silence, self._now.final = speech_end(at - value), at
            case "llm":
                if self._now.spoken:
                    self._next()
                self._asked(timeline, at, value)
            case "tts" if self._now.asked is not None and not self._now.spoken:
                self._now.spoken = True
                timeline.syntheses.append(Synthesis(at - value, (Draw(value),), self._now.reply))
                if self._now.silence is not None:
                    timeline.measures.append(Measure(at, at - self._now.silence, self._now.reply, derived=True))

    def _next(self) -> None:
        self._count += 1
        self._now = _Exchange(f"reply-{self._count}")

    def _asked(self, timeline: Timeline, at: float, value: float) -> None:
        now, start = self._now, at - value
        if now.asked is None:
            after = None if now.silence is None else start - now.silence
            final = None if now.silence is None or now.final is None else now.final - now.silence
            timeline.commits.append(Commit(start, now.reply, after_ms=after, final_ms=final))
        now.asked = Request(start=start, draws=(Draw(value),), first=at, reply=now.reply)
        timeline.requests.append(now.asked)

    def _aggregated(self, timeline: Timeline, value: float) -> None:
        """The time of the first sentence, of which only the first counts."""
        if self._now.asked is None or self._now.spoken or self._now.asked.tokens is not None or value <= 1:
            return
        self._replace(timeline, replace(self._now.asked, token_ms=value / NOMINAL_TOKENS, tokens=NOMINAL))

    def _used(self, one: Object, timeline: Timeline) -> None:
        total = count(group(one, "value"), "completion_tokens")
        if total and self._now.asked is not None and self._now.asked.tokens is None:
            self._replace(timeline, replace(self._now.asked, reply_tokens=total))

    def _replace(self, timeline: Timeline, changed: Request) -> None:
        if timeline.requests and timeline.requests[-1] is self._now.asked:
            timeline.requests[-1] = self._now.asked = changed


def frame_time(held: Object) -> Any:
    """When a frame came: `timestamp` or `time` of its object."""
    return held.get("timestamp", held.get("time"))
