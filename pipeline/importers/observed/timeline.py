"""The events of one session, on one clock: what the logs of all agents are read into.

All times are ms since any moment that is the same for the whole session, as the server saw them. What a source does
not log is left out, or None.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Protocol, TypeVar, cast

import msgspec

from pipeline.importers.spoken_text import Tokens


class Gap(msgspec.Struct, frozen=True, gc=False):
    """A silence that the VAD passed over as it was too short, and how late it heard the two ends of it."""

    start: float
    end: float
    release_ms: float | None = None
    onset_lag_ms: float | None = None


class Sound(msgspec.Struct, frozen=True):
    """A stretch of one side's sound; `end` None: its end was not logged. `reply`: the source's name of the reply.

    Of the user's, where the source measures them: `gaps` are the silences inside it that the VAD passed over;
    `release_ms`, `onset_lag_ms`: how late the VAD heard that this stretch ended, and that it began.
    Of the agent's: `whole` where it is known to have been played to its end, so that nobody stopped it.
    """

    start: float
    end: float | None
    reply: str | None = None
    gaps: tuple[Gap, ...] = ()
    release_ms: float | None = None
    onset_lag_ms: float | None = None
    whole: bool = False


class Final(msgspec.Struct, frozen=True, gc=False):
    """A final transcript; `words` None: not known."""

    at: float
    words: int | None = None


class Score(msgspec.Struct, frozen=True, gc=False):
    """What an end-of-turn model said, and how long it took to answer (None: not known)."""

    at: float
    score: float
    delay_ms: float | None = None


class Commit(msgspec.Struct, frozen=True, gc=False):
    """The agent took the turn for ended. `timeout`: since nothing came that it waited for.

    `lead_ms`: what the application did before it asked the LLM. `after_ms`, `final_ms`: from the end of speech to the
    commit and to the final transcript, where the source gives these. `speech_ms`: how long the user spoke, of sources
    that log no stretches of speech.
    """

    at: float
    reply: str | None = None
    timeout: bool = False
    lead_ms: float | None = None
    after_ms: float | None = None
    final_ms: float | None = None
    speech_ms: float | None = None


class Draw(msgspec.Struct, frozen=True, gc=False):
    """How long one attempt of a stage took, in ms; `bound`: it was given up then, and would have taken longer.

    `derived`: worked out from the times of others.
    """

    ms: float
    bound: bool = False
    derived: bool = False


class Request(msgspec.Struct, frozen=True):
    """A request to the LLM: its attempts, and what came. `timed`: its start is logged, not worked out."""

    start: float
    draws: tuple[Draw, ...] = ()
    first: float | None = None
    """When the first token came."""
    timed: bool = True
    reply: str | None = None
    token_ms: float | None = None
    tokens: Tokens | None = None
    reply_tokens: int | None = None
    """As the model counts them."""
    calls_tools: bool = False
    cancelled: bool = False


class Tool(msgspec.Struct, frozen=True, gc=False):
    """A tool that the LLM called."""

    start: float
    end: float
    reply: str | None = None


class Synthesis(msgspec.Struct, frozen=True):
    """A request for speech: its attempts, the length of the audio and of the text."""

    start: float | None
    draws: tuple[Draw, ...] = ()
    reply: str | None = None
    audio_ms: float | None = None
    words: int | None = None
    """Of the text, counted as `Request.tokens` are."""
    cancelled: bool = False


class Measure(msgspec.Struct, frozen=True, gc=False):
    """A response time, for the reply that began to sound at `at`; `derived`: worked out from the source's times."""

    at: float
    response_ms: float
    reply: str | None = None
    derived: bool = False


class _At(Protocol):
    @property
    def at(self) -> float: ...


class _Started(Protocol):
    @property
    def start(self) -> float: ...


_AT, _START = attrgetter("at"), attrgetter("start")


def begin_of(one: Synthesis) -> float:
    """When a synthesis begins; one whose begin is not logged comes first."""
    return float("-inf") if one.start is None else one.start


STRETCHES = ("speech", "agent", "echoes", "requests", "tools")
MOMENTS = ("finals", "interims", "heard", "scores", "beliefs", "commits", "measures")
KINDS = (*STRETCHES, *MOMENTS, "syntheses")
"""The lists of a timeline."""


