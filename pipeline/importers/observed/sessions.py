"""Sessions as they are read, out of order and interleaved, and the turns of each once it is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from msgspec.structs import replace

from pipeline.importers.importer import LogOptions
from pipeline.importers.observed.building import turns
from pipeline.importers.observed.by_reply import replies_observed
from pipeline.importers.observed.exchange import Observed, derived
from pipeline.importers.observed.faults import cleaned
from pipeline.importers.observed.grouping import Exchange, exchanges
from pipeline.importers.observed.observing import observed
from pipeline.importers.observed.timeline import Timeline, started_between, without_repeats
from pipeline.importers.report import Findings
from pipeline.recordings.fast_turns import Decoded
from stages.i18n import Said, say
from stages.turn import Turn

REORDERED_MS = 2_000.0
"""Lines that stand so far behind a later time are out of order: times of one moment are logged within less."""

STEP_MS = 60_000.0
"""A clock that goes back by so much, and stays there, was set."""

IDLE_MS = 3_600_000.0
"""After so long without an event a session is over: a later event of the same name begins another."""

SWEEP = 4096
"""After so many events sessions that were idle for long are looked for."""

LONGEST_NAME = 150


def turns_of(sessions: Iterable[Timeline], options: LogOptions, findings: Findings) -> Iterator[Turn | Decoded]:
    """The turns of these sessions, one session after the other."""
    return turns(_observations(sessions, options, findings), findings)


def turns_of_exchanges(
    sessions: Iterable[Iterable[Observed]], options: LogOptions, findings: Findings
) -> Iterator[Turn | Decoded]:
    """The same of sources that give no events but the measures of each exchange, a list a session."""
    return turns((one for session in sessions for one in _finished(list(session), options, findings)), findings)


def _observations(sessions: Iterable[Timeline], options: LogOptions, findings: Findings) -> Iterator[Observed]:
    for timeline in sessions:
        findings.fault("duplicate", timeline.name, without_repeats(timeline))
        timeline.sort()
        if not timeline.speech:
            yield from _finished(list(replies_observed(timeline)), options, findings)
            continue
        every = list(exchanges(timeline, options.grace_ms))
        found = [one for one in every if kept(timeline, one, findings)]
        _count(timeline, every, found, options.grace_ms, findings.counts)
        session = [observed(timeline, one) for one in found]
        _note_deaf(timeline, session, findings)
        yield from _finished(session, options, findings)


def _note_deaf(timeline: Timeline, session: list[Observed], findings: Findings) -> None:
    """Note sounds over the agent that have no words since none are recognised yet: interruptions look like noise."""
    until = timeline.agent[0].start + timeline.deaf_ms if timeline.agent else float("-inf")
    early = sum(
        over.kind == "noise" and (one.at_ms or 0.0) + _heard_after(one) + over.at_ms < until
        for one in session
        for over in one.overlaps or ()
    )
    if early:
        findings.note("doubtful", say("observed.deaf", n=early, s=timeline.deaf_ms / 1000), field="overlaps")


def _heard_after(one: Observed) -> float:
    """From the begin of the user's speech to the reply's first sound."""
    length = one.speech_ms.ms if one.speech_ms else 0.0
    return length + (one.response_ms.ms if one.response_ms else 0.0)


def _finished(session: list[Observed], options: LogOptions, findings: Findings) -> Iterator[Observed]:
    for one in cleaned(session, findings):
        yield _with_network(one, options.network_ms)


def _with_network(one: Observed, network_ms: float | None) -> Observed:
    """The exchange as the user lives through it, where the network is known and in no value yet."""
    if network_ms is None or one.network_ms is not None:
        return one
    response = one.response_ms and replace(one.response_ms, ms=one.response_ms.ms + network_ms)
    return replace(one, network_ms=derived(network_ms), response_ms=response)


def kept(timeline: Timeline, exchange: Exchange, findings: Findings) -> bool:
    """Whether an exchange shows anything: an utterance that nothing answered does where the agent tried to."""
    if exchange.reply is not None:
        return True
    tried = any(request.start >= exchange.end for request in timeline.requests[-1:])
    findings.counts[_phrase("observed.unanswered")] += not tried
    findings.counts[_phrase("observed.unanswered_asked")] += tried
    return tried


def _count(timeline: Timeline, every: list[Exchange], found: list[Exchange], grace_ms: float, into: Counts) -> None:
    """Count what the grace decides: turns with it, with half and with twice of it; `every`: also those left out."""
    into[_phrase("observed.graced")] += sum(one.graced for one in found)
    into[_phrase("observed.premature")] += sum(len(one.premature) for one in found)
    into[_phrase("observed.grace", grace_ms)] += len(found)
    matters = _grace_matters(timeline, 2 * grace_ms)
    for other in (grace_ms / 2, grace_ms * 2):
        if other != grace_ms:
            others = exchanges(timeline, other) if matters else every
            answered = sum(one.reply is not None for one in others)
            into[_phrase("observed.other_grace", other)] += answered + sum(one.reply is None for one in found)


Counts = Counter[str]


@cache
def _phrase(key: str, ms: float | None = None) -> Said:
    return say(key) if ms is None else say(key, ms=ms)


def _grace_matters(timeline: Timeline, most_ms: float) -> bool:
    """Whether the user begins to speak so soon after a sound of the agent began: else every grace gives the same."""
    return any(started_between(timeline.speech, sound.start, sound.start + most_ms + 1.0) for sound in timeline.agent)


@dataclass
class Clock:
    """One clock for all files of an import: times in ms since the first of them, so that fractions stay exact."""

    origin: float | None = None

    def ms(self, at: float) -> float:
        """A time of the source, in ms since the first of the import."""
        if self.origin is None:
            self.origin = at
        return at - self.origin


@dataclass
class Sessions:
    """The sessions that are being read, by their names in the source."""

    findings: Findings
    clock: Clock
    held: dict[str, Timeline] = field(default_factory=dict)
    _latest: dict[str, float] = field(default_factory=dict)
    _behind: dict[str, int] = field(default_factory=dict)
    _names: dict[str, int] = field(default_factory=dict)
    _done: list[Timeline] = field(default_factory=list)
    _now: float = float("-inf")
    _events: int = 0

    def at(self, name: str, at: float, where: str = "") -> Timeline:
        """The session that an event at this time (ms of the clock) belongs to."""
        self._now, self._events = max(self._now, at), self._events + 1
        if self._events % SWEEP == 0:
            self._sweep()
        latest = self._latest.get(name)
        if latest is None or at - latest > IDLE_MS:
            return self._opened(name, at)
        behind = latest - at
        if behind >= STEP_MS:
            self._behind[name] = self._behind.get(name, 0) + 1
            if self._behind[name] > 1:
                self.findings.fault("clock_step", where or name)
                return self._opened(name, at)
        else:
            self._behind[name] = 0
            if behind > REORDERED_MS:
                self.findings.fault("reordered", where or name)
        self._latest[name] = max(latest, at)
        return self.held[name]

    def whole(self) -> Sequence[Timeline]:
        """Sessions that are over, in the order in which they began; each is given once."""
        if not self._done:
            return ()
        done, self._done = self._done, []
        return done

    def rest(self) -> Iterator[Timeline]:
        """All that are left."""
        yield from self.whole()
        held, self.held = self.held, {}
        yield from held.values()

    def _sweep(self) -> None:
        """Now and then, end the sessions that were idle for long, so that a log of any length needs little memory."""
        for name in [name for name, latest in self._latest.items() if self._now - latest > IDLE_MS]:
            self._done.append(self.held.pop(name))
            del self._latest[name]

    def _opened(self, name: str, at: float) -> Timeline:
        if name in self.held:
            self._done.append(self.held.pop(name))
        times = self._names[name] = self._names.get(name, 0) + 1
        self._latest[name], self._behind[name] = at, 0
        self.held[name] = Timeline(name if times == 1 else f"{name}-{times}")
        return self.held[name]


def plain_name(name: object, otherwise: str = "session") -> str:
    """A name of a source as the name of a session: short, and without control characters."""
    return _plain(str(name)[:LONGEST_NAME], otherwise)


@lru_cache(maxsize=1024)
def _plain(text: str, otherwise: str) -> str:
    return text if text and text.isprintable() else otherwise
