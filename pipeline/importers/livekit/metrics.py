"""From LiveKit's metrics to the events of a session: they know no speech, but delays from its end."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.importers.json_values import count, flag
from pipeline.importers.livekit.metric import Metric
from pipeline.importers.observed.sessions import Sessions
from pipeline.importers.observed.timeline import Commit, Draw, Measure, Request, Synthesis, Timeline

LOOKAHEAD_TOKENS = 2
"""LiveKit's splitter of sentences waits for so many tokens of the next one (timing model, section 9)."""


@dataclass
class MetricLog:
    """The metrics of a log, put into the sessions they belong to."""

    sessions: Sessions
    _begun: dict[str, _Begun] = field(default_factory=dict)
    """Session -> its replies so far."""
    _named: int = 0
    _last: str | None = None
    _clock: float = 0.0

    def take(self, metric: Metric, session: str, where: str) -> None:
        """Add one metric."""
        at = self._at(metric)
        timeline = self.sessions.at(session, at, where)
        timeline.lookahead_tokens = LOOKAHEAD_TOKENS
        reply = self._reply(metric)
        match metric.kind:
            case "eou":
                _eou(metric, timeline, at, reply, self._replies(session, timeline))
            case "llm":
                _llm(metric, timeline, at, reply)
            case "tts":
                _tts(metric, timeline, at, reply, self._replies(session, timeline))

    def _at(self, metric: Metric) -> float:
        """When it was emitted; without a time, in order of the lines."""
        if metric.at is not None:
            return self.sessions.clock.ms(metric.at)
        self._clock += 1.0
        return self._clock

    def _reply(self, metric: Metric) -> str | None:
        """The reply's name; where metrics have none, those that follow an end of a turn belong to it."""
        if metric.reply is not None:
            return metric.reply
        if metric.kind == "eou":
            self._named += 1
            self._last = f"turn-{self._named}"
        return self._last

    def _replies(self, session: str, timeline: Timeline) -> _Begun:
        """Those of the session that is being read: another may have had its name before."""
        held = self._begun.get(session)
        if held is None or held.timeline is not timeline:
            held = self._begun[session] = _Begun(timeline)
        return held


@dataclass
class _Begun:
    """The replies of a session so far."""

    timeline: Timeline
    ends: dict[str, float] = field(default_factory=dict)
    """Reply -> when the user's speech before it ended."""
    sounding: set[str] = field(default_factory=set)


def _eou(metric: Metric, timeline: Timeline, at: float, reply: str | None, begun: _Begun) -> None:
    after, final, lead = (metric.ms(key) for key in _EOU)
    timeline.commits.append(Commit(at, reply, lead_ms=lead, after_ms=after, final_ms=final))
    if reply is not None and after is not None and metric.at is not None:
        begun.ends[reply] = at - after - max(lead or 0.0, 0.0)


def _tts(metric: Metric, timeline: Timeline, at: float, reply: str | None, begun: _Begun) -> None:
    ttfb, duration, audio = metric.ms("ttfb"), metric.ms("duration"), metric.ms("audio_duration")
    start = None if duration is None else at - duration
    draws = () if ttfb is None or ttfb < 0 else (Draw(ttfb),)
    cancelled = flag(metric.values, "cancelled") or False
    timeline.syntheses.append(Synthesis(start, draws, reply, audio, None, cancelled))
    end = begun.ends.get(reply or "")
    if reply is not None and reply not in begun.sounding and end is not None and start is not None and draws:
        begun.sounding.add(reply)
        first = start + draws[0].ms
        timeline.measures.append(Measure(first, first - end, reply, derived=True))


_EOU = ("end_of_utterance_delay", "transcription_delay", "on_user_turn_completed_delay")


def _llm(metric: Metric, timeline: Timeline, at: float, reply: str | None) -> None:
    timeline.requests.append(request(metric, at, reply))


def request(metric: Metric, at: float, reply: str | None) -> Request:
    """The request of an LLM metric that was emitted at this time; a ttft below zero says that no token came."""
    ttft, duration = metric.ms("ttft"), metric.ms("duration")
    tokens = count(metric.values, "completion_tokens") or count(metric.values, "output_tokens")
    start = at if duration is None else at - duration
    came = ttft is not None and ttft >= 0
    return Request(
        start=start,
        draws=(Draw(ttft),) if came and ttft is not None else (),
        first=start + ttft if came and ttft is not None else None,
        timed=duration is not None,
        reply=reply,
        token_ms=token_ms(ttft, duration, tokens),
        reply_tokens=tokens or None,
        cancelled=(flag(metric.values, "cancelled") or False) or (ttft is not None and ttft < 0),
    )


def token_ms(ttft: float | None, duration: float | None, tokens: int | None) -> float | None:
    """From token to token, of a request that was not cut short."""
    if ttft is None or duration is None or not tokens or tokens < 2 or not 0 <= ttft <= duration:
        return None
    return (duration - ttft) / (tokens - 1)
