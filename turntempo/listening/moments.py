"""Where in the sound the agent would cut a user off, or fall silent, under the settings of a replay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.importers import SoundPlaces
from pipeline.kernel.batch import Outcomes
from pipeline.streaming import stream
from pipeline.streaming.events import Event, Kind, Log
from pipeline.turns.columns import Columns
from pipeline.turns.rows import turn_at
from stages.i18n import Said, say
from stages.settings import Settings
from stages.turn import Turn

Wanted = Literal["cut-offs", "stops"]
"""cut-offs: replies and stops of the agent in error; stops: every stop of the agent, those that are right too."""

BEFORE_MS, AFTER_MS = 4_000.0, 2_500.0
"""So much is heard before the silence or the sound that the agent reacts to, and after the user goes on."""

MOST = 200
"""The most moments that are written."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the sound of a session, in ms; `marks`: at which the agent would begin to speak, or fall silent."""

    turn: str
    session: str
    name: Literal["cut_off", "false_stop", "stop"]
    marks_ms: float
    begin_ms: float
    end_ms: float
    sentence: Said


@dataclass(frozen=True)
class _Heard:
    """A turn as it is replayed, and where it stands in the sound."""

    turn: Turn
    log: Log
    begins_ms: float
    response_ms: float | None
    """As it was measured: from there on the user heard the reply over which the overlaps are."""


def moments(
    recorded: Columns, complete: Columns, found: Outcomes, settings: Settings, sound: SoundPlaces, wanted: Wanted
) -> list[Moment]:
    """The moments in order of the recording. `recorded`: the turns as measured, in the order of `complete`."""
    done: list[Moment] = []
    stops = ~np.isnan(found.stop_ms) | (found.false_interrupt > 0) | (found.hiccups > 0)
    for place in complete.in_recorded_order().tolist():
        name = complete.ids[place].decode()
        cut_off = wanted == "cut-offs" and bool(found.cut_off[place] > 0)
        if name not in sound.begins or not (cut_off or stops[place]):
            continue
        turn = turn_at(complete, place)
        measured = float(recorded.response_ms[place])
        response = None if np.isnan(measured) else measured
        one = _Heard(turn, stream.run(turn, settings), sound.begins[name], response)
        done += _cut_offs(one) if cut_off else ()
        done += (stop for stop in _stops(one) if wanted == "stops" or stop.name == "false_stop")
    return done


def _cut_offs(one: _Heard) -> Iterator[Moment]:
    """The replies that would begin before the user is done."""
    pauses = one.turn.speech.pauses or ()
    for event in one.log.of(Kind.USER_HEARS):
        if event.pause >= len(pauses) or event.at_ms >= one.turn.speech.end_ms:
            continue
        pause = pauses[event.pause]
        score = "" if pause.eot_score is None else say("listening.score", score=pause.eot_score)
        goes_on = pause.at_ms + pause.ms
        sentence = say(
            "listening.cut_off" if event.at_ms <= goes_on else "listening.cut_off_later",
            after=event.at_ms - pause.at_ms,
            pause=pause.ms,
            score=score,
            later=abs(goes_on - event.at_ms),
        )
        yield _moment(one, "cut_off", event.at_ms, pause.at_ms, max(goes_on, event.at_ms), sentence)


def _stops(one: _Heard) -> Iterator[Moment]:
    """The stops of the agent, over the reply that was recorded."""
    overlaps = one.turn.overlaps or ()
    begins = {event.number: event.at_ms for event in one.log.of(Kind.OVERLAP_BEGINS)}
    for event in one.log.of(Kind.USER_HEARS_STOP):
        if event.number is None or event.number not in begins or one.response_ms is None:
            continue
        over = overlaps[event.number]
        at = one.turn.speech.end_ms + one.response_ms + over.at_ms
        after = _after(event, begins[event.number])
        right = over.kind == "interrupt"
        sentence = say(
            "listening.stop" if right else "listening.false_stop",
            after=after,
            ms=over.ms,
            kind=say(f"listening.{over.kind}"),
        )
        yield _moment(one, "stop" if right else "false_stop", at + after, at, at + max(over.ms, after), sentence)


def _after(event: Event, begins_ms: float) -> float:
    return event.at_ms - begins_ms


def _moment(
    one: _Heard,
    name: Literal["cut_off", "false_stop", "stop"],
    marks: float,
    low: float,
    high: float,
    sentence: Said,
) -> Moment:
    """Times are those of the turn."""
    begins = one.begins_ms
    begin = max(begins + low - BEFORE_MS, 0.0)
    return Moment(one.turn.id, one.turn.session, name, begins + marks, begin, begins + high + AFTER_MS, sentence)
