"""From the events of one conversation to an observation of each exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.importers.observed.exchange import Observed, Value, derived, measured
from pipeline.importers.xiaozhi.events import Event

LONGEST_MS = 60_000.0
"""What comes later than this after the transcript is of another turn."""


@dataclass
class Waiting:
    """A turn that is not over; times in ms since 1970."""

    begun: float
    stop: float | None = None
    took_ms: float | None = None
    took_at: float | None = None
    final: float | None = None
    commit: float | None = None
    request: float | None = None
    sound: float | None = None
    woken: bool = False
    where: str = ""

    @property
    def closed(self) -> bool:
        """Whether its text has gone to the LLM, or its reply is heard."""
        return self.commit is not None or self.sound is not None

    @property
    def heard_at(self) -> float | None:
        """When the text was there."""
        return self.final if self.final is not None else self.commit


@dataclass(frozen=True)
class How:
    """What a log does not say: the VAD's silence in ms, and whether its times have fractions of a second."""

    silence_ms: float
    fine: bool


def turns_in(events: Iterable[tuple[Event, str]]) -> Iterator[Waiting]:
    """The turns in the order of the log; each event comes with its place."""
    held: Waiting | None = None
    for event, where in events:
        if held is not None and _begins(event, held):
            yield held
            held = None
        held = held or Waiting(event.at, where=where)
        _take(held, event)
    if held is not None:
        yield held


def _begins(event: Event, held: Waiting) -> bool:
    """Whether an event is the first one of the next turn."""
    if event.kind in ("listen_stop", "wake"):
        return held.closed or held.woken or held.final is not None
    if event.kind in ("recognised", "final"):
        return held.closed
    if event.kind == "commit":
        return held.commit is not None or held.sound is not None
    late = held.heard_at
    return event.kind in ("request", "sound") and late is not None and event.at - late > LONGEST_MS


def _take(held: Waiting, event: Event) -> None:
    match event.kind:
        case "listen_stop":
            held.stop = event.at
        case "wake":
            held.woken = True
        case "recognised":
            if held.took_ms is None:
                held.took_ms, held.took_at = event.ms, event.at
        case "final":
            held.final = event.at if held.final is None else held.final
        case "commit":
            held.commit = event.at
        case "request":
            held.request = event.at if held.request is None else held.request
        case "sound":
            held.sound = event.at if held.sound is None else held.sound


def observed(one: Waiting, session: str, how: How) -> Observed:
    """The observation of a turn."""
    end = _end(one, how)
    response = None if end is None or one.sound is None else derived(one.sound - end)
    return Observed(
        session=session,
        place=one.where,
        at_ms=one.begun,
        final_ms=_final(one, how),
        lead_ms=_lead(one),
        response_ms=response,
        early=False,
    )


def _end(one: Waiting, how: How) -> float | None:
    """When the user stopped: the button, else the VAD's silence before recognition began; None: no line shows it."""
    if one.stop is not None:
        return one.stop
    if one.took_ms is None or one.took_at is None:
        return None
    return one.took_at - one.took_ms - how.silence_ms


def _final(one: Waiting, how: How) -> Value | None:
    """How long recognition took: it begins when the turn has ended, so the VAD's silence is no part of it."""
    if one.stop is not None:
        if one.took_ms is not None and not how.fine:
            return measured(one.took_ms)
        heard = one.heard_at if one.took_at is None else one.took_at
        return measured(heard - one.stop) if heard is not None else None
    return measured(one.took_ms)


def _lead(one: Waiting) -> Value | None:
    """From the text to the request: memory, intent, tools."""
    if one.commit is None or one.request is None:
        return None
    return derived(one.request - one.commit)
