"""The event log of one turn: everything that happened, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from pipeline.streaming.world import World
from stages.clock import Clock


class Kind(StrEnum):
    """What may happen: who, and what they do. `number` and `value` of an event are what is said here, else None."""

    USER_SPEAKS = "user.speaks"
    USER_PAUSES = "user.pauses"
    USER_DONE = "user.done"
    USER_HEARS = "user.hears"
    """A reply, or the filler before it, begins to be heard."""
    USER_HEARS_STOP = "user.hears_stop"
    """The agent falls silent; number: for which overlap."""
    USER_HEARS_ON = "user.hears_on"
    """... and goes on."""
    USER_HEARS_LAST = "user.hears_last"
    """The reply is over."""

    VAD_QUIET = "vad.quiet"
    VAD_REPORT = "vad.report"
    VAD_SPEECH = "vad.speech"
    VAD_SMOOTHS = "vad.smooths"
    """Speech goes on before the silence was reported: nobody hears of this pause."""

    ASR_INTERIM = "asr.interim"
    ASR_FINAL = "asr.final"

    TURN_SCORE = "turn.score"
    """The end-of-turn model answers; value: the score."""
    TURN_ENDPOINT = "turn.endpoint"
    """Silent for long enough; value: the silence that was asked for."""
    TURN_COMMIT = "turn.commit"
    TURN_PARTIAL = "turn.partial"
    """... without the last words, whose final transcript is still to come."""
    TURN_USER_BACK = "turn.user_back"
    TURN_RESTART = "turn.restart"
    """A late final ends the reply; the turn commits again, unless the user has gone on."""
    TURN_DROPS = "turn.drops"
    """The agent holds the floor: what the user begins to say now is dropped."""
    TURN_LOST = "turn.lost"

    REPLY_PREEMPTIVE = "reply.early"
    """The reply is begun before the commit."""
    REPLY_DROPPED = "reply.dropped"
    """... and thrown away, since none came."""
    REPLY_WITHDRAWN = "reply.withdrawn"
    """The user goes on: the premature reply is stopped, sounding or not yet."""
    REPLY_HELD = "reply.held"
    """The user goes on, but with speech too short to stop the agent: the reply is kept back until it is over."""
    REPLY_ASKS = "reply.asks"
    """The application has done its own work since the commit: the LLM may be asked, and tools may run."""

    LLM_FORGETS = "llm.forgets"
    """The user refers further back than the context goes."""
    LLM_ATTEMPT = "llm.attempt"
    """A request is sent; number: which attempt, from 0."""
    LLM_TIMEOUT = "llm.timeout"
    LLM_CANCEL = "llm.cancel"
    LLM_FALLBACK = "llm.fallback"
    LLM_ANSWER = "llm.answer"
    """The first token; number: of which attempt, None: of the fallback."""
    LLM_FAILED = "llm.failed"

    TOOL_CALL = "tool.call"
    """The LLM has called tools: they run; number: which round, from 0."""
    TOOL_RESULT = "tool.result"
    """Their results are there: the LLM is asked again."""

    TTS_TEXT = "tts.text"
    """The first piece of text is complete; value: tokens it took."""
    TTS_ATTEMPT = "tts.attempt"
    TTS_TIMEOUT = "tts.timeout"
    TTS_CANCEL = "tts.cancel"
    TTS_FALLBACK = "tts.fallback"
    TTS_ANSWER = "tts.answer"
    """The first audio."""
    TTS_FAILED = "tts.failed"
    TTS_NEXT = "tts.next"
    """The audio of the second piece of text."""

    AGENT_READY = "agent.ready"
    """The LLM might be asked, and there is something to say (or the certainty that there will be nothing)."""
    AGENT_FLOOR = "agent.floor"
    """The reply before it has been played out: the floor is free."""
    AGENT_FILLER = "agent.filler"
    """A filler plays; value: its length."""
    AGENT_SPEAKS = "agent.speaks"
    """The reply begins; value: its length, 0 for the error phrase."""
    AGENT_SILENT = "agent.silent"
    """The reply would begin, but synthesis failed."""
    AGENT_DRY = "agent.dry"
    """The first piece has been played, the second is not there."""
    AGENT_ON = "agent.on"
    """It is there now."""
    AGENT_DONE = "agent.done"
    """The reply has been played to its end."""
    AGENT_STOPS = "agent.stops"
    """The agent is made to fall silent."""
    AGENT_RESUMES = "agent.resumes"

    OVERLAP_BEGINS = "overlap.begins"
    """The microphone picks up sound while the user hears the agent; number: which overlap, from 0."""
    OVERLAP_ENDS = "overlap.ends"
    OVERLAP_VOICE = "overlap.voice"
    """Voice has lasted long enough to stop the agent."""
    OVERLAP_WORDS = "overlap.words"
    """Enough words have been transcribed to stop the agent."""
    OVERLAP_IGNORED = "overlap.ignored"
    """... but the settings or the interruption model say no, or the agent is done by then."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `pause` is the silence it belongs to (the last one is the end of the turn)."""

    at_ms: float
    kind: Kind
    pause: int
    reply: int | None = None
    """Which of the turn's replies, from 0; None: it belongs to none."""
    number: int | None = None
    value: float | None = None

    def json_dict(self) -> dict[str, Any]:
        """Plain JSON values; what does not apply is left out."""
        values = {"at_ms": self.at_ms, "kind": str(self.kind), "pause": self.pause}
        rest = {"reply": self.reply, "number": self.number, "value": self.value}
        return values | {name: value for name, value in rest.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Log:
    """All that happened in one turn, or in one of its replies, by time; at one moment, in the order in which it did."""

    world: World
    events: tuple[Event, ...]

    def of(self, *kinds: Kind) -> list[Event]:
        """The events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    def has(self, *kinds: Kind) -> bool:
        """Did any of these happen?"""
        return any(event.kind in kinds for event in self.events)

    def moment(self, *kinds: Kind) -> float | None:
        """When the first of these happened; None: none did."""
        return next((event.at_ms for event in self.events if event.kind in kinds), None)

    def around(self, pause: int) -> Log:
        """The log of one silence and what came of it."""
        return Log(self.world, tuple(event for event in self.events if event.pause == pause))

    def replies(self) -> list[Log]:
        """The log of each reply, in the order in which they were begun."""
        events: dict[int, list[Event]] = {}
        for event in self.events:
            if event.reply is not None:
                events.setdefault(event.reply, []).append(event)
        return [Log(self.world, tuple(events[reply])) for reply in sorted(events)]

    @property
    def end_pause(self) -> int:
        """The place of the last silence: the end of the turn."""
        return len(self.world.silences) - 1


class Recorder:
    """Notes down what happens, as it happens."""

    def __init__(self, clock: Clock, origin_ms: float = 0.0, events: list[Event] | None = None) -> None:
        self._clock, self._origin_ms = clock, origin_ms
        self._events: list[Event] = [] if events is None else events

    def since(self, origin_ms: float) -> Recorder:
        """The same notes, kept by a clock whose 0 is this moment."""
        return Recorder(self._clock, origin_ms, self._events)

    def __call__(
        self, kind: Kind, pause: int, reply: int | None = None, number: int | None = None, value: float | None = None
    ) -> None:
        """It happens now."""
        self._events.append(Event(self._origin_ms + self._clock.now, kind, pause, reply, number, value))

    def aside(self) -> Recorder:
        """Notes that count only once they are taken."""
        return Recorder(self._clock, self._origin_ms)

    def take(self, aside: Recorder) -> None:
        """Count these notes, and whatever is added to them."""
        self._events.extend(aside._events)
        aside._events = self._events

    def at(self, when_ms: float, kind: Kind, pause: int, reply: int | None = None, number: int | None = None) -> None:
        """It happens then."""
        self._events.append(Event(self._origin_ms + when_ms, kind, pause, reply, number))

    def log(self, world: World) -> Log:
        """What was noted, by time."""
        return Log(world, tuple(sorted(self._events, key=attrgetter("at_ms"))))