@dataclass
class Timeline:
    """The events of one session, each kind in order of time."""

    name: str
    speech: list[Sound] = field(default_factory=list)
    """The user's, at the microphone: corrected for the VAD's lags as far as they are known."""
    agent: list[Sound] = field(default_factory=list)
    echoes: list[Sound] = field(default_factory=list)
    """What the microphone picks up of the agent, in sources that tell it from speech; it is no speech."""
    finals: list[Final] = field(default_factory=list)
    interims: list[Final] = field(default_factory=list)
    """Interim transcripts; `words`: of the whole stretch so far."""
    heard: list[Final] = field(default_factory=list)
    """Words by the time of their end, of sources that do not say when a transcript of them was there."""
    scores: list[Score] = field(default_factory=list)
    beliefs: list[Score] = field(default_factory=list)
    """What an interruption model said of the user's speech over the agent, when it had judged it."""
    commits: list[Commit] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    tools: list[Tool] = field(default_factory=list)
    syntheses: list[Synthesis] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    release_ms: float | None = None
    """How late the VAD hears that speech ended; None: not known."""
    onset_lag_ms: float | None = None
    ends_known: bool = True
    """Whether speech is known to end where its stretches do; else nothing that counts from there is known."""
    hears_audio: bool = False
    """Whether one model hears the audio itself, so that nothing waits for a transcript."""
    lookahead_tokens: int | None = None
    """How many tokens beyond its first sentence the voice is known to wait for; None: not known."""
    deaf_ms: float = 0.0
    """So long after the agent's first sound no words are recognised."""
    token_ms: float | None = None
    """How long a token sounds by assumption, in sources that have the sound of a reply and not its text; the length of
    a reply is measured then, and its tokens are that over this."""
    _of_reply: dict[str, list[Synthesis]] | None = field(default=None, repr=False)
    _timed: list[Synthesis] | None = field(default=None, repr=False)

    def spoken_between(self, start: float, end: float) -> list[Synthesis]:
        """The syntheses that begin in this time; of those whose begin is not logged, none."""
        if self._timed is None:
            self._timed = [one for one in self.syntheses if one.start is not None]
        low = bisect_left(self._timed, start, key=begin_of)
        return self._timed[low : bisect_right(self._timed, end, lo=low, key=begin_of)]

    def syntheses_of(self, reply: str) -> list[Synthesis]:
        """Those of the reply of this name, in order."""
        if self._of_reply is None:
            self._of_reply = {}
            for one in self.syntheses:
                if one.reply is not None:
                    self._of_reply.setdefault(one.reply, []).append(one)
        return self._of_reply.get(reply, [])

    def sort(self) -> None:
        """Put every kind in order of time."""
        self._of_reply = self._timed = None
        for kind in STRETCHES:
            cast(list[_Started], getattr(self, kind)).sort(key=_START)
        for kind in MOMENTS:
            cast(list[_At], getattr(self, kind)).sort(key=_AT)
        self.syntheses.sort(key=begin_of)

    def moments(self) -> Iterator[float]:
        """The times of all events that have one, in no order."""
        for kind in STRETCHES:
            yield from (event.start for event in cast(list[_Started], getattr(self, kind)))
        for kind in MOMENTS:
            yield from (event.at for event in cast(list[_At], getattr(self, kind)))

    def forget(self, before: float) -> None:
        """Drop the events that begin before this time, and syntheses that are not timed."""
        self._of_reply = self._timed = None
        for kind in STRETCHES:
            setattr(self, kind, [one for one in cast(list[_Started], getattr(self, kind)) if one.start >= before])
        for kind in MOMENTS:
            setattr(self, kind, [one for one in cast(list[_At], getattr(self, kind)) if one.at >= before])
        self.syntheses = [one for one in self.syntheses if one.start is not None and one.start >= before]


def without_repeats(timeline: Timeline) -> int:
    """Take away events that are there twice; how many there were."""
    repeated = 0
    for name in KINDS:
        events = getattr(timeline, name)
        if len(events) > 1 and len(once := dict.fromkeys(events)) < len(events):
            repeated += len(events) - len(once)
            setattr(timeline, name, list(once))
    return repeated


Moment = TypeVar("Moment", bound=_At)
Stretch = TypeVar("Stretch", bound=_Started)


def between(events: list[Moment], start: float, end: float) -> list[Moment]:
    """The events after `start` and not after `end`, of a list in order of time."""
    low = bisect_right(events, start, key=_AT)
    return events[low : bisect_right(events, end, lo=low, key=_AT)]


def started_between(events: list[Stretch], start: float, end: float) -> list[Stretch]:
    """Those that begin at `start` or later, and before `end`."""
    low = bisect_left(events, start, key=_START)
    return events[low : bisect_left(events, end, lo=low, key=_START)]
