"""From LiveKit's messages with metrics, and from the events of a session report, to the events of a session.

Source: livekit-agents 1.8.9, voice/report.py, voice/events.py and `MetricsReport` in llm/chat_context.py. Times are
seconds since 1970, those of speech with the VAD's silence taken off.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from pipeline.importers.json_values import Object, entries, flag, group, number, seconds, text
from pipeline.importers.livekit.trace import WARM_UP_MS
from pipeline.importers.moments import ms_of
from pipeline.importers.observed.sessions import Clock
from pipeline.importers.observed.timeline import Commit, Draw, Final, Measure, Request, Sound, Synthesis, Timeline
from pipeline.importers.spoken_text import Tokens, tokens


class Message(msgspec.Struct, frozen=True):
    """A message of the chat; times in ms since 1970."""

    role: str
    name: str | None
    started: float | None
    stopped: float | None
    metrics: Object
    words: Tokens | None


def message(held: Object) -> Message | None:
    """The message with metrics that an object is; None: it is none."""
    item = group(held, "item") or held
    role, metrics = text(item, "role"), group(item, "metrics")
    if role not in ("user", "assistant") or not metrics:
        return None
    said = " ".join(part for part in entries(item, "content") if isinstance(part, str))
    started, stopped = ms_of(metrics.get("started_speaking_at")), ms_of(metrics.get("stopped_speaking_at"))
    return Message(role, text(item, "id"), started, stopped, metrics, tokens(said) if said else None)


@dataclass
class MessageLog:
    """Puts messages into a timeline, in their order; each assistant message answers the user's before it."""

    timeline: Timeline
    clock: Clock
    with_speech: bool
    """Whether messages are the only source of when somebody spoke."""
    _commit: Commit | None = None
    _said: int = 0
    _sounded_until: float = 0.0

    def take(self, one: Message) -> None:
        """Add a message."""
        if one.role == "user":
            self._user(one)
        else:
            self._assistant(one)

    def _user(self, one: Message) -> None:
        after, final = seconds(one.metrics, "end_of_turn_delay"), seconds(one.metrics, "transcription_delay")
        lead = seconds(one.metrics, "on_user_turn_completed_delay")
        self._said += 1
        at = None if one.stopped is None else self.clock.ms(one.stopped) + (after or 0.0)
        self._commit = Commit(
            *(self._next(at), one.name or f"turn-{self._said}"),
            lead_ms=lead,
            after_ms=after,
            final_ms=final,
            speech_ms=self._length(one),
        )
        self.timeline.commits.append(self._commit)
        if self.with_speech and one.started is not None and one.stopped is not None and one.started <= one.stopped:
            self.timeline.speech.append(Sound(self.clock.ms(one.started), self.clock.ms(one.stopped)))

    def _length(self, one: Message) -> float | None:
        """How long the user spoke; None where that began while the agent still spoke: it may be another stretch."""
        if one.started is None or one.stopped is None or one.started > one.stopped:
            return None
        return one.stopped - one.started if one.started >= self._sounded_until else None

    def _next(self, at: float | None) -> float:
        """The time, or a moment after the one before where there is none."""
        before = self._commit.at if self._commit else 0.0
        return before + 1.0 if at is None else at

    def _assistant(self, one: Message) -> None:
        """The reply has the name of the user's message that it answers."""
        reply, commit = (self._commit.reply if self._commit else one.name), self._commit
        ttft, ttfb = seconds(one.metrics, "llm_node_ttft"), seconds(one.metrics, "tts_node_ttfb")
        latency = seconds(one.metrics, "e2e_latency")
        self._sounded_until = one.stopped or self._sounded_until
        begun = commit.at + (commit.lead_ms or 0.0) if commit else None
        sounding = None if one.started is None else self.clock.ms(one.started)
        if begun is None and sounding is not None:
            begun = sounding - (ttft or 0.0) - (ttfb or 0.0)
        if begun is not None:
            self.timeline.requests.append(
                Request(
                    start=begun,
                    draws=() if ttft is None else (Draw(ttft),),
                    first=None if ttft is None else begun + ttft,
                    timed=False,
                    reply=reply,
                    token_ms=_token_ms(one),
                    tokens=one.words,
                )
            )
        if ttfb is not None:
            self.timeline.syntheses.append(Synthesis(begun, (Draw(ttfb),), reply))
        if sounding is not None and self.with_speech:
            stopped = None if one.stopped is None else self.clock.ms(one.stopped)
            self.timeline.agent.append(Sound(sounding, stopped, reply))
        if latency is not None:
            moment = sounding if sounding is not None else (begun or 0.0)
            self.timeline.measures.append(Measure(moment, latency, reply))


def _token_ms(one: Message) -> float | None:
    """From the tokens a second, where the reply has many: LiveKit counts the first token's time as none."""
    rate = number(one.metrics, "llm_node_tps")
    return 1000 / rate if rate is not None and rate > 0.1 else None


def report_timeline(held: Object, name: str, clock: Clock) -> Timeline:
    """The events of a session report."""
    timeline = Timeline(name, deaf_ms=WARM_UP_MS)
    stretches = {"user_state_changed": timeline.speech, "agent_state_changed": timeline.agent}
    begun: dict[str, float] = {}
    for event in entries(held, "events"):
        at = ms_of(event.get("created_at")) if isinstance(event, dict) else None
        if at is None:
            continue
        kind = text(event, "type") or ""
        if kind in stretches:
            _state(kind, text(event, "new_state"), clock.ms(at), begun, stretches[kind])
        elif kind == "user_input_transcribed" and flag(event, "is_final"):
            timeline.finals.append(Final(clock.ms(at), len((text(event, "transcript") or "").split())))
    for kind, start in begun.items():
        stretches[kind].append(Sound(start, None))
    with_speech = not timeline.speech and not timeline.agent
    log = MessageLog(timeline, clock, with_speech)
    for item in entries(group(held, "chat_history"), "items") or entries(held, "events"):
        if isinstance(item, dict) and (one := message(item)) is not None:
            log.take(one)
    if not with_speech:
        _drop_names(timeline)
    return timeline


def _state(kind: str, state: str | None, at: float, begun: dict[str, float], stretches: list[Sound]) -> None:
    """A side begins to speak or stops."""
    if state == "speaking":
        begun.setdefault(kind, at)
    elif kind in begun:
        start = begun.pop(kind)
        stretches.append(Sound(start, max(at, start)))


def _drop_names(timeline: Timeline) -> None:
    """Names of messages name no stretch of sound: events with them are joined by time."""
    timeline.commits = [replace(one, reply=None) for one in timeline.commits]
    timeline.requests = [replace(one, reply=None) for one in timeline.requests]
    timeline.syntheses = [replace(one, reply=None) for one in timeline.syntheses]
    timeline.measures = [replace(one, reply=None) for one in timeline.measures]
