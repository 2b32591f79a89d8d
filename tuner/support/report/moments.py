"""The turns that explain what was found: the same turn now and under the better settings, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.figures.figures import place
from pipeline.figures.outcome import Outcome
from pipeline.streaming import stream
from pipeline.streaming.events import Log
from pipeline.streaming.reading import outcome
from pipeline.turns.rows import turn_at
from stages.i18n import Said, say
from tuner.diagnosis.parts import WINDOWS
from tuner.support.report.facts import Facts

Flags = npt.NDArray[np.bool_]

About = Literal["wait", "cut-off", "talk"]
"""What a turn shows: how long the wait is, an answer while the user is not done, what is said over the agent."""

ABOUT: dict[str, About] = {
    "typical": "wait",
    "slow": "wait",
    "missed": "talk",
    "mended_missed": "talk",
    "new_false_interrupt": "talk",
    "cut_off": "cut-off",
    "mended_cut_off": "cut-off",
    "new_cut_off": "cut-off",
}


@dataclass(frozen=True)
class Run:
    """One turn under one set of settings."""

    log: Log
    outcome: Outcome


@dataclass(frozen=True)
class Moment:
    """A turn that shows something."""

    why: Said
    now: Run
    then: Run | None
    about: About

    @property
    def turn(self) -> str:
        return self.now.log.world.turn.id


def moments(facts: Facts) -> tuple[Moment, ...]:
    """A typical turn and a slow one, and one for each thing that the settings change or risk; no turn twice."""
    shown: dict[int, str] = {}
    for turn, why in _chosen(facts):
        shown.setdefault(turn, why)
    return tuple(_moment(facts, turn, why) for turn, why in shown.items())


def _chosen(facts: Facts) -> Iterator[tuple[int, str]]:
    for window, why in (("p50", "typical"), ("p95", "slow")):
        turn = _usual(facts, *WINDOWS[window])
        if turn is not None:
            yield turn, why
    for flags, why in _telling(facts):
        if flags.any():
            yield _middle(flags, facts.before.response_ms), why


def _telling(facts: Facts) -> Iterator[tuple[Flags, str]]:
    """(flags, heading) of what happens in some turns: first what the settings gain, then its price."""
    now, then = facts.before, facts.after
    missed, cut = now.interrupts_missed > 0, now.cut_off > 0
    if then is None:
        yield missed, "missed"
        yield cut, "cut_off"
        return
    yield missed & (then.interrupts_missed == 0) & ~np.isnan(then.stop_ms), "mended_missed"
    yield cut & (then.cut_off == 0), "mended_cut_off"
    yield (then.cut_off > 0) & ~cut, "new_cut_off"
    yield (then.false_interrupt > 0) & (now.false_interrupt == 0), "new_false_interrupt"


def _usual(facts: Facts, low: float, high: float) -> int | None:
    """Of the turns between two shares, the one to which the settings do what they do to most; None: no answer there."""
    now, then = facts.response_ms
    order = np.argsort(now, kind="stable")
    turns = order[place(len(order), low) : place(len(order), high) + 1]
    turns = turns[np.isfinite(now[turns])]
    if not len(turns):
        return None
    change = now[turns] if then is None else then[turns] - now[turns]
    return int(turns[np.argsort(change, kind="stable")[place(len(turns), 0.5)]])


def _middle(flags: Flags, response_ms: npt.NDArray[np.float64]) -> int:
    """Of the turns flagged, the one whose response time stands in their middle: no extreme one."""
    turns = np.flatnonzero(flags)
    order = turns[np.argsort(response_ms[turns], kind="stable")]
    return int(order[place(len(order), 0.5)])


def _moment(facts: Facts, turn: int, why: str) -> Moment:
    exchange, better = turn_at(facts.turns, turn), facts.better
    now = _run(stream.run(exchange, facts.settings))
    then = None if better is None else _run(stream.run(exchange, better))
    return Moment(say(f"moments.{why}"), now, then, ABOUT[why])


def _run(log: Log) -> Run:
    return Run(log, outcome(log))
